"""Tables of stories without their words: what there is, and where its parts begin and end."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class Story(Base):
    """A story somebody told, as the bank knows it: whose, since when, which version stands."""

    __tablename__ = "story"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    external_id: Mapped[str | None] = mapped_column(sa.String(200), unique=True)
    current_version: Mapped[int] = mapped_column(default=1)
    invented: Mapped[bool] = mapped_column(default=False)
    taken_in_at: Mapped[datetime]
    taken_in_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class StoryVersion(Base):
    """One immutable text of a story: its hash, its length, where blocks and marks stand."""

    __tablename__ = "story_version"

    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    length: Mapped[int]
    word_count: Mapped[int]
    blocks: Mapped[list[Any]] = mapped_column(sa.JSON)
    marks: Mapped[list[Any]] = mapped_column(sa.JSON)
    turns: Mapped[list[Any]] = mapped_column(sa.JSON, default=list, server_default="[]")
    """Who speaks where: rows of [start, end, said, speaker], see ``canon.Turn``."""
    times: Mapped[list[Any]] = mapped_column(sa.JSON, default=list, server_default="[]")
    """Where a recording is: rows of [at, milliseconds], see ``canon.Time``."""
    made_at: Mapped[datetime]


class StorySpeaker(Base):
    """One of those who speak in a story, by the number that its turns give them, and what they
    are in it: its teller, or an interviewer, whose words are not the teller's."""

    __tablename__ = "story_speaker"

    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(sa.String(20))


class StoryNote(Base):
    """Somebody's comment, or a note at the foot or the end, that came in a file with a story. Its
    words lie with the story's words (kind "note", the same ``ref``); they are not the teller's."""

    __tablename__ = "story_note"

    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    ref: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    version: Mapped[int]
    start: Mapped[int | None]
    end: Mapped[int | None]
    made_at: Mapped[datetime]


class StoryAttribute(Base):
    """One fact about a story that may be searched by: role, country, year, age group..."""

    __tablename__ = "story_attribute"
    __table_args__ = (sa.Index("ix_story_attribute_name_value", "name", "value"),)

    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(100))


class StoryCorrection(Base):
    """A storyteller says what one sentence should say. The words lie with the story's words.

    ``ref`` is the number of those words (kind "correction"); the place is the sentence they are
    to stand instead of, in code points.
    """

    __tablename__ = "story_correction"

    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    ref: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    keep_old: Mapped[bool]
    """The old text is to be kept, where nobody reads it; else it is dropped."""
    request_id: Mapped[int | None] = mapped_column(sa.ForeignKey("rights_request.id"), unique=True)
    made_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
