"""What shows that a yes was said, event by event; and reading back what was written down."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from storybank import web
from storybank.consent import evidence as service
from storybank.consent import passages, wordings
from storybank.consent.guards import uses
from storybank.consent.recording import How
from storybank.consent.rules import Purpose, Use
from storybank.db import begin_writing
from storybank.errors import BadInput, Conflict, NotFound, StorybankError
from storybank.people.rules import code_of
from storybank.stewardship import assisting, proofs
from storybank.stewardship.rules import ASSISTED_BY
from storybank.stewardship.sight import proof_of, seen
from storybank.stories import drawing, reading
from storybank.stories.canon import normalise
from storybank.stories.choices_asked import CHANNEL_WORDS, EVIDENCE
from storybank.stories.views_choices import HAPPENED

Page = str | Response | tuple[str, int]
KINDS = EVIDENCE | {"web_session": "Signed in, online"}
ENDINGS = {
    "application/pdf": "pdf", "image/png": "png", "image/jpeg": "jpg", "audio/ogg": "ogg",
    "audio/mpeg": "mp3", "audio/wav": "wav", "audio/webm": "webm", "audio/flac": "flac",
    "audio/mp4": "m4a",
}  # fmt: skip


@uses(Purpose.KEEP)
def evidence(use: Use, story_id: int) -> Page:
    """Every event of a story with what shows it. Who looks is written down."""
    session = web.session()
    session.rollback()
    begin_writing(session)
    seen(session, use.actor, story_id)
    proofs.note_look(session, use, story_id, "stewardship.evidence", "read")
    rows = [
        (event, name, service.shown(session, event.evidence_id) if event.evidence_id else None)
        for event, name in proofs.events_of(session, story_id)
    ]
    return web.render(
        "stewardship/evidence.html", use=use, story_id=story_id, rows=rows, kinds=KINDS,
        channels=CHANNEL_WORDS, happened=HAPPENED, code_of=code_of,
    )  # fmt: skip


@uses(Purpose.KEEP)
def evidence_file(use: Use, story_id: int, evidence_id: int) -> Page:
    """A scan or recording, opened with the house's key and sent as a file."""
    session = web.session()
    session.rollback()
    begin_writing(session)
    seen(session, use.actor, story_id)
    theirs = {event.evidence_id for event, _ in proofs.events_of(session, story_id)}
    found = service.content(session, evidence_id) if evidence_id in theirs else None
    if found is None:
        raise NotFound("There is no such file.")
    kind, content = found
    proofs.note_look(session, use, story_id, "stewardship.evidence_file", "file")
    name = f"story-{story_id}-evidence-{evidence_id}.{ENDINGS.get(kind, 'bin')}"
    answer = FlaskResponse(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@uses(Purpose.KEEP)
def read_back(use: Use, story_id: int) -> Page:
    """The words to read to their teller, and the form for what they said."""
    return _read_back_page(use, story_id)


@uses(Purpose.KEEP)
def confirm_read_back(use: Use, story_id: int) -> Page:
    """The teller has heard the words, and says that they are right."""
    session, form = web.session(), request.form
    state = seen(session, use.actor, story_id)
    version = assisting.own(session, story_id, state.person_id).unchecked
    if not version:
        raise Conflict("Nothing waits to be read back here.")
    channel = form.get("channel", "")
    try:
        if channel not in ASSISTED_BY:
            raise BadInput("Choose how you were with them.")
        proof = proof_of(
            form.get("evidence_kind", ""), normalise(form.get("evidence", ""))[0],
            normalise(form.get("understanding", ""))[0],
        )  # fmt: skip
        passages.confirm_read_back(
            session, use.actor, story_id, state.person_id, version,
            proofs.length_of(session, story_id, version), proof, channel, how=How(channel),
        )  # fmt: skip
    except StorybankError as problem:
        session.rollback()
        return _read_back_page(use, story_id, {"channel": problem.sentence}), 422
    web.say("Written down. The storyteller's choices count for everybody now.")
    return redirect(url_for("stories.choices", story_id=story_id), 303)


def _read_back_page(use: Use, story_id: int, errors: dict[str, str] | None = None) -> str:
    session = web.session()
    state = seen(session, use.actor, story_id)
    waits = bool(assisting.own(session, story_id, state.person_id).unchecked)
    found = reading.stories(session, use, [story_id]) if waits else []
    words = wordings.current(session, ["read_back"]).get("read_back")
    return web.render(
        "stewardship/read_back.html", use=use, story_id=story_id, waits=waits, errors=errors,
        body=drawing.body(found[0]) if found else None, code=code_of(state.person_id),
        words=words.text.replace("[name]", code_of(state.person_id)) if words else "",
        channels={way: CHANNEL_WORDS[way] for way in ASSISTED_BY}, evidence=EVIDENCE,
        chosen=request.form,
    )  # fmt: skip
