"""Tables of live workshops. Nothing here holds a storyteller's words; a passage is a pack item."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class MeetingState(Base):
    """Where a workshop stands while it runs. ``version`` grows with each change that others see."""

    __tablename__ = "meeting_state"

    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshop.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    segment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("segment.id"))
    prompt_id: Mapped[int | None] = mapped_column(sa.ForeignKey("prompt.id"))
    """The question that phones and the wall show now."""
    paused_at: Mapped[datetime | None]
    timer_ends_at: Mapped[datetime | None]
    timer_left: Mapped[int | None]
    """Seconds left on a timer that was stopped."""
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class Segment(Base):
    """A part of a workshop's plan."""

    __tablename__ = "segment"

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshop.id"), index=True)
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(12))
    """overview, themes, groups, share, synthesis or recommend."""
    title: Mapped[str] = mapped_column(sa.String(200))
    says: Mapped[str] = mapped_column(sa.Text, default="")
    """What people are told to do."""
    minutes: Mapped[int]
    removed_at: Mapped[datetime | None]


class Group(Base):
    """A table in the room, a call online, people on the phone, or a mix."""

    __tablename__ = "meeting_group"

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshop.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(sa.String(80))
    mode: Mapped[str] = mapped_column(sa.String(10))
    """room, online, phone or mixed."""
    facilitator: Mapped[str] = mapped_column(sa.String(80), default="")
    note_taker: Mapped[str] = mapped_column(sa.String(80), default="")
    bridge: Mapped[str] = mapped_column(sa.String(80), default="")
    """Who speaks for those online in the room, and the other way round."""
    where: Mapped[str] = mapped_column(sa.String(300), default="")
    """A table's number, a telephone number, the address of a call."""
    access_notes: Mapped[str] = mapped_column(sa.String(500), default="", server_default="")
    """What is there for people who need it: a hearing loop, captions, a seat by the door."""
    capacity: Mapped[int | None]
    removed_at: Mapped[datetime | None]


class Participant(Base):
    """Somebody who joined by code, without an account. Wiped on the workshop's date."""

    __tablename__ = "participant"

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshop.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_group.id"))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    """sha256 of what their phone holds."""
    first_name: Mapped[str | None] = mapped_column(sa.String(80))
    kind: Mapped[str | None] = mapped_column(sa.String(20))
    """lived experience, practice, programme, research, policy or other."""
    access_needs: Mapped[str | None] = mapped_column(sa.Text)
    joined_at: Mapped[datetime]
    wipe_on: Mapped[date | None]


class Prompt(Base):
    """One question put to all groups."""

    __tablename__ = "prompt"

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshop.id"), index=True)
    segment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("segment.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(10))
    """open, same (same for me, different, adds), scale, dots or rank."""
    text: Mapped[str] = mapped_column(sa.String(500))
    help_text: Mapped[str] = mapped_column(sa.String(500), default="")
    options: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    """What dots are put on or what is ranked; the two ends of a scale."""
    pack_item_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pack_item.id"))
    """The passage it is about; none shows all passages of the pack, or none for its kind."""
    passages: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Shows every passage of the frozen pack."""
    max_len: Mapped[int] = mapped_column(default=500)
    dots: Mapped[int] = mapped_column(default=3)
    asked_at: Mapped[datetime | None]
    """When it was first put to all; phones may answer it from then on."""
    revealed_at: Mapped[datetime | None]
    """Answers that were let through are seen by all from then on."""
    removed_at: Mapped[datetime | None]


class Response(Base):
    """One answer, or one note of an answer, under an id that its sender chose (a UUID)."""

    __tablename__ = "response"
    __table_args__ = (sa.Index("ix_response_workshop_status", "workshop_id", "status"),)

    id: Mapped[str] = mapped_column(sa.String(36), primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshop.id"))
    prompt_id: Mapped[int] = mapped_column(sa.ForeignKey("prompt.id"), index=True)
    group_id: Mapped[int | None] = mapped_column(sa.ForeignKey("meeting_group.id"))
    participant_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("participant.id", ondelete="SET NULL"), index=True
    )
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    """The note-taker who wrote it down."""
    kind: Mapped[str | None] = mapped_column(sa.String(20))
    """What its participant is, kept when the participant is wiped."""
    text: Mapped[str] = mapped_column(sa.Text, default="")
    stance: Mapped[str | None] = mapped_column(sa.String(10))
    """same, different or adds."""
    value: Mapped[int | None]
    """On a scale from 1 to 5."""
    choices: Mapped[dict[str, int] | None] = mapped_column(sa.JSON)
    """{number of an option, from "1": dots put on it, or its rank from 1}."""
    captured: Mapped[str] = mapped_column(sa.String(12))
    """self, note-taker, paper or voice."""
    verbatim: Mapped[bool] = mapped_column(default=True)
    """Their words; else the note-taker's summary."""
    may_quote: Mapped[bool] = mapped_column(default=False)
    status: Mapped[str] = mapped_column(sa.String(10))
    """waiting, shown, held (by a moderator) or hidden (by whoever gave it)."""
    held_reason: Mapped[str | None] = mapped_column(sa.String(40))
    sheet: Mapped[str | None] = mapped_column(sa.String(20))
    """The number on the paper it was typed from."""
    made_at: Mapped[datetime]
    """When its sender says it was written, UTC; never after ``received_at``."""
    received_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]


class AnswerDraft(Base):
    """What a participant has begun to write. Theirs alone; gone when it is sent, or wiped."""

    __tablename__ = "answer_draft"

    participant_id: Mapped[int] = mapped_column(
        sa.ForeignKey("participant.id", ondelete="CASCADE"), primary_key=True
    )
    prompt_id: Mapped[int] = mapped_column(sa.ForeignKey("prompt.id"), primary_key=True)
    text: Mapped[str] = mapped_column(sa.Text, default="")
    stance: Mapped[str | None] = mapped_column(sa.String(10))
    saved_at: Mapped[datetime]


class ModerationEntry(Base):
    """What was done with an answer, by whom and why. Append only; holds no answer's words."""

    __tablename__ = "moderation_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    workshop_id: Mapped[int] = mapped_column(sa.ForeignKey("workshop.id"), index=True)
    response_id: Mapped[str | None] = mapped_column(sa.ForeignKey("response.id"), index=True)
    """None where it was done with the workshop: moderation was switched."""
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    """None where its participant did it, or the house."""
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(sa.String(12))
    """shown, held, hidden or back; off or on where moderation was switched."""
    reason: Mapped[str] = mapped_column(sa.String(40), default="")
