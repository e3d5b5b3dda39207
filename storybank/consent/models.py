"""Tables of consent: events that are never changed, and standings folded from them.

No table here holds a word of a story or a name to show; a name lives with the words and an
event points to it by number (``name_ref``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.consent.wording_models import WordingVersion as WordingVersion
from storybank.db import Base


class Evidence(Base):
    """What shows that a storyteller said yes."""

    __tablename__ = "evidence"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    note: Mapped[str] = mapped_column(sa.String(1000))
    made_at: Mapped[datetime]


class ConsentEvent(Base):
    """One thing a storyteller said about a story. Appended, chained by hash, never changed."""

    __tablename__ = "consent_event"
    __table_args__ = (sa.UniqueConstraint("person_id", "seq"),)

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    seq: Mapped[int]
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    at: Mapped[datetime]
    effective_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]
    decided_by_person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    decided_in_role: Mapped[str] = mapped_column(sa.String(20))
    recorded_by_account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    channel: Mapped[str] = mapped_column(sa.String(20))
    language: Mapped[str] = mapped_column(sa.String(20))
    format_used: Mapped[str] = mapped_column(sa.String(20))
    wording_ids: Mapped[list[int]] = mapped_column(sa.JSON)
    evidence_id: Mapped[int | None] = mapped_column(sa.ForeignKey("evidence.id"))
    name_style: Mapped[str | None] = mapped_column(sa.String(10))
    name_ref: Mapped[int | None]
    not_for: Mapped[list[str] | None] = mapped_column(sa.JSON(none_as_null=True))
    prev_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class ConsentChoice(Base):
    """One use's answer within an event."""

    __tablename__ = "consent_choice"

    event_id: Mapped[str] = mapped_column(sa.ForeignKey("consent_event.id"), primary_key=True)
    use: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    answer: Mapped[str] = mapped_column(sa.String(10))


class Receipt(Base):
    """Unchangeable proof for the storyteller of what an event did. Holds no story words."""

    __tablename__ = "receipt"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(sa.ForeignKey("consent_event.id"), unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    language: Mapped[str] = mapped_column(sa.String(20))
    body: Mapped[str] = mapped_column(sa.Text)
    record: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    made_at: Mapped[datetime]


class StoryStanding(Base):
    """A cache: whose story it is and the name to show. Rebuilt from events at will."""

    __tablename__ = "story_standing"

    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    name_style: Mapped[str] = mapped_column(sa.String(10))
    name_ref: Mapped[int]
    last_seq: Mapped[int]


class UseStanding(Base):
    """A cache: the current answer for one story and one use. Rebuilt from events at will."""

    __tablename__ = "use_standing"
    __table_args__ = (sa.Index("ix_use_standing_use_answer", "use", "answer", "story_id"),)

    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    use: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    answer: Mapped[str] = mapped_column(sa.String(10))
    effective_from: Mapped[datetime | None]
    valid_until: Mapped[datetime | None]


class NotForStanding(Base):
    """A cache: a place, team or organisation a story must not be used before."""

    __tablename__ = "not_for_standing"

    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    position: Mapped[int]
    label: Mapped[str] = mapped_column(sa.String(200))


class UseRecord(Base):
    """Who received which passage, for what, when: what a storyteller is shown."""

    __tablename__ = "use_record"

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    version: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    use: Mapped[str] = mapped_column(sa.String(20))
    medium: Mapped[str] = mapped_column(sa.String(20))
    place: Mapped[str] = mapped_column(sa.String(200))
    reference: Mapped[str] = mapped_column(sa.String(40), index=True)
    name_style: Mapped[str] = mapped_column(sa.String(10))
    copies: Mapped[int]
    made_by_account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime]
