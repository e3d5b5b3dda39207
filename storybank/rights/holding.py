"""A request in a steward's hand: held until commit, and closed once."""

from __future__ import annotations

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.errors import Conflict, Refused
from storybank.people.rules import Actor, Role
from storybank.rights import rules
from storybank.rights.kinds import Outcome
from storybank.rights.models import RightsPause, RightsRequest
from storybank.rights.requests import one, pauses_of

CLOSED = "This request has ended. Nothing more can be changed in it."


def check_steward(by: Actor) -> None:
    """Raises Refused for anybody else."""
    if Role.STEWARD not in by.roles:
        raise Refused("Only a steward can do this.")


def held(session: Session, by: Actor, request_id: int) -> RightsRequest:
    """The request, held until commit. Raises Refused, NotFound, and Conflict when it has ended."""
    check_steward(by)
    request = one(session, request_id, locked=True)
    if request.closed_at is not None:
        raise Conflict(CLOSED)
    return request


def running(session: Session, request: RightsRequest) -> RightsPause | None:
    """The pause that has not ended, if there is one."""
    pauses = pauses_of(session, [request.id])[request.id]
    return next((row for row in pauses if row.to_on is None), None)


def close(session: Session, by: Actor, request: RightsRequest, outcome: Outcome) -> None:
    """Note how it ended, when, and by whom; its clock stands still no more."""
    still = running(session, request)
    if still is not None:
        still.to_on = max(rules.local_day(now()), still.from_on)
    request.outcome, request.closed_at, request.closed_by = outcome.value, now(), by.account_id
    request.proposed_outcome = None
    request.acknowledged_at = request.acknowledged_at or request.closed_at
    session.flush()
