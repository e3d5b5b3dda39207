"""The page of one story before it is saved, and what a steward decides there."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict
from storybank.intake import text_file
from storybank.intake.decoding import NAMES, Alternative
from storybank.people import reading as people_known
from storybank.people.rules import person_id_of
from storybank.receiving import (
    choosing,
    deciding,
    dividing,
    gathering,
    lists_shown,
    looking_over,
    reading,
    showing,
    working,
)
from storybank.receiving.models import Intake, IntakeFile, IntakeItem
from storybank.receiving.rules import TABLE_KINDS, Outcome
from storybank.stories.rules import Speaks
from storybank.stories.speaking import likely_roles

MOST_BYTES_SHOWN = 4 * 1024 * 1024
"""Larger files are not read again to show their encodings side by side."""


@uses(Purpose.TAKE_IN)
def item(use: Use, intake_id: int, waiting_id: int) -> str:
    """The text as it will be, with all that a steward should know first."""
    session = web.session()
    intake = lists_shown.intake(session, intake_id)
    one = lists_shown.item(session, intake_id, waiting_id)
    file = session.get(IntakeFile, one.file_id) if one.file_id else None
    common = {
        "intake": intake, "item": one, "status": Outcome(one.status),
        "file_name": gathering.name_of(session, file),
        "table": file is not None and file.kind in TABLE_KINDS,
        "open": one.status in deciding.OPEN, "joined": one.reason == dividing.JOINED,
    }  # fmt: skip
    if one.read is None:
        return web.render("receiving/gone.html", **common)
    read, chosen = reading.of(session, one), deciding.decided(session, one)
    canon = read.canon
    pages = showing.pages(canon)
    page = max(1, min(request.args.get("page", 1, type=web.number) or 1, pages))
    roles = {**likely_roles(canon), **chosen.speakers}
    spots = looking_over.details(canon)
    before, after = lists_shown.around(session, one)
    return web.render(
        "receiving/item.html", read=read, canon=canon, title=deciding.title_of(read, chosen),
        blocks=showing.blocks(canon, spots, roles, page), page=page, pages=pages,
        people=showing.people(canon, roles), said_who=bool(chosen.speakers), roles=tuple(Speaks),
        role_words=showing.ROLE_WORDS, note_words=showing.NOTE_WORDS,
        beside=showing.beside(canon), words=len(canon.text.split()),
        details=looking_over.counted(spots), splitting=_splitting(),
        alike=looking_over.like_it(session, use.actor, intake, one, read),
        encodings=_encodings(one, file, read), encoding_words=NAMES,
        language=looking_over.language_of(read), before=before, after=after,
        next=dividing.next_of(session, one), teller=chosen.person_id,
        own_choices=chosen.choices is not None, chosen=intake.choices is not None, **common,
    )  # fmt: skip


@uses(Purpose.TAKE_IN)
def title(use: Use, intake_id: int, waiting_id: int) -> Response:
    """Give it its title, and say whose it is."""
    session = web.session()
    one = _open(intake_id, waiting_id)[1]
    code = request.form.get("teller", "").strip()
    person_id = person_id_of(code) if code else None
    if person_id is not None and people_known.person(session, person_id) is None:
        raise BadInput("No storyteller has that code. Check it, or leave it empty.")
    deciding.name(session, one, request.form.get("title", ""))
    deciding.say_teller(session, one, person_id)
    web.say("Kept.")
    return _to(one)


@uses(Purpose.TAKE_IN)
def who(use: Use, intake_id: int, waiting_id: int) -> Response:
    """Say who is who."""
    session = web.session()
    one = _open(intake_id, waiting_id)[1]
    canon = reading.of(session, one).canon
    roles = {}
    for n in {turn.speaker for turn in canon.turns}:
        said = request.form.get(f"role-{n}", "")
        if said not in set(Speaks):
            raise BadInput("Say for each of them who they are.")
        roles[n] = Speaks(said)
    deciding.say_who(session, one, roles)
    web.say("Kept. An interviewer's words are not the storyteller's.")
    return _to(one)


@uses(Purpose.TAKE_IN)
def encoding(use: Use, intake_id: int, waiting_id: int) -> Response:
    """Read its file again as somebody chose."""
    session = web.session()
    _, one = _open(intake_id, waiting_id)
    file = session.get(IntakeFile, one.file_id) if one.file_id else None
    codec = request.form.get("encoding", "")
    if file is None or codec not in NAMES or not _alone(one):
        raise BadInput("Choose one of the ways to read it.")
    before = file.encoding
    file.encoding = codec
    working.read_now(session, file)
    if one.status == Outcome.REFUSED.value:
        raise BadInput("The file cannot be read in this encoding. Choose another.")
    undo = url_for("receiving.encoding", intake_id=intake_id, waiting_id=waiting_id)
    if before:
        web.say("It was read again.", undo=undo, fields={"encoding": before})
    else:
        web.say("It was read again. Check the letters.")
    return _to(one)


@uses(Purpose.TAKE_IN)
def split(use: Use, intake_id: int, waiting_id: int) -> Response:
    """Make it into several stories."""
    intake, one = _open(intake_id, waiting_id)
    made = dividing.split(web.session(), intake, one, _places("place"))
    web.say(f"There are {len(made)} stories now. To undo it, join each with the next.")
    return _to(one)


@uses(Purpose.TAKE_IN)
def join(use: Use, intake_id: int, waiting_id: int) -> Response:
    """Add the next one to it."""
    intake, one = _open(intake_id, waiting_id)
    place = dividing.join(web.session(), intake, one)
    undo = url_for("receiving.part", intake_id=intake_id, waiting_id=waiting_id)
    web.say("They are one story now.", undo=undo, fields={"place": place})
    return _to(one)


@uses(Purpose.TAKE_IN)
def part(use: Use, intake_id: int, waiting_id: int) -> Response:
    """Take a joining back."""
    intake, one = _open(intake_id, waiting_id)
    for place in _places("place")[:1]:
        dividing.part(web.session(), intake, one, place)
    web.say("They are two stories again.")
    return _to(one)


@uses(Purpose.TAKE_IN)
def leave_out(use: Use, intake_id: int, waiting_id: int) -> Response:
    """Leave it out."""
    session = web.session()
    _, one = _open(intake_id, waiting_id)
    after = lists_shown.around(session, one)[1]
    deciding.leave_out(session, one)
    session.flush()
    undo = url_for("receiving.back", intake_id=intake_id, waiting_id=waiting_id)
    web.say("Left out. It will not be taken in.", undo=undo)
    if after is None:
        return redirect(url_for("receiving.intake", intake_id=intake_id), 303)
    return redirect(url_for("receiving.item", intake_id=intake_id, waiting_id=after), 303)


@uses(Purpose.TAKE_IN)
def back(use: Use, intake_id: int, waiting_id: int) -> Response:
    """Put it among the others again."""
    session = web.session()
    gathering.hold(session, intake_id)
    one = lists_shown.item(session, intake_id, waiting_id)
    deciding.take_back(session, one)
    web.say("It is among the others again.")
    return _to(one)


@uses(Purpose.TAKE_IN)
def take_one(use: Use, intake_id: int, waiting_id: int) -> Response:
    """Take this one in now."""
    session = web.session()
    intake, one = _open(intake_id, waiting_id)
    if intake.choices is None and deciding.own_choices(session, one) is None:
        web.say(choosing.NOT_CHOSEN, "notice")
        return redirect(url_for("receiving.choices", intake_id=intake_id), 303)
    after = lists_shown.around(session, one)[1]
    story = working.take(session, use.actor, one)
    web.say(f"Story {story.id} is taken in.")
    if after is None:
        return redirect(url_for("receiving.intake", intake_id=intake_id), 303)
    return redirect(url_for("receiving.item", intake_id=intake_id, waiting_id=after), 303)


def _open(intake_id: int, waiting_id: int) -> tuple[Intake, IntakeItem]:
    """The item, held for a change. Raises NotFound; Conflict where it is past deciding."""
    session = web.session()
    intake = gathering.hold(session, intake_id)
    one = lists_shown.item(session, intake_id, waiting_id)
    deciding.check_open(intake, one)
    if one.read is None:
        raise Conflict(deciding.NOT_NOW)
    return intake, one


def _splitting() -> str:
    """How the page offers to split: not at all, by ticks, or with every heading ticked."""
    asked = request.args.get("split", "")
    return asked if asked in ("", "headings") else "yes"


def _places(name: str) -> list[int]:
    try:
        return [web.number(typed) for typed in request.form.getlist(name)]
    except ValueError as wrong:
        raise BadInput("Tick each paragraph with which another story begins.") from wrong


def _alone(one: IntakeItem) -> bool:
    """Does its file hold no other item?"""
    return lists_shown.siblings(web.session(), one) == 0


def _encodings(one: IntakeItem, file: IntakeFile | None, read: reading.Read) -> list[Alternative]:
    """Ways to read its file, where there are several."""
    if read.encoding is None or file is None or one.line is not None or not _alone(one):
        return []
    if file.size > MOST_BYTES_SHOWN or one.status not in deciding.OPEN:
        return []
    data = b"".join(gathering.pieces(web.session(), file.id))
    found = text_file.alternatives(data) if data else []
    return found if len(found) > 1 else []


def _to(one: IntakeItem) -> Response:
    there = url_for("receiving.item", intake_id=one.intake_id, waiting_id=one.id)
    return redirect(there, 303)
