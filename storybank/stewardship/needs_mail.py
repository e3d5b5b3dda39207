"""What the mail needs of a steward."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from storybank.mail import reading
from storybank.mail.rules import State
from storybank.people.rules import Actor
from storybank.stewardship.rules import Need, Urgency


def not_delivered(session: Session, by: Actor, at: datetime) -> Need | None:
    """Messages that could not be sent, receipts among them."""
    return _need(session, State.FAILED, "could not be delivered", "not-delivered", Urgency.NOW)


def to_post(session: Session, by: Actor, at: datetime) -> Need | None:
    """Letters for people who read on paper."""
    return _need(session, State.TO_POST, "to print and post", "to-post", Urgency.SOON)


def to_tell(session: Session, by: Actor, at: datetime) -> Need | None:
    """Messages for people who want to be called, or told by somebody they trust."""
    return _need(session, State.TO_TELL, "to tell by phone or in person", "to-tell", Urgency.SOON)


def _need(session: Session, state: State, what: str, show: str, urgency: Urgency) -> Need | None:
    count = reading.counts(session)[state]
    if not count:
        return None
    messages = "1 message" if count == 1 else f"{count} messages"
    return Need(f"{messages} {what}", count, "mail.outbox", urgency, {"show": show})
