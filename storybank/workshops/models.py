"""Tables of workshops and packs. A pack holds places; its cards are made anew at each look."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base
from storybank.stories.rules import Place


class Workshop(Base):
    """A meeting that reflects on stories: what is asked, when, and who will be there."""

    __tablename__ = "workshop"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    question: Mapped[str] = mapped_column(sa.String(500))
    held_on: Mapped[date]
    use: Mapped[str] = mapped_column(sa.String(20))
    """workshop, decide or teach."""
    audience: Mapped[list[str]] = mapped_column(sa.JSON)
    """Organisations, places and teams that will be there; storytellers' not-for lists meet it."""
    made_by: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime]


class Pack(Base):
    """An ordered set of places drawn for a workshop."""

    __tablename__ = "pack"

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshop.id"), index=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    code: Mapped[str] = mapped_column(sa.String(10), unique=True)
    """The short code printed on each card."""
    use_until: Mapped[date]
    made_by: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime]


class PackItem(Base):
    """A place in a pack. One that left stays as a row, so that it can be counted or put back."""

    __tablename__ = "pack_item"
    __table_args__ = (sa.Index("ix_pack_item_story_pulled", "story_id", "pulled_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[int] = mapped_column(sa.ForeignKey("pack.id"), index=True)
    position: Mapped[int]
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"))
    version: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    code_id: Mapped[int | None] = mapped_column(sa.ForeignKey("code.id"))
    """The theme it was drawn under, if any."""
    drawn_at: Mapped[datetime]
    pulled_at: Mapped[datetime | None]
    pulled_because: Mapped[str | None] = mapped_column(sa.String(20))
    """A reason of the consent rule, or that a facilitator took it out."""

    @property
    def place(self) -> Place:
        return Place(self.story_id, self.version, self.start, self.end)
