"""Pages for projects and codebooks of other programs: bring one in, see what came of it, take it
back; and take our own out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from flask import Response, redirect, request, stream_with_context, url_for
from werkzeug.wrappers import Response as Answer

from storybank import web
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.db import begin_writing
from storybank.errors import StorybankError
from storybank.exchange import (
    apart,
    arrivals,
    arrivals_list,
    arrivals_undo,
    qdpx_out,
    refi_codes_out,
)
from storybank.people.login import current_actor, open_to
from storybank.people.rules import Role

Page = str | Answer | tuple[str, int]
ZIP, XML = "application/zip", "application/xml"
MOST_HERE = 15 * 1024 * 1024
"""The largest file that a page takes, in bytes; the command line takes larger ones."""
CHOOSE = "Choose a file first."
TOO_BIG = "The file is over 15 MB. Whoever looks after the server can run: storybank bring-in"


@open_to(Role.RESEARCHER, Role.STEWARD)
def bring_in() -> Page:
    """Choose a file of another program; what came in before."""
    return _bring_in_page({})


@open_to(Role.RESEARCHER, Role.STEWARD)
def send_project() -> Page:
    """Take a file in, all that can be carried or nothing, and show what came of it."""
    session, actor = web.session(), current_actor()
    # Reading a file may take a minute and writes nothing: nobody else should wait for the lock.
    session.rollback()
    upload = request.files.get("upload")
    data = upload.read(MOST_HERE + 1) if upload and upload.filename else b""
    try:
        arrivals.check_may(actor, None)
        if not data:
            return _bring_in_page({"upload": CHOOSE}), 422
        if len(data) > MOST_HERE:
            return _bring_in_page({"upload": TOO_BIG}), 422
        digest = hashlib.sha256(data).hexdigest()
        arrivals.check_new(session, digest)
        session.rollback()
        came = apart.read(data)
        begin_writing(session)
        by_name = request.form.get("names") != "no"
        arrival = arrivals.take(session, actor, came, digest, match_names=by_name)
    except StorybankError as problem:
        session.rollback()
        return _bring_in_page({"upload": problem.sentence}), 422
    undo = url_for("exchange.undo_arrival", arrival_id=arrival.id)
    web.say("It is in. Below is what came, and what could not be carried.", undo=undo)
    return redirect(url_for("exchange.arrival", arrival_id=arrival.id), 303)


@open_to(Role.RESEARCHER, Role.STEWARD)
def arrival(arrival_id: int) -> Page:
    """What came in one file and what did not; which stories wait for choices."""
    found = arrivals_list.arrival(web.session(), arrival_id)
    steward = Role.STEWARD in current_actor().roles
    return web.render("exchange/arrival.html", found=found, steward=steward)


@open_to(Role.RESEARCHER, Role.STEWARD)
def undo_arrival(arrival_id: int) -> Page:
    """Take an arrival back, as far as nobody has worked on it since."""
    session, actor = web.session(), current_actor()
    found = arrivals_list.arrival(session, arrival_id)
    if found.row.kind != arrivals_list.KINDS["codebook"]:
        Use.claim(actor, Purpose.TAKE_IN, found.row.at)
    session.rollback()
    begin_writing(session)
    done = arrivals_undo.undo(session, arrival_id)
    said = f"Taken back: {done.stories:,} stories, {done.codings:,} codings, {done.codes:,} codes."
    if done.staying:
        said += f" {done.staying:,} things stay, for somebody has worked on them."
    web.say(said)
    return redirect(url_for("exchange.bring_in"), 303)


@uses(Purpose.TAKE_IN)
def drop_story(use: Use, arrival_id: int, story_id: int) -> Page:
    """A storyteller said no: their held story is deleted."""
    session = web.session()
    session.rollback()
    begin_writing(session)
    arrivals_undo.drop(session, arrival_id, story_id)
    web.say(f"Story {story_id} is deleted. No later file of this project brings it in again.")
    return redirect(url_for("exchange.arrival", arrival_id=arrival_id), 303)


@uses(Purpose.STUDY, Purpose.REUSE, arg="purpose")
def project(use: Use, purpose: str) -> Response:
    """A REFI-QDA project of what this use allows."""
    session = web.session()
    session.rollback()
    begin_writing(session)
    wanted = qdpx_out.wanted(session, use, request.args.get("stories") == "coded")
    # That it leaves is written down, and committed, before its first byte does.
    qdpx_out.note(session, use, wanted)
    made = qdpx_out.make(session, use, wanted)
    session.commit()
    answer = Response(stream_with_context(_afresh(use, made)), mimetype=ZIP)
    name = f"storybank-{use.purpose.value}.qdpx"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def _afresh(use: Use, made: qdpx_out.ProjectOut) -> Iterator[bytes]:
    session = web.session()
    for some in qdpx_out.packed(session, use, made):
        # The next piece sees what was stopped meanwhile.
        session.commit()
        if some:
            yield some


@open_to(Role.RESEARCHER, Role.FACILITATOR, Role.STEWARD)
def refi_codebook() -> Response:
    """The codebook as other programs read it (.qdc)."""
    session = web.session()
    session.rollback()
    begin_writing(session)
    answer = Response(refi_codes_out.codebook(session), mimetype=XML)
    answer.headers["Content-Disposition"] = "attachment; filename=codebook.qdc"
    return answer


def _bring_in_page(errors: dict[str, str]) -> str:
    return web.render(
        "exchange/bring_in.html", errors=errors, rows=arrivals_list.arrivals(web.session()),
        steward=Role.STEWARD in current_actor().roles,
    )  # fmt: skip
