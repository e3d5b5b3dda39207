"""Who may change a storyteller's choices, and how what they say is written down.

The teller always may; so may those who share the story or hold the legal power. A steward
records for them, and so may a facilitator inside an assisted half hour. To stop, a facilitator
may write down at any time what they were told.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.answers import MAY_DECIDE, MUST_AGREE, Part
from storybank.consent.models import AssistedWindow, PartyStanding
from storybank.consent.recording import How
from storybank.errors import Refused
from storybank.people.rules import Actor, Role

HELPERS = frozenset({Role.STEWARD, Role.FACILITATOR, Role.MACHINE})
"""Those who sit with storytellers, or hear from them by phone."""

ONLY = "Only the storyteller, or a steward for them, can change these choices."


def check_may_decide(session: Session, by: Actor, story_id: int, person_id: int) -> None:
    """May ``by`` write down new answers of this person about this story?

    Raises Refused. A worker who is not a steward needs an open assisted half hour.
    """
    if by.roles & {Role.STEWARD, Role.MACHINE} or _decides(session, by, story_id, person_id):
        return
    if by.roles & HELPERS and window(session, by, person_id, now()) is not None:
        return
    raise Refused(ONLY)


def check_may_stop(session: Session, by: Actor, story_id: int, person_id: int) -> None:
    """May ``by`` write down that this person stops something? Raises Refused."""
    if by.roles & HELPERS or _decides(session, by, story_id, person_id):
        return
    raise Refused(ONLY)


def part_of(session: Session, story_id: int, person_id: int) -> Part | None:
    """What somebody is to a story now; None where they are nothing to it."""
    found = session.scalar(
        select(PartyStanding.part).where(
            PartyStanding.story_id == story_id, PartyStanding.person_id == person_id
        )
    )
    return Part(found) if found else None


def how_said(
    session: Session, by: Actor, story_id: int, person_id: int, channel: str, how: How | None
) -> How:
    """How this will be written down: by the channel, and by whom it was decided.

    Raises Refused where ``how`` names somebody who may not decide.
    """
    how = replace(how, channel=channel) if how else How(channel)
    if how.decided_by is not None and how.decided_by != by.person_id:
        # A worker writes down what somebody with the power to decide has told them.
        part = part_of(session, story_id, how.decided_by)
        if part not in MAY_DECIDE:
            raise Refused("They cannot decide for this storyteller.")
        return replace(how, part=part)
    if by.person_id is None or by.person_id == person_id:
        part = part_of(session, story_id, person_id)
        return replace(how, part=part) if part in MUST_AGREE else how
    part = part_of(session, story_id, by.person_id)
    return replace(how, part=part, decided_by=by.person_id) if part in MAY_DECIDE else how


def window(
    session: Session, by: Actor, person_id: int | None, at: datetime
) -> AssistedWindow | None:
    """The assisted half hour this worker has open now, with this person where one is named."""
    query = select(AssistedWindow).where(
        AssistedWindow.account_id == by.account_id,
        AssistedWindow.closed_at.is_(None),
        AssistedWindow.closes_at > at,
    )
    if person_id is not None:
        query = query.where(AssistedWindow.person_id == person_id)
    return session.scalar(query.order_by(AssistedWindow.id.desc()).limit(1))


def _decides(session: Session, by: Actor, story_id: int, person_id: int) -> bool:
    if by.person_id is None:
        return False
    part = part_of(session, story_id, by.person_id)
    if by.person_id == person_id:
        return part is None or part in MAY_DECIDE
    # Somebody else's answers are given only by who holds the power to decide for them.
    return part is Part.ATTORNEY and part_of(session, story_id, person_id) in MUST_AGREE
