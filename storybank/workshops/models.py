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
    why: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    in_scope: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    out_of_scope: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    decider: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    """Who will decide on what the workshop says."""
    reply_by: Mapped[date | None]
    """The day by which they promised to reply."""
    mode: Mapped[str] = mapped_column(sa.String(10), default="both", server_default="both")
    """room, online or both."""
    template: Mapped[str] = mapped_column(
        sa.String(20), default="reflection", server_default="reflection"
    )
    status: Mapped[str] = mapped_column(sa.String(10), default="draft", server_default="draft")
    """draft, open (may be joined), live, synthesis or closed."""
    join_code: Mapped[str | None] = mapped_column(sa.String(6), unique=True)
    """Stands while people may join; none before, and none after."""
    observer_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    """sha256 of the word in the observers' link."""
    moderated: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    policy: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    """What is held back from the wall, as people who join are told; blank is the house's own."""
    keep_days: Mapped[int] = mapped_column(default=30, server_default="30")
    """How long after it ended participants' data is kept."""
    wipe_on: Mapped[date | None]
    wiped_at: Mapped[datetime | None]
    rehearsal: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Everything in it is invented, to practise with; no storyteller's words are shown."""
    rehearsal_of: Mapped[int | None] = mapped_column(sa.ForeignKey("workshop.id"), index=True)
    """The workshop that is practised."""
    no_passages: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Said on purpose: nobody is shown any passage in it."""
    self_check: Mapped[dict[str, str]] = mapped_column(
        sa.JSON, default=dict, server_default=sa.text("'{}'")
    )
    """What its facilitator answered to "is this real involvement?": {question: answer}."""
    pack_version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("pack_version.id", use_alter=True)
    )
    """The frozen pack that is shown in it."""


class WorkshopHelper(Base):
    """Somebody with an account who helps to run a workshop."""

    __tablename__ = "workshop_helper"

    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshop.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    added_at: Mapped[datetime]


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
    note: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    """What people are told before they read it: a content note, in a facilitator's words."""
    kept: Mapped[list[list[int]] | None] = mapped_column(sa.JSON(none_as_null=True))
    """Where it was made shorter: the parts that stay, [start, end) in the version's code points."""

    @property
    def place(self) -> Place:
        return Place(self.story_id, self.version, self.start, self.end)


class PackVersion(Base):
    """A pack as it was when somebody froze it: numbered from 1, never changed."""

    __tablename__ = "pack_version"
    __table_args__ = (sa.UniqueConstraint("pack_id", "n"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[int] = mapped_column(sa.ForeignKey("pack.id"), index=True)
    n: Mapped[int]
    frozen_by: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    frozen_at: Mapped[datetime]


class FrozenItem(Base):
    """A place in a frozen pack. Whether it may be shown is asked anew each time."""

    __tablename__ = "frozen_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    pack_version_id: Mapped[int] = mapped_column(sa.ForeignKey("pack_version.id"), index=True)
    pack_item_id: Mapped[int] = mapped_column(sa.ForeignKey("pack_item.id"), index=True)
    position: Mapped[int]
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    version: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    kept: Mapped[list[list[int]] | None] = mapped_column(sa.JSON(none_as_null=True))
    sha256: Mapped[str] = mapped_column(sa.String(64))
    """Of the text as it was shown when it was frozen."""
    note: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")

    @property
    def place(self) -> Place:
        return Place(self.story_id, self.version, self.start, self.end)
