"""Files that belong to a story: recordings, and the original where a steward kept it. Sealed."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base
from storybank.people.sealing import Sealed


class StoryFile(Base):
    """A file kept with a story: what kind it is, its type, its size in bytes, no name.

    A recording may be played only where the storyteller allows ``voice``. It goes with the story.
    """

    __tablename__ = "story_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    """recording, or original"""
    media_type: Mapped[str] = mapped_column(sa.String(100))
    size: Mapped[int]
    seconds: Mapped[float | None]
    """How long a recording lasts, where its file says so."""
    from_ms: Mapped[int] = mapped_column(default=0)
    """What the transcript's times begin at when the recording begins, in milliseconds."""
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    removed_at: Mapped[datetime | None]
    """When it was taken away: nobody can play it, and it is wiped some days later."""


class StoryFilePart(Base):
    """A stretch of a file's bytes, sealed by itself so that any of it can be read alone."""

    __tablename__ = "story_file_part"

    file_id: Mapped[int] = mapped_column(
        sa.ForeignKey("story_file.id", ondelete="CASCADE"), primary_key=True
    )
    n: Mapped[int] = mapped_column(primary_key=True)
    """From 0; each but the last holds ``story_files.PART`` bytes before sealing."""
    body: Mapped[bytes] = mapped_column(Sealed)
