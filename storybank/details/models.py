"""Tables of personal details: where they stand and what they are, never what they say."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class Detail(Base):
    """A stretch of a story that may tell who somebody is, and what a person said to that."""

    __tablename__ = "detail"
    __table_args__ = (sa.UniqueConstraint("story_id", "version", "start", "end"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    version: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(15))
    tier: Mapped[str] = mapped_column(sa.String(10))
    thing: Mapped[int]
    """Mentions of the same person or thing in a story share this number."""
    by_hand: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """A person pointed to it; the house had not."""
    answer: Mapped[str | None] = mapped_column(sa.String(10))
    """replace, keep or not one; null while it waits."""
    instead: Mapped[str] = mapped_column(sa.String(60), default="", server_default="")
    """What is to stand in its place, in the team's words; emptied when it does."""
    answered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    answered_at: Mapped[datetime | None]


class DetailsLook(Base):
    """The house was asked to look through a story, and whether it has."""

    __tablename__ = "details_look"

    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    version: Mapped[int]
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    with_names: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """There was a pipeline that knows names; without one, only shapes and capitals are found."""
    in_title: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """The title has a likely detail in it too."""


class DetailsCheck(Base):
    """A person looked at one version of a story for personal details, and says so."""

    __tablename__ = "details_check"

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    version: Mapped[int]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]


class ReplacedDetail(Base):
    """In this version, other words stand here in the place of a detail.

    What was said stands in a version that is sealed, at ``was_start`` to ``was_end``.
    """

    __tablename__ = "replaced_detail"

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    version: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(15))
    number: Mapped[int]
    """Of its thing within the story: what is called [name 2] all through it."""
    was_version: Mapped[int]
    was_start: Mapped[int]
    was_end: Mapped[int]
    made_by: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime]


class OriginalOpened(Base):
    """A steward opened words that were sealed, and why. Never changed; its teller can read it."""

    __tablename__ = "original_opened"

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    version: Mapped[int]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    reason: Mapped[str] = mapped_column(sa.String(500))
    at: Mapped[datetime]
