"""What stories need of a steward: each kind of matter is one of the lists of ``waiting``."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from storybank.people.rules import Actor
from storybank.stewardship import waiting
from storybank.stewardship.lists import LISTS
from storybank.stewardship.rules import Need, Urgency


def running_out(session: Session, by: Actor, at: datetime) -> Need | None:
    """Yeses that run out within 60 days."""
    return _need(session, by, at, "running-out", Urgency.SOON)


def unanswered(session: Session, by: Actor, at: datetime) -> Need | None:
    """Askings past half of their time."""
    return _need(session, by, at, "unanswered", Urgency.SOON)


def undecided(session: Session, by: Actor, at: datetime) -> Need | None:
    """Third persons about whom nothing is decided."""
    return _need(session, by, at, "undecided", Urgency.SOON)


def to_read_back(session: Session, by: Actor, at: datetime) -> Need | None:
    """What was written down and not yet checked by its teller."""
    return _need(session, by, at, "read-back", Urgency.SOON)


def without_evidence(session: Session, by: Actor, at: datetime) -> Need | None:
    """A yes that nothing shows any more."""
    return _need(session, by, at, "evidence", Urgency.NOW)


def came_in_held(session: Session, by: Actor, at: datetime) -> Need | None:
    """What came in from another program, with nothing granted yet."""
    return _need(session, by, at, "held", Urgency.SOON)


def holds_to_review(session: Session, by: Actor, at: datetime) -> Need | None:
    """Holds that this steward leads, and nobody else's."""
    count = waiting.holds_due(session, by, at)
    if not count:
        return None
    title = "1 hold is" if count == 1 else f"{count} holds are"
    return Need(f"{title} to be looked at again", count, "stewardship.holds", Urgency.NOW)


def _need(session: Session, by: Actor, at: datetime, kind: str, urgency: Urgency) -> Need | None:
    one = LISTS[kind]
    count = len(one.find(session, by, at))
    if not count:
        return None
    title = one.one if count == 1 else one.many.format(count)
    return Need(title, count, "stewardship.waiting", urgency, {"kind": kind})
