"""Pages on which a recording is heard along its words, and those on which a steward keeps it."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, cast

from flask import redirect, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import ContentRange
from werkzeug.wrappers import Response

from storybank import web
from storybank.clock import now
from storybank.consent import access
from storybank.consent.guards import uses
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, NotFound, StorybankError
from storybank.people.login import may_be_signed_in
from storybank.stories import files, following, hearing, notes, reading, recordings, sounds
from storybank.stories.files import FileCard

for_hearing = uses(
    Purpose.KEEP, Purpose.STUDY, Purpose.MEMBERS, Purpose.REUSE, Purpose.OWN, arg="purpose"
)
HEADINGS = {
    Purpose.KEEP: "Stories we keep",
    Purpose.MEMBERS: "Stories for members",
    Purpose.REUSE: "Stories for other research",
}
BRING = "stories.bring_recording"
ROOM_FOR_FIELDS = 64 * 1024


def room_for_a_recording(endpoint: str | None, values: object) -> None:
    """Let a recording be larger than other files that are sent, where somebody is signed in."""
    if endpoint == BRING and may_be_signed_in():
        request.max_content_length = files.MAX_FILE + ROOM_FOR_FIELDS


@for_hearing
def listen(use: Use, purpose: str, story_id: int) -> ResponseReturnValue:
    """Hear a story and follow its words; for a steward also the way to bring a recording."""
    session = web.session()
    steward = use.purpose is Purpose.KEEP
    story = reading.story(session, use, story_id)
    card = files.to_play(session, use, story_id)
    if card is None and not steward:
        raise NotFound(files.GONE)
    return _page(use, story, card, {})


@for_hearing
def recording(use: Use, purpose: str, story_id: int) -> ResponseReturnValue:
    """The sound, or a part of it: the rule is asked at each part, whatever was played before."""
    card = files.to_play(web.session(), use, story_id)
    if card is None:
        raise NotFound(files.GONE)
    access.note_reading(web.session(), use, story_id)
    wanted = request.range if _same(card) else None
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        answer = Response(stream_with_context(_all_of(use, card)), mimetype=card.media_type)
        answer.content_length = card.size
        return _named(answer, card)
    found = wanted.range_for_length(card.size)
    if found is None:
        answer = Response(status=416)
        answer.content_range = ContentRange("bytes", None, None, card.size)
        return answer
    # One stretch at most: the browser asks for the next, and so does the rule.
    start, stop = found[0], min(found[1], (found[0] // files.PART + 1) * files.PART)
    body = b"".join(files.read(web.session(), use, card.id, start, stop))
    answer = Response(body, 206, mimetype=card.media_type)
    answer.content_range = ContentRange("bytes", start, stop, card.size)
    return _named(answer, card)


@uses(Purpose.KEEP)
def bring_recording(use: Use, story_id: int) -> ResponseReturnValue:
    """Keep a recording with a story; one that is there is taken away for it."""
    session = web.session()
    sent = request.files.get("sound")
    errors: dict[str, str] = {}
    try:
        from_ms = following.offset(request.form.get("begins", ""))
    except BadInput as wrong:
        from_ms, errors["begins"] = 0, wrong.sentence
    if sent is None or not sent.filename:
        errors["sound"] = "Choose the file of the recording."
    old = files.recording(session, story_id)
    if not errors and sent is not None:
        try:
            if old is not None:
                recordings.take_away(session, use, story_id, now())
            made = files.keep(
                session, use, story_id, "recording", "", cast(BinaryIO, sent.stream),
                from_ms=from_ms,
            )  # fmt: skip
        except BadInput as wrong:
            session.rollback()
            errors["sound"] = wrong.sentence
        else:
            _say_kept(story_id, old.id if old else None, made.id)
            return _back(story_id)
    story = reading.story(session, use, story_id)
    return _page(use, story, files.to_play(session, use, story_id), errors), 422


@uses(Purpose.KEEP)
def recording_away(use: Use, story_id: int) -> ResponseReturnValue:
    """Take a recording away; the page before it says what that means."""
    session = web.session()
    if request.method != "POST":
        story = reading.story(session, use, story_id)
        if files.recording(session, story_id) is None:
            raise NotFound(files.GONE)
        return web.render(
            "stories/recording_away.html", use=use, story=story, days=recordings.STAYS.days
        )
    file = recordings.take_away(session, use, story_id, now())
    web.say(
        f"The recording was taken away. It is wiped in {recordings.STAYS.days} days.",
        undo=url_for("stories.recording_back", story_id=story_id), fields={"file": file.id},
        label="Put it back",
    )  # fmt: skip
    return _back(story_id)


@uses(Purpose.KEEP)
def recording_back(use: Use, story_id: int) -> ResponseReturnValue:
    """Put a recording back that was taken away."""
    number = request.form.get("file", 0, web.number)
    recordings.put_back(web.session(), use, story_id, number)
    web.say("The recording is back.")
    return _back(story_id)


@uses(Purpose.KEEP)
def recording_times(use: Use, story_id: int) -> ResponseReturnValue:
    """Say anew where in the recording the transcript's clock begins."""
    session = web.session()
    old = files.recording(session, story_id)
    before = following.typed_offset(old.from_ms if old else 0)
    try:
        begins = following.offset(request.form.get("begins", ""))
        recordings.move_times(session, use, story_id, begins)
    except BadInput as wrong:
        story = reading.story(session, use, story_id)
        card = files.to_play(session, use, story_id)
        return _page(use, story, card, {"moves": wrong.sentence}), 422
    web.say(
        "The times of the words were moved.", fields={"begins": before},
        undo=url_for("stories.recording_times", story_id=story_id),
    )  # fmt: skip
    return _back(story_id)


