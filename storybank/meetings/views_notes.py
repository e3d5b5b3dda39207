"""The note-taker's page: writing down what others say, also where there is no connection.

What is kept on the device. Notes wait there until the house has answered that they are kept; then
they leave it. So that the page opens again without a connection, a service worker for this page
alone keeps its shell: ``notes_away``, which names the questions and groups and holds no answer and
no passage, and its looks and modules. Words of stories are never on this page, so none is kept; it
goes from the device when the workshop is closed, or when its note-taker says they are finished.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict, StorybankError
from storybank.meetings import noting, team
from storybank.meetings.agenda import agenda
from storybank.meetings.answer_rules import Stance
from storybank.meetings.grouping import groups
from storybank.meetings.models import MeetingState, Prompt
from storybank.meetings.models import Response as Answer
from storybank.meetings.note_forms import STATES, as_sent, entry_from, number, plan_of
from storybank.meetings.noted import AT_ONCE, Captured, Entry, entry_of
from storybank.web.jinja import plural
from storybank.workshops.models import Workshop

Page = str | BaseResponse | tuple[str | BaseResponse, int]
for_the_team = uses(Purpose.WORKSHOP, Purpose.DECIDE, Purpose.TEACH, arg="purpose")
WORKER = Path(__file__).with_name("static") / "notes-worker.js"
LARGEST = 1_000_000
"""Bytes of one sending: fifty notes of the longest kind are half of it."""


@for_the_team
def notes(use: Use, purpose: str, workshop_id: int) -> Page:
    """The note-taker's page, with what they wrote before."""
    session = web.session()
    workshop, _ = team.meeting_for(session, use, workshop_id)
    return _page(session, use, workshop, _typed(session, use, workshop))


@for_the_team
def note_one(use: Use, purpose: str, workshop_id: int) -> Page:
    """Keep one note from the plain form."""
    session, form = web.session(), request.form
    workshop, _ = team.meeting_for(session, use, workshop_id)
    typed = dict(form.items())
    try:
        entry = entry_from(form)
        [kept] = noting.note(session, use, workshop_id, [entry])
    except (BadInput, Conflict) as no:
        return _page(session, use, workshop, typed, no.sentence), no.status
    if kept.state == noting.REFUSED:
        return _page(session, use, workshop, typed, kept.sentence), 422
    web.say(
        f"{STATES[kept.state]}.".replace("..", "."),
        undo=url_for("meetings.take_back_note", purpose=purpose, workshop_id=workshop_id),
        fields={"ids": kept.id}, label="Take it back",
    )  # fmt: skip
    return redirect(_here(workshop, prompt=entry.prompt_id, group=entry.group_id), 303)


@for_the_team
def send_notes(use: Use, purpose: str, workshop_id: int) -> Page:
    """Keep notes that a device sends as JSON, {"entries": [...]}; what became of each.

    The answer goes out after the database has kept them: what it names as kept is kept.
    """
    session = web.session()
    try:
        sent = _entries()
        read: list[Entry] = []
        kept: dict[int, noting.Kept] = {}
        for number, one in enumerate(sent):
            try:
                read.append(entry_of(one))
            except BadInput as no:
                kept[number] = noting.Kept(_id_in(one), noting.REFUSED, no.sentence)
        answers = iter(noting.note(session, use, workshop_id, read))
    except StorybankError as no:
        return jsonify({"sentence": no.sentence}), no.status
    results = [kept[n] if n in kept else next(answers) for n in range(len(sent))]
    return jsonify({"results": [vars(one) for one in results]})


@for_the_team
def my_notes(use: Use, purpose: str, workshop_id: int) -> Page:
    """What this person wrote in this workshop and where it stands, for their page's own module.

    Also who they are, a token to send with, and which questions and groups there are. 204 where
    nothing differs from ?v=.
    """
    session = web.session()
    workshop, _ = team.meeting_for(session, use, workshop_id)
    known = {
        "notes": [as_sent(one) for one in noting.sitting(session, use, workshop_id)],
        "closed": _is_closed(workshop),
        "plan": plan_of(session, workshop),
        "who": use.actor.account_id,
    }
    version = hashlib.sha256(json.dumps(known, default=str).encode()).hexdigest()[:16]
    if request.args.get("v") == version:
        return Response(status=204)
    return jsonify(known | {"version": version, "token": generate_csrf()})


@for_the_team
def notes_away(use: Use, purpose: str, workshop_id: int) -> Page:
    """The shell of the page, to be kept on the device: it holds nothing that anybody answered,
    no passage, no name of whoever is signed in, and no token."""
    session = web.session()
    workshop, _ = team.meeting_for(session, use, workshop_id)
    return _page(session, use, workshop, {}, away=True)


@for_the_team
def notes_worker(use: Use, purpose: str, workshop_id: int) -> Page:
    """The service worker. It stands beside the page, so that it can look after that one alone."""
    team.meeting_for(web.session(), use, workshop_id)
    return Response(WORKER.read_text("utf-8"), mimetype="text/javascript")


@for_the_team
def take_back_note(use: Use, purpose: str, workshop_id: int) -> Page:
    """Hide notes of one's own."""
    workshop, _ = team.meeting_for(web.session(), use, workshop_id)
    ids = _ids()
    taken = noting.take_back(web.session(), use, workshop_id, ids)
    if taken:
        web.say(
            f"Taken back: {plural(len(taken), 'answer')}.",
            undo=url_for("meetings.put_back_note", purpose=purpose, workshop_id=workshop_id),
            fields={
                "ids": ",".join(one.id for one in taken),
                "sheet": request.form.get("sheet", "")[:1],
            },
        )
    else:
        web.say("Nothing was taken back. You can take back what you wrote yourself.", "notice")
    return _after(workshop, taken)


