"""The way out for good: a story's words are wiped, with all that was known of it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank.consent.rules import Use
from storybank.stories.file_models import StoryFile, StoryFilePart
from storybank.stories.models import (
    Story,
    StoryAttribute,
    StoryCorrection,
    StoryNote,
    StorySpeaker,
    StoryVersion,
)
from storybank.stories.words import SealedWords, StoryWords


def erase(session: Session, use: Use, story_id: int) -> None:
    """Wipe text, titles, names, facts, notes, recordings and other files, and the fingerprints
    and outlines of every version.

    What stays is the number of the story and whose it was. Twice is as good as once.
    """
    for words in (StoryWords, SealedWords):
        session.execute(
            sa.delete(words).where(words.story_id == story_id),
            execution_options={"use": use, "synchronize_session": False},
        )
    files = sa.select(StoryFile.id).where(StoryFile.story_id == story_id)
    session.execute(
        sa.delete(StoryFilePart).where(StoryFilePart.file_id.in_(files)),
        execution_options={"synchronize_session": False},
    )
    for table in (StoryAttribute, StoryCorrection, StoryFile, StoryNote, StorySpeaker):
        session.execute(
            sa.delete(table).where(table.story_id == story_id),
            execution_options={"synchronize_session": False},
        )
    session.execute(
        sa.update(StoryVersion)
        .where(StoryVersion.story_id == story_id)
        .values(sha256="", length=0, word_count=0, blocks=[], marks=[], turns=[], times=[]),
        execution_options={"synchronize_session": False},
    )
    session.execute(
        sa.update(Story).where(Story.id == story_id).values(external_id=None),
        execution_options={"synchronize_session": False},
    )
    # What is in memory must not come back as it was.
    session.expire_all()
