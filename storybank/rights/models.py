"""Tables of requests. What people wrote, and what is written about them, is sealed."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base
from storybank.people.sealing import Sealed


class RightsRequest(Base):
    """Something a person asked of whoever keeps their data, and what came of it."""

    __tablename__ = "rights_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(sa.String(12), unique=True)
    """What the person can say on the phone: R7KQ-2M4X. It opens no page."""
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    """None for a complaint made without signing in."""
    story_id: Mapped[int | None] = mapped_column(sa.ForeignKey("story.id"))
    kind: Mapped[str] = mapped_column(sa.String(20))
    channel: Mapped[str] = mapped_column(sa.String(20))
    recorded_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    """The steward who wrote it down, where it did not come through a page."""
    received_at: Mapped[datetime]
    received_on: Mapped[date]
    due_on: Mapped[date] = mapped_column(index=True)
    """By when it must be answered, as it stands; moved by pauses and an extension."""
    extended_months: Mapped[int] = mapped_column(default=0)
    extended_to: Mapped[date | None]
    extension_reason: Mapped[str | None] = mapped_column(sa.String(20))
    told_of_extension_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    proposed_outcome: Mapped[str | None] = mapped_column(sa.String(20))
    """A refusal that waits for a second steward to agree."""
    proposed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    outcome: Mapped[str | None] = mapped_column(sa.String(20))
    exemption: Mapped[str | None] = mapped_column(sa.String(20))
    signed_off_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    closed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    closed_at: Mapped[datetime | None]
    words: Mapped[bytes | None] = mapped_column(Sealed)
    """What the person wrote."""
    contact: Mapped[bytes | None] = mapped_column(Sealed)
    """How to reach somebody who did not sign in, as they wrote it."""
    answer: Mapped[bytes | None] = mapped_column(Sealed)
    """What the person is told."""
    harm_statement: Mapped[bytes | None] = mapped_column(Sealed)
    """What harm it would do to grant it: the person is not shown this."""


class RightsPause(Base):
    """Days on which the clock of a request stood still; open while ``to_on`` is empty."""

    __tablename__ = "rights_pause"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("rights_request.id"), index=True)
    from_on: Mapped[date]
    to_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(sa.String(20))


class RightsNote(Base):
    """What a steward wrote down about a request, for stewards."""

    __tablename__ = "rights_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    request_id: Mapped[int] = mapped_column(sa.ForeignKey("rights_request.id"), index=True)
    text: Mapped[bytes] = mapped_column(Sealed)
    by_account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime]


class RecipientTask(Base):
    """Somebody who was given parts of a story is to be told: it was stopped, mended or erased."""

    __tablename__ = "recipient_task"

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    use_record_id: Mapped[int] = mapped_column(sa.ForeignKey("use_record.id"))
    """The first record of what they were given; the others are of the same event."""
    kind: Mapped[str] = mapped_column(sa.String(20))
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    done_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
