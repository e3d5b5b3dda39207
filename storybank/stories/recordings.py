"""A story's recording as a steward keeps it: taken away, put back, fitted to the words."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import NotFound
from storybank.stories.file_models import StoryFile, StoryFilePart
from storybank.stories.files import GONE, ORIGINAL, RECORDING, may_write, recording

STAYS = timedelta(days=7)
"""How long a recording that was taken away can be put back."""


def take_away(session: Session, use: Use, story_id: int, at: datetime) -> StoryFile:
    """Take a story's recording away: nobody can play it. For ``STAYS`` it can be put back.

    Raises Refused or NotFound as ``files.keep`` does, and NotFound where there is none.
    """
    may_write(session, use, story_id)
    file = recording(session, story_id)
    if file is None:
        raise NotFound(GONE)
    file.removed_at = at
    session.flush()
    return file


def put_back(session: Session, use: Use, story_id: int, file_id: int) -> StoryFile:
    """Put a recording back that was taken away. One that came in its place is taken away then.

    Raises as ``files.keep`` does; NotFound where it was wiped by now.
    """
    may_write(session, use, story_id)
    file = session.scalar(
        select(StoryFile).where(
            StoryFile.id == file_id, StoryFile.story_id == story_id, StoryFile.kind == RECORDING
        )
    )
    if file is None:
        raise NotFound("That recording was taken away too long ago. Bring it again.")
    now_there = recording(session, story_id)
    if now_there is not None and now_there.id != file.id:
        now_there.removed_at = now()
    file.removed_at = None
    session.flush()
    return file


def move_times(session: Session, use: Use, story_id: int, from_ms: int) -> StoryFile:
    """Say anew what the transcript's clock says when the recording begins, in milliseconds.

    Raises as ``take_away`` does.
    """
    may_write(session, use, story_id)
    file = recording(session, story_id)
    if file is None:
        raise NotFound(GONE)
    file.from_ms = from_ms
    session.flush()
    return file


def wipe_original(session: Session, story_id: int) -> None:
    """Wipe the file a story came in: it holds words that are to be nowhere any more."""
    wipe(session, sa.and_(StoryFile.story_id == story_id, StoryFile.kind == ORIGINAL))


def sweep(session: Session, at: datetime) -> int:
    """Wipe the recordings that were taken away longer than ``STAYS`` ago; how many."""
    ids = list(
        session.scalars(select(StoryFile.id).where(StoryFile.removed_at < at - STAYS).limit(20))
    )
    wipe(session, StoryFile.id.in_(ids))
    return len(ids)


def wipe(session: Session, which: sa.ColumnElement[bool]) -> None:
    """Wipe these files with every stretch of them. Twice is as good as once."""
    ids = select(StoryFile.id).where(which)
    quietly = {"synchronize_session": False}
    session.execute(
        sa.delete(StoryFilePart).where(StoryFilePart.file_id.in_(ids)), execution_options=quietly
    )
    session.execute(sa.delete(StoryFile).where(which), execution_options=quietly)
