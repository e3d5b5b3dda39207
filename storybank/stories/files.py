"""Files that belong to a story: its recording, and the original where a steward kept it.

A file is sealed in stretches, so that any part of it can be read alone; no name of it is kept.
A recording is a way to get a story like its words, so the rule is asked at every stretch.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import BinaryIO, Literal

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people import sealing
from storybank.stories.allowed import may
from storybank.stories.file_models import StoryFile, StoryFilePart
from storybank.stories.hearing import may_have
from storybank.stories.sounds import HEAD, NO_SOUND, PICTURES, is_film, type_of

FileKind = Literal["recording", "original"]
RECORDING: FileKind = "recording"
ORIGINAL: FileKind = "original"
PART = 1 << 20
"""Bytes of a file in one sealed stretch."""
MAX_FILE = 300 * PART
"""The largest file kept with a story, in bytes: some five hours of speech as mp3."""
GONE = "There is no such recording here."
TOO_LARGE = f"This file is too large: over {MAX_FILE // PART} MB. Make it smaller, or split it."
ONE_IS_THERE = "This story has a recording already. Take that one away first, or replace it."


@dataclass(frozen=True)
class FileCard:
    """What may be said of a file: its kind, type, size in bytes, and since when it is here."""

    id: int
    story_id: int
    kind: str
    media_type: str
    size: int
    from_ms: int
    """Where the transcript's times are when the recording begins, in milliseconds."""
    made_at: datetime
    taken_away: bool


def keep(
    session: Session,
    use: Use,
    story_id: int,
    kind: FileKind,
    media_type: str,
    stream: BinaryIO,
    *,
    from_ms: int = 0,
) -> StoryFile:
    """Keep a file with a story, sealed a stretch at a time; the caller commits.

    A recording's type is told by its first bytes, whatever ``media_type`` says. Raises Refused
    for a use that neither takes in nor keeps; NotFound where this story may not be kept; BadInput
    for a file that is empty, too large, or no sound where it is to be a recording; Conflict where
    the story has a recording; NotReady without keys.
    """
    may_write(session, use, story_id)
    part = _stretch(stream)
    if not part:
        raise BadInput("This file is empty.")
    if kind == RECORDING:
        media_type = _sound(part[:HEAD])
        if recording(session, story_id) is not None:
            raise Conflict(ONE_IS_THERE)
    file = StoryFile(
        story_id=story_id,
        kind=kind,
        media_type=media_type[:100],
        size=0,
        from_ms=from_ms,
        made_at=now(),
        made_by=use.actor.account_id,
    )
    session.add(file)
    session.flush()
    n = 0
    while part:
        file.size += len(part)
        if file.size > MAX_FILE:
            raise BadInput(TOO_LARGE)
        # Past the session's memory: a stretch is written and forgotten.
        session.execute(
            sa.insert(StoryFilePart).values(
                file_id=file.id, n=n, body=sealing.seal_bytes(session, part)
            )
        )
        part, n = _stretch(stream), n + 1
    session.flush()
    return file


def read(
    session: Session, use: Use, file_id: int, start: int = 0, end: int | None = None
) -> Iterator[bytes]:
    """The bytes [start, end) of a file, a stretch at a time, for whoever may have it now.

    The rule is asked anew before each stretch: a stop while it is read ends it there. Raises
    Refused or NotFound as ``card`` does, before the first byte; NotReady without keys.
    """
    file = card(session, use, file_id)
    last = file.size if end is None else min(end, file.size)
    return _stretches(session, use, file_id, max(start, 0), last)


def card(session: Session, use: Use, file_id: int) -> FileCard:
    """A file that this use may have, now.

    Raises NotFound where it is not there, or not for this use: both look the same.
    """
    file = session.scalar(
        select(StoryFile).where(StoryFile.id == file_id, StoryFile.removed_at.is_(None))
    )
    if file is None or not may_have(session, use, file):
        raise NotFound(GONE)
    return _card(file)


def to_play(session: Session, use: Use, story_id: int) -> FileCard | None:
    """The recording of a story, where it may be played for this use at this moment."""
    file = recording(session, story_id)
    return _card(file) if file is not None and may_have(session, use, file) else None


def recording(session: Session, story_id: int) -> StoryFile | None:
    """The recording that a story has, whoever may hear it. No byte of it comes out here."""
    return session.scalar(
        select(StoryFile)
        .where(
            StoryFile.story_id == story_id,
            StoryFile.kind == RECORDING,
            StoryFile.removed_at.is_(None),
        )
        .order_by(StoryFile.id.desc())
        .limit(1)
    )


def original(session: Session, use: Use, story_id: int) -> FileCard | None:
    """The file a story came in, where one is kept and this use may have it now."""
    file = session.scalar(
        select(StoryFile)
        .where(StoryFile.story_id == story_id, StoryFile.kind == ORIGINAL)
        .order_by(StoryFile.id.desc())
        .limit(1)
    )
    return _card(file) if file is not None and may_have(session, use, file) else None


def held(session: Session, use: Use, story_id: int) -> list[FileCard]:
    """Every file that is kept with a story, for its teller and for whoever keeps it.

    Raises Refused for any other use; NotFound where the story is not there for this one.
    """
    if use.purpose not in (Purpose.KEEP, Purpose.OWN):
        raise Refused("Only the storyteller and a steward can see this.")
    if not may(session, use, story_id):
        raise NotFound("There is no such story here.")
    rows = session.scalars(
        select(StoryFile).where(StoryFile.story_id == story_id).order_by(StoryFile.id)
    )
    return [_card(file) for file in rows]


def may_write(session: Session, use: Use, story_id: int) -> None:
    """Raises Refused for a use that neither takes in nor keeps; NotFound for a story not kept."""
    if use.purpose not in (Purpose.KEEP, Purpose.TAKE_IN):
        raise Refused("Only a steward can keep a file with a story.")
    if use.purpose is Purpose.KEEP and not may(session, use, story_id):
        raise NotFound("There is no such story here.")


def _sound(head: bytes) -> str:
    found = type_of(head)
    if found is None:
        raise BadInput(PICTURES if is_film(head) else NO_SOUND)
    return found


def _stretch(stream: BinaryIO) -> bytes:
    """The next stretch: whole, but for the last one, however little the stream gives at a time."""
    pieces: list[bytes] = []
    lacking = PART
    while lacking and (piece := stream.read(lacking)):
        pieces.append(piece)
        lacking -= len(piece)
    return b"".join(pieces)


def _stretches(session: Session, use: Use, file_id: int, start: int, end: int) -> Iterator[bytes]:
    at = start
    while at < end:
        card(session, replace(use, at=now()), file_id)
        n = at // PART
        sealed = session.scalar(
            select(StoryFilePart.body).where(StoryFilePart.file_id == file_id, StoryFilePart.n == n)
        )
        if sealed is None:
            return
        whole = sealing.unseal_bytes(session, sealed)
        yield whole[at - n * PART : end - n * PART]
        at = (n + 1) * PART


def _card(file: StoryFile) -> FileCard:
    return FileCard(
        file.id, file.story_id, file.kind, file.media_type, file.size, file.from_ms, file.made_at,
        file.removed_at is not None,
    )  # fmt: skip
