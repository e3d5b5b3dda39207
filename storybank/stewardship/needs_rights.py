"""What requests and complaints need of a steward, and who is still to be told of a change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from storybank.people.rules import Actor
from storybank.rights import recipients, requests
from storybank.rights.rules import local_day
from storybank.rights.standing import Standing
from storybank.stewardship.rules import Need, Urgency

SOON = 7
"""Days before an answer is due from which it is pressing."""


def late(session: Session, by: Actor, at: datetime) -> Need | None:
    """Requests and complaints whose day has passed."""
    found = _open(session, at, lambda one: one.left is not None and one.left < 0)
    return _need(found, "late", Urgency.NOW)


def due_soon(session: Session, by: Actor, at: datetime) -> Need | None:
    """Requests and complaints due within a week."""
    found = _open(session, at, lambda one: one.left is not None and 0 <= one.left <= SOON)
    return _need(found, "due within a week", Urgency.NOW)


def to_acknowledge(session: Session, by: Actor, at: datetime) -> Need | None:
    """Complaints that nobody has said we have."""
    found = _open(session, at, lambda one: one.to_acknowledge)
    return _need(found, "to acknowledge", Urgency.SOON)


def to_agree(session: Session, by: Actor, at: datetime) -> Need | None:
    """Refusals that another steward wrote, and this one may agree to."""
    found = _open(
        session,
        at,
        lambda one: one.proposed is not None and one.request.proposed_by != by.account_id,
    )
    return _need(found, "to refuse only if you agree", Urgency.SOON)


def still_open(session: Session, by: Actor, at: datetime) -> Need | None:
    """The others that are open."""
    found = _open(
        session, at, lambda one: not one.to_acknowledge and (one.left is None or one.left > SOON)
    )
    return _need(found, "open", Urgency.WHEN_YOU_CAN)


def recipients_to_tell(session: Session, by: Actor, at: datetime) -> Need | None:
    """Who was given parts of a story that was stopped, put right or erased since."""
    count = recipients.count_open(session)
    if not count:
        return None
    who = "1 recipient" if count == 1 else f"{count} recipients"
    return Need(f"{who} to tell of a change", count, "rights.recipient_tasks", Urgency.SOON)


def _open(session: Session, at: datetime, which: Callable[[Standing], bool]) -> list[Standing]:
    return [one for one in requests.still_open(session, local_day(at)) if which(one)]


def _need(found: list[Standing], what: str, urgency: Urgency) -> Need | None:
    if not found:
        return None
    if len(found) == 1:
        args = {"request_id": found[0].request.id}
        return Need(f"1 request or complaint {what}", 1, "rights.request_page", urgency, args)
    return Need(f"{len(found)} requests and complaints {what}", len(found), "rights.desk", urgency)
