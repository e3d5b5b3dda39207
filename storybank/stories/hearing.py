"""Who may have a file of a story: the rule of consent, and what a recording says besides.

A recording cannot leave a word out. Where a part of a story is kept back, or its words were
changed, the recording would say what the page does not.
"""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.answers import Mark, Medium
from storybank.consent.rules import Purpose, Use
from storybank.consent.standing_models import PartStanding, StoryStanding
from storybank.stories import reading
from storybank.stories.allowed import may
from storybank.stories.file_models import StoryFile
from storybank.stories.models import StoryVersion

NO_VOICE = "The storyteller has not said that people may hear their voice. Only they can hear it."
PARTS_CLOSED = (
    "A part of this story is kept back, so only stewards and the storyteller can hear it."
)
WORDS_CHANGED = (
    "Words of this story were changed, and the recording still says the old ones, so only "
    "stewards and the storyteller can hear it."
)


def may_have(session: Session, use: Use, file: StoryFile) -> bool:
    """May this use have the file, now?

    An original is for whoever keeps the story, until personal details were replaced in it, and
    for its teller; a recording for whoever may hear the voice and see every part of the words.
    """
    if use.purpose is Purpose.OWN:
        return may(session, use, file.story_id)
    if file.kind == "recording":
        use = replace(use, medium=Medium.VOICE)
    elif use.purpose is not Purpose.KEEP or reading.has_sealed(session, file.story_id):
        # What was replaced is opened with a reason that is written down, a version at a time.
        return False
    if not may(session, use, file.story_id):
        return False
    closed = _closed(file.story_id)
    if use.purpose is Purpose.KEEP:
        # A steward may know what others may not; but what is held is its lead's alone.
        closed = closed.where(
            PartStanding.mark == Mark.HELD.value, PartStanding.lead != (use.actor.account_id or -1)
        )
        return not session.scalar(closed.limit(1))
    return not (
        session.scalar(closed.limit(1))
        or session.scalar(_changed(file).limit(1))
        or reading.has_sealed(session, file.story_id)
    )


def limits(session: Session, file: StoryFile) -> tuple[str, ...]:
    """Why some, or all, may not hear this recording now; for whoever keeps it."""
    voice = select(StoryStanding.media.contains(f"|{Medium.VOICE.value}|")).where(
        StoryStanding.story_id == file.story_id
    )
    told = []
    if not session.scalar(voice):
        told.append(NO_VOICE)
    if session.scalar(_closed(file.story_id).limit(1)):
        told.append(PARTS_CLOSED)
    if session.scalar(_changed(file).limit(1)) or reading.has_sealed(session, file.story_id):
        told.append(WORDS_CHANGED)
    return tuple(told)


def _closed(story_id: int) -> sa.Select[int]:
    """Parts of a story that are kept back from anybody."""
    return select(sa.literal(1)).where(PartStanding.story_id == story_id)


def _changed(file: StoryFile) -> sa.Select[int]:
    """Versions since a recording came: what was changed in the words is still said in it."""
    return select(sa.literal(1)).where(
        StoryVersion.story_id == file.story_id,
        StoryVersion.n > 1,
        StoryVersion.made_at >= file.made_at,
    )
