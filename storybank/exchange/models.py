"""Tables of exchange with other programs: numbers they know things by, and what came in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class ForeignId(Base):
    """The GUID by which another program knows something of ours, so that a project that goes out
    and comes in again is the same one. What has none here gets one derived from its number."""

    __tablename__ = "foreign_id"
    __table_args__ = (sa.UniqueConstraint("kind", "guid"),)

    kind: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    """house, code, family, story, coding, passage, memo, account, query..."""
    number: Mapped[int] = mapped_column(primary_key=True)
    guid: Mapped[str] = mapped_column(sa.String(36))
    """Small letters, no braces."""


class Arrival(Base):
    """A project, codebook or table that came from another program, with its loss report.

    The report says what was not carried, by kinds, counts and places; it quotes nothing.
    """

    __tablename__ = "arrival"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    origin: Mapped[str] = mapped_column(sa.String(90), default="")
    """The program that wrote it, as it says."""
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    report: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class ArrivalStory(Base):
    """A story that came in so. It is held: no use is granted until its teller's choices are
    written down."""

    __tablename__ = "arrival_story"

    arrival_id: Mapped[int] = mapped_column(sa.ForeignKey("arrival.id"), primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True, index=True)
