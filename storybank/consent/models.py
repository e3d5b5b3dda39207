"""Tables of consent: events that are never changed, askings, receipts, records of use.

No table here holds a word of a story or a name to show; a name lives with the words and an
event points to it by number (``name_ref``).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.consent.care_models import Hold as Hold
from storybank.consent.care_models import ThirdPerson as ThirdPerson
from storybank.consent.care_models import ThirdPersonDecision as ThirdPersonDecision
from storybank.consent.care_models import ThirdPersonPart as ThirdPersonPart
from storybank.consent.epoch_models import Epoch as Epoch
from storybank.consent.evidence_models import Evidence as Evidence
from storybank.consent.evidence_models import EvidenceFile as EvidenceFile
from storybank.consent.evidence_models import EvidenceNote as EvidenceNote
from storybank.consent.standing_models import ApprovalStanding as ApprovalStanding
from storybank.consent.standing_models import NotForStanding as NotForStanding
from storybank.consent.standing_models import PartStanding as PartStanding
from storybank.consent.standing_models import PartyStanding as PartyStanding
from storybank.consent.standing_models import StoryStanding as StoryStanding
from storybank.consent.standing_models import UseStanding as UseStanding
from storybank.consent.wording_models import WordingVersion as WordingVersion
from storybank.db import Base
from storybank.people.sealing import Sealed


class ConsentEvent(Base):
    """One thing that was said or noted about a story. Appended, chained by hash, never changed."""

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
    helped_by: Mapped[list[str]] = mapped_column(sa.JSON)
    """The parts of those who helped, such as "interpreter"; no names."""
    channel: Mapped[str] = mapped_column(sa.String(20))
    language: Mapped[str] = mapped_column(sa.String(20))
    format_used: Mapped[str] = mapped_column(sa.String(20))
    wording_ids: Mapped[list[int]] = mapped_column(sa.JSON)
    evidence_id: Mapped[int | None] = mapped_column(sa.ForeignKey("evidence.id"))
    corrects_event_id: Mapped[str | None] = mapped_column(sa.ForeignKey("consent_event.id"))
    treated_as_objection: Mapped[bool]
    name_style: Mapped[str | None] = mapped_column(sa.String(10))
    name_ref: Mapped[int | None]
    not_for: Mapped[list[int] | None] = mapped_column(sa.JSON(none_as_null=True))
    """Numbers of ``ExcludedPlace`` rows."""
    media: Mapped[list[str] | None] = mapped_column(sa.JSON(none_as_null=True))
    shorten: Mapped[str | None] = mapped_column(sa.String(5))
    translate: Mapped[str | None] = mapped_column(sa.String(5))
    facts: Mapped[list[str] | None] = mapped_column(sa.JSON(none_as_null=True))
    preferences: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True))
    """Answers that the rule does not need: how to be told, contact, what if I cannot choose."""
    version: Mapped[int | None]
    start: Mapped[int | None]
    end: Mapped[int | None]
    mark: Mapped[str | None] = mapped_column(sa.String(20))
    ask_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ask_request.id"))
    answered: Mapped[str | None] = mapped_column(sa.String(5))
    part: Mapped[str | None] = mapped_column(sa.String(20))
    state: Mapped[bool | None]
    """With a note of capacity or age: cannot decide, or is under 16."""
    approval: Mapped[str | None] = mapped_column(sa.String(100))
    """The number of an ethics approval, beside a consultee."""
    counting: Mapped[str | None] = mapped_column(sa.String(10))
    prev_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class ConsentChoice(Base):
    """One use's answer within an event."""

    __tablename__ = "consent_choice"

    event_id: Mapped[str] = mapped_column(sa.ForeignKey("consent_event.id"), primary_key=True)
    use: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    answer: Mapped[str] = mapped_column(sa.String(10))


class ExcludedPlace(Base):
    """A place, team or person that a storyteller wants a story kept from. Goes when they go."""

    __tablename__ = "excluded_place"

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    label: Mapped[str] = mapped_column(sa.String(200))


class AskRequest(Base):
    """A storyteller is asked about one part, for one event, before these people, by a date."""

    __tablename__ = "ask_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    version: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    """Of the very text that will be shown: one letter changed, and it is another asking."""
    kept: Mapped[list[list[int]] | None] = mapped_column(sa.JSON(none_as_null=True))
    """Where it is asked about a shorter text: the parts that stay, [start, end)."""
    variant: Mapped[str] = mapped_column(sa.String(10))
    use: Mapped[str] = mapped_column(sa.String(20))
    event: Mapped[str] = mapped_column(sa.String(40), index=True)
    event_title: Mapped[str] = mapped_column(sa.String(200))
    audience: Mapped[list[str]] = mapped_column(sa.JSON)
    """Who will be there, as the storyteller is told."""
    audience_words: Mapped[str] = mapped_column(sa.Text)
    """The same in one spelling (``Use.audience_words``): somebody else there asks anew."""
    name_style: Mapped[str] = mapped_column(sa.String(10))
    name_ref: Mapped[int]
    asked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    asked_at: Mapped[datetime]
    answer_by: Mapped[datetime] = mapped_column(index=True)
    """No answer by this moment (UTC) is no."""
    cancelled_at: Mapped[datetime | None]


class ConsentDraft(Base):
    """Answers that somebody has begun to give and not yet sent: they count for nothing."""

    __tablename__ = "consent_draft"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    answers: Mapped[bytes] = mapped_column(Sealed)
    seen: Mapped[int]
    """How many events the story had when it was begun."""
    saved_at: Mapped[datetime]


class AssistedWindow(Base):
    """Half an hour in which a worker records what a person beside them, or on the phone, says."""

    __tablename__ = "assisted_window"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    channel: Mapped[str] = mapped_column(sa.String(20))
    format_used: Mapped[str] = mapped_column(sa.String(20))
    helped_by: Mapped[list[str]] = mapped_column(sa.JSON)
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


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
    audience_size: Mapped[int | None]
    """How many people saw or heard it, where somebody said so."""
    made_by_account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime]


class AccessRecord(Base):
    """Somebody of the team read a story, or took words out in a file or on paper."""

    __tablename__ = "access_record"
    __table_args__ = (sa.Index("ix_access_record_account_at", "account_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    story_id: Mapped[int | None] = mapped_column(sa.ForeignKey("story.id"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(20))
    what: Mapped[str] = mapped_column(sa.String(20))
    """read, file or print."""
    page: Mapped[str] = mapped_column(sa.String(60))