@for_the_team
def put_back_note(use: Use, purpose: str, workshop_id: int) -> Page:
    """Bring back notes that one took back."""
    workshop, _ = team.meeting_for(web.session(), use, workshop_id)
    back = noting.put_back(web.session(), use, workshop_id, _ids())
    if back:
        web.say(f"Put back: {plural(len(back), 'answer')}.")
    else:
        web.say("Nothing was put back.", "notice")
    return _after(workshop, back)


def _page(
    session: Session, use: Use, workshop: Workshop, typed: Mapping[str, Any],
    error: str | None = None, away: bool = False,
) -> str:  # fmt: skip
    plan = agenda(session, workshop.id)
    here = {"purpose": use.purpose.value, "workshop_id": workshop.id}
    asked = _asked(session, workshop, plan.prompts, typed)
    bare: dict[str, Any] = {
        "actor": None, "nav_items": (), "sign_in_url": None, "account_url": None,
        "sign_out_url": None, "messages": lambda: [],
    }  # fmt: skip
    return web.render(
        "meetings/notes.html", workshop=workshop, here=here, away=away, plan=plan,
        groups=groups(session, workshop.id), asked=asked, typed=typed, fresh=str(uuid4()),
        errors={"text": error} if error else None, captured=[Captured.NOTE_TAKER, Captured.VOICE],
        stances=list(Stance), mine=[] if away else noting.sitting(session, use, workshop.id),
        states=STATES, prompts={one.id: one for one in plan.prompts},
        plan_word=plan_of(session, workshop), closed=_is_closed(workshop),
        draft=workshop.status == "draft", who="" if away else use.actor.account_id,
        **(bare if away else {}),
    )  # fmt: skip


def _typed(session: Session, use: Use, workshop: Workshop) -> dict[str, Any]:
    """What the form begins with: a note to be changed, or the question and group of the last."""
    number = request.args.get("edit", "")[:36]
    own = noting.sitting(session, use, workshop.id) if number else []
    found = next((one for one in own if one.id == number), None)
    if found is None:
        return {"prompt": request.args.get("prompt", ""), "group": request.args.get("group", "")}
    sent = as_sent(found)
    return sent | {
        "prompt": str(found.prompt_id), "group": str(found.group_id or ""), "edit": True,
        "verbatim": "yes" if found.verbatim else "no",
        "may_quote": "yes" if found.may_quote else "",
        f"stance-{found.prompt_id}": found.stance, f"value-{found.prompt_id}": str(found.value),
        **{f"choice-{found.prompt_id}-{n}": v for n, v in (found.choices or {}).items()},
    }  # fmt: skip


def _asked(
    session: Session, workshop: Workshop, prompts: list[Prompt], typed: Mapping[str, Any]
) -> Prompt | None:
    """The question the form is for: the one chosen, the one all look at, or the first."""
    chosen = number(str(typed.get("prompt") or ""))
    stands = session.get(MeetingState, workshop.id)
    live = stands.prompt_id if stands else None
    by_id = {one.id: one for one in prompts}
    return by_id.get(chosen or 0) or by_id.get(live or 0) or next(iter(prompts), None)


def _entries() -> list[object]:
    if (request.content_length or 0) > LARGEST:
        raise BadInput("That is too much at once. Load the page again.")
    try:
        sent = request.get_json(silent=True)
    except RecursionError:
        sent = None
    entries = sent.get("entries") if isinstance(sent, dict) else None
    if not isinstance(entries, list) or len(entries) > AT_ONCE:
        raise BadInput(f"Send a list of at most {AT_ONCE} notes.")
    return entries


def _id_in(sent: object) -> str:
    found = sent.get("id") if isinstance(sent, dict) else None
    return found[:36] if isinstance(found, str) else ""


def _ids() -> list[str]:
    sent = request.form.get("ids", "")[:4_000].split(",")
    return [one for one in sent if len(one) == 36 and one.isascii() and one.isprintable()]


def _is_closed(workshop: Workshop) -> bool:
    return workshop.status == "closed" or workshop.wiped_at is not None


def _here(workshop: Workshop, **more: Any) -> str:
    return url_for("meetings.notes", purpose=workshop.use, workshop_id=workshop.id, **more)


def _after(workshop: Workshop, changed: list[Answer]) -> Page:
    if request.form.get("sheet"):
        here = url_for("meetings.sheets", purpose=workshop.use, workshop_id=workshop.id)
        return redirect(here, 303)
    last = changed[0] if changed else None
    if last is None:
        return redirect(_here(workshop), 303)
    return redirect(_here(workshop, prompt=last.prompt_id, group=last.group_id), 303)


def add_to(bp: Blueprint, live: str) -> None:
    """Give the pages here their addresses below a workshop's own."""
    bp.get(f"{live}/notes")(notes)
    bp.post(f"{live}/notes")(note_one)
    bp.post(f"{live}/notes/send")(send_notes)
    bp.get(f"{live}/notes/mine")(my_notes)
    bp.get(f"{live}/notes/away")(notes_away)
    bp.get(f"{live}/notes-worker.js")(notes_worker)
    bp.post(f"{live}/notes/take-back")(take_back_note)
    bp.post(f"{live}/notes/put-back")(put_back_note)