@uses(Purpose.KEEP)
def original_file(use: Use, story_id: int) -> ResponseReturnValue:
    """The file a story came in, where a steward kept it, to be saved."""
    card = files.original(web.session(), use, story_id)
    if card is None:
        raise NotFound("No original is kept with this story.")
    access.note_reading(web.session(), use, story_id)
    answer = Response(stream_with_context(_all_of(use, card)), mimetype="application/octet-stream")
    answer.content_length = card.size
    ending = mimetypes.guess_extension(card.media_type) or ".bin"
    name = f"story-{story_id}-original{ending}"
    answer.headers["Content-Disposition"] = f"attachment; filename={name}"
    return answer


def _page(use: Use, story: reading.StoryText, card: FileCard | None, errors: dict[str, str]) -> str:
    session = web.session()
    steward = use.purpose is Purpose.KEEP
    there = files.recording(session, story.story_id) if steward else None
    begins = request.form.get("begins") if errors else None
    up, back = _ways_up(use, story.story_id)
    return web.render(
        "stories/listen.html", up=up, back=back, use=use, story=story, card=card,
        errors=errors, steward=steward,
        lines=following.lines(story, card.from_ms if card else 0),
        there=there, original=files.original(session, use, story.story_id) if steward else None,
        limits=hearing.limits(session, there) if there else (),
        begins=begins or following.typed_offset(there.from_ms if there else 0),
        formats=sounds.FORMATS, most=files.MAX_FILE // files.PART, days=recordings.STAYS.days,
        notes=notes.of(session, use, story.story_id) if steward else [],
    )  # fmt: skip


def _ways_up(use: Use, story_id: int) -> tuple[tuple[str, str], str]:
    """The list of stories that this page belongs to, and the page of the story itself."""
    if use.purpose is Purpose.OWN:
        back = url_for("portal.my_story", story_id=story_id)
        return ("My stories", url_for("portal.my_stories")), back
    if use.purpose is Purpose.STUDY:
        back = url_for("coding.desk", story_id=story_id)
        return ("Stories to study", url_for("coding.stories")), back
    purpose = use.purpose.value
    back = url_for("stories.read", purpose=purpose, story_id=story_id)
    return (HEADINGS[use.purpose], url_for("stories.stories", purpose=purpose)), back


def _say_kept(story_id: int, old: int | None, new: int) -> None:
    if old is None:
        web.say(
            "The recording is kept with the story.", label="Take it away again",
            undo=url_for("stories.recording_away", story_id=story_id),
        )  # fmt: skip
        return
    web.say(
        f"The new recording is in place. The old one is wiped in {recordings.STAYS.days} days.",
        undo=url_for("stories.recording_back", story_id=story_id), fields={"file": old},
        label="Put the old one back",
    )  # fmt: skip


def _back(story_id: int) -> Response:
    return redirect(url_for("stories.listen", purpose="keep", story_id=story_id), 303)


def _all_of(use: Use, card: FileCard) -> Iterator[bytes]:
    """Every stretch in turn, each asked for and read in a transaction of its own."""
    session = web.session()
    for start in range(0, card.size, files.PART):
        try:
            asked = replace(use, at=now())
            body = b"".join(files.read(session, asked, card.id, start, start + files.PART))
        except StorybankError:
            return  # It was stopped meanwhile: what is on its way ends here.
        # Whoever listens slowly keeps nobody waiting, and the next stretch sees what is new.
        session.rollback()
        yield body


def _named(answer: Response, card: FileCard) -> Response:
    answer.set_etag(str(card.id))
    answer.accept_ranges = "bytes"
    return answer


def _same(card: FileCard) -> bool:
    """Is what the browser has begun with the recording that is there?"""
    return request.if_range is None or request.if_range.etag in (None, str(card.id))
