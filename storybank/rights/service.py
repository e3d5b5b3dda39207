"""What is done with a request: acknowledged, its clock stopped and started, its time made longer,
answered, refused by two people, taken back.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.errors import BadInput, Conflict, Refused
from storybank.people.rules import Actor, Role
from storybank.rights import letters, rules, working_days
from storybank.rights.answering import answer, send_back, sign_off
from storybank.rights.holding import check_steward, close, held, running
from storybank.rights.kinds import ExtensionReason, Outcome, PauseReason
from storybank.rights.models import RightsNote, RightsPause, RightsRequest
from storybank.rights.receiving import about, ask, clean, complain, record, sealed, tell
from storybank.rights.recipients import make_recall_tasks, recipients_of
from storybank.rights.requests import one, own, pauses_of, waiting
from storybank.rights.rules import Pause

__all__ = [
    "acknowledge", "add_note", "answer", "ask", "complain", "extend", "forget",
    "make_recall_tasks", "pause", "recipients_of", "record", "send_back", "sign_off", "start",
    "take_back", "waiting",
]  # fmt: skip

TELL_FIRST = "Tell the person first, with the reason. Then say here that you did."


def take_back(session: Session, by: Actor, request_id: int) -> RightsRequest:
    """A storyteller takes a request back, or a steward does for them; a second press changes
    nothing.

    Raises NotFound when it is not theirs, Conflict when it was answered meanwhile.
    """
    if Role.STEWARD not in by.roles:
        own(session, by.person_id, request_id)
    request = one(session, request_id, locked=True)
    if request.outcome == Outcome.WITHDRAWN.value:
        return request
    if request.closed_at is not None:
        raise Conflict("We have answered this. You can not take it back now.")
    close(session, by, request, Outcome.WITHDRAWN)
    return request


def acknowledge(session: Session, by: Actor, request_id: int) -> RightsRequest:
    """Tell somebody that a person has read what they sent; a second press changes nothing."""
    request = held(session, by, request_id)
    if request.acknowledged_at is None:
        tell(session, request, letters.acknowledged(about(request)))
        request.acknowledged_at = now()
        session.flush()
    return request


def pause(session: Session, by: Actor, request_id: int, reason: PauseReason) -> RightsRequest:
    """Stop the clock from today, until the person has told us something.

    Raises Conflict when it stands still already, Refused when the answer is late.
    """
    request = held(session, by, request_id)
    today = rules.local_day(now())
    if running(session, request) is not None:
        raise Conflict("The clock is stopped already.")
    if today > request.due_on:
        raise Refused("The answer is late. It is too late to stop the clock.")
    session.add(RightsPause(request_id=request.id, from_on=today, reason=reason.value))
    session.flush()
    tell(session, request, letters.stopped(about(request), reason))
    return request


def start(session: Session, by: Actor, request_id: int) -> RightsRequest:
    """The clock goes on from today; the days it stood still are added.

    Raises Conflict when it is not stopped.
    """
    request = held(session, by, request_id)
    still = running(session, request)
    if still is None:
        raise Conflict("The clock is not stopped.")
    still.to_on = max(rules.local_day(now()), still.from_on)
    session.flush()
    _set_due(session, request)
    tell(session, request, letters.started(about(request)))
    return request


def extend(
    session: Session,
    by: Actor,
    request_id: int,
    months: int,
    reason: ExtensionReason,
    *,
    told: bool = False,
) -> RightsRequest:
    """Take up to two more months, once, and tell the person why before the answer is due.

    ``told`` is a steward's word that they told somebody whom the house cannot write to. Raises
    Refused when it is too late, or nobody was told; BadInput for another number of months.
    """
    request = held(session, by, request_id)
    today = rules.local_day(now())
    rules.check_extension(months, request.extended_months, today, request.due_on)
    if request.person_id is None and not told:
        raise Refused(TELL_FIRST)
    request.extended_months = months
    request.extension_reason = reason.value
    _set_due(session, request)
    request.extended_to = request.due_on
    if not tell(session, request, letters.extended(about(request), reason)) and not told:
        raise Refused(TELL_FIRST)
    request.told_of_extension_at = now()
    session.flush()
    return request


def add_note(session: Session, by: Actor, request_id: int, text: str) -> RightsNote:
    """Write something down for stewards; also when the request has ended."""
    check_steward(by)
    text = clean(text)
    if not text:
        raise BadInput("Write the note.")
    request = one(session, request_id)
    note = RightsNote(
        request_id=request.id,
        text=sealed(session, text) or b"",
        by_account_id=by.account_id,
        at=now(),
    )
    session.add(note)
    session.flush()
    return note


def forget(session: Session, person_id: int) -> int:
    """Wipe what was written in a person's requests; kinds, dates and outcomes stay.

    For an erasure. Returns how many requests there were.
    """
    ids = session.scalars(
        select(RightsRequest.id).where(RightsRequest.person_id == person_id)
    ).all()
    session.execute(
        sa.update(RightsRequest)
        .where(RightsRequest.id.in_(ids))
        .values(words=None, contact=None, answer=None, harm_statement=None)
    )
    session.execute(sa.delete(RightsNote).where(RightsNote.request_id.in_(ids)))
    return len(ids)


def _set_due(session: Session, request: RightsRequest) -> None:
    rows = pauses_of(session, [request.id])[request.id]
    pauses = [Pause(row.from_on, row.to_on) for row in rows]
    request.due_on = rules.due_on(
        request.received_on, working_days.here(), pauses, request.extended_months
    )
    session.flush()
