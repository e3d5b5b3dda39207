"""Standings: caches of what a story's events add up to, for the SQL rule to read.

Every row here can be dropped and is the same again when rebuilt. No row holds a word of a
story or a name to show.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class StoryStanding(Base):
    """Whose story it is, the name to show, and what opens or closes it as a whole."""

    __tablename__ = "story_standing"

    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    name_style: Mapped[str] = mapped_column(sa.String(10))
    name_ref: Mapped[int]
    last_seq: Mapped[int]
    closed: Mapped[str | None] = mapped_column(sa.String(20))
    """"erased", "under 16" or "paused"; NULL where the story is open."""
    held: Mapped[bool]
    held_by: Mapped[int]
    """The one account that leads every open hold; 0 where there is none such."""
    unchecked: Mapped[bool]
    """The words were written down by somebody else and not yet read back to the teller."""
    third: Mapped[bool]
    """Somebody else is named throughout, and nothing has been decided about them."""
    media: Mapped[str] = mapped_column(sa.String(60))
    """The allowed forms between bars: "|voice|words|"."""
    shorten: Mapped[str] = mapped_column(sa.String(5))
    translate: Mapped[str] = mapped_column(sa.String(5))
    facts: Mapped[str] = mapped_column(sa.String(60))
    """What may be said of the teller outside the team, between bars: "|area|carer|"."""
    counting: Mapped[str] = mapped_column(sa.String(10))


class UseStanding(Base):
    """The current answer for one story and one use: the strictest of all who must agree."""

    __tablename__ = "use_standing"
    __table_args__ = (sa.Index("ix_use_standing_use_answer", "use", "answer", "story_id"),)

    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    use: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    answer: Mapped[str] = mapped_column(sa.String(10))
    effective_from: Mapped[datetime | None] = mapped_column(index=True)
    valid_until: Mapped[datetime | None] = mapped_column(index=True)


class NotForStanding(Base):
    """A place, team or organisation a story must not be used before."""

    __tablename__ = "not_for_standing"

    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    position: Mapped[int]
    label: Mapped[str] = mapped_column(sa.String(200))


class PartyStanding(Base):
    """What somebody is to a story now; ``owns`` where it is theirs to read and to stop."""

    __tablename__ = "party_standing"
    __table_args__ = (sa.Index("ix_party_standing_person", "person_id", "story_id"),)

    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    part: Mapped[str] = mapped_column(sa.String(20))
    owns: Mapped[bool]


class PartStanding(Base):
    """A part of one version that is kept back; ``lead`` may still see a held one."""

    __tablename__ = "part_standing"

    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    start: Mapped[int] = mapped_column(primary_key=True)
    end: Mapped[int] = mapped_column(primary_key=True)
    mark: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    lead: Mapped[int] = mapped_column(primary_key=True)


class ApprovalStanding(Base):
    """An asking that everybody who must agree has said yes to."""

    __tablename__ = "approval_standing"
    __table_args__ = (sa.Index("ix_approval_standing_story_id", "story_id", "version", "start"),)

    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask_request.id"), primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"))
    version: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    use: Mapped[str] = mapped_column(sa.String(20))
    event: Mapped[str] = mapped_column(sa.String(40))
    audience: Mapped[str] = mapped_column(sa.Text)
    name_style: Mapped[str] = mapped_column(sa.String(10))
    name_ref: Mapped[int]
    variant: Mapped[str] = mapped_column(sa.String(10))
    sha256: Mapped[str] = mapped_column(sa.String(64))


STANDINGS = (
    ApprovalStanding, PartStanding, PartyStanding, NotForStanding, UseStanding, StoryStanding,
)  # fmt: skip
