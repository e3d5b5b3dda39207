"""Holds: a story, or a part of one, that nobody uses while something is looked into.

Only the account that leads a hold sees it, and sees the story while it is open.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.doing import change_around
from storybank.consent.folding import Span
from storybank.consent.models import Hold
from storybank.errors import BadInput, NotFound, Refused
from storybank.people import sealing
from storybank.people.rules import Actor, Role

KINDS = {
    "safeguarding": "Somebody could be badly hurt",
    "legal": "The law or a court asks for it",
    "third person": "Somebody else in the story objects",
    "quality": "Something in the text is wrong",
    "complaint": "A complaint is looked into",
}


def open_hold(
    session: Session, by: Actor, story_id: int, kind: str, why: str, review_on: date, *,
    lead: int | None = None, span: Span | None = None,
) -> Hold:  # fmt: skip
    """Hold a story, or the part ``span``, at once. The lead is the opener where none is named.

    Raises Refused for anybody but a steward; BadInput without a kind, a reason or a review to
    come; NotFound where there is no such story.
    """
    if Role.STEWARD not in by.roles or by.account_id is None:
        raise Refused("Only a steward can put a story on hold.")
    if kind not in KINDS:
        raise BadInput("Choose what kind of hold this is.")
    if not why.strip() or len(why) > 2000:
        raise BadInput("Write why, in at most 2,000 letters. Only the lead will see it.")
    if review_on < now().date():
        raise BadInput("Choose a day to come on which to look at it again.")
    hold = Hold(
        story_id=story_id,
        version=span.version if span else None,
        start=span.start if span else None,
        end=span.end if span else None,
        kind=kind,
        why=sealing.seal(session, why.strip()),
        lead_account_id=lead or by.account_id,
        opened_by=by.account_id,
        opened_at=now(),
        review_on=review_on,
    )
    session.add(hold)
    session.flush()
    if change_around(session, story_id) is None:
        raise NotFound("There is no such story.")
    return hold


def close_hold(session: Session, by: Actor, hold_id: int) -> Hold:
    """Let a story be used again, as far as its teller's choices allow.

    Raises NotFound for anybody but its lead, and where it is closed.
    """
    hold = led(session, by, hold_id)
    hold.closed_at, hold.closed_by = now(), by.account_id
    session.flush()
    change_around(session, hold.story_id)
    return hold


def review_later(session: Session, by: Actor, hold_id: int, review_on: date) -> Hold:
    """Look at it again on another day. Raises NotFound, and BadInput for a day gone by."""
    hold = led(session, by, hold_id)
    if review_on < now().date():
        raise BadInput("Choose a day to come on which to look at it again.")
    hold.review_on = review_on
    session.flush()
    return hold


def open_holds(session: Session, by: Actor) -> list[Hold]:
    """The open holds this account leads, the soonest review first."""
    return list(
        session.scalars(
            select(Hold)
            .where(Hold.closed_at.is_(None), Hold.lead_account_id == by.account_id)
            .order_by(Hold.review_on, Hold.id)
        )
    )


def led(session: Session, by: Actor, hold_id: int) -> Hold:
    """An open hold that this account leads. Raises NotFound: to others there is none."""
    hold = session.get(Hold, hold_id)
    if hold is None or hold.closed_at is not None or hold.lead_account_id != by.account_id:
        raise NotFound("There is no such hold.")
    return hold


def why(session: Session, hold: Hold) -> str:
    return sealing.unseal(session, hold.why)
