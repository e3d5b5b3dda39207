"""Answers of those who take part: sent, changed, hidden and brought back by whoever gave them.

An answer has the id that its sender made, so that what is sent twice is there once. Phones hear
of an answer only when others may see it: ``state.changed`` is not called for one that waits. A
page for those who run the workshop, which lists what waits, puts ``tally`` into its version.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.errors import Conflict, NotFound, Refused
from storybank.meetings import answer_rules as rules
from storybank.meetings import asked, state
from storybank.meetings.answer_rules import Given, Status
from storybank.meetings.models import (
    AnswerDraft,
    ModerationEntry,
    Participant,
    Prompt,
    Response,
)
from storybank.meetings.seats import Seat

TAKEN = ("live", "synthesis")
"""What a workshop is while answers are taken."""
NOT_YOURS = "That answer is not here."
THEIRS = "That answer belongs to somebody else."
NOT_OPEN = "Answers cannot be sent just now. What you wrote is still on this page."
SELF = "self"


def answer(
    session: Session,
    seat: Seat,
    prompt_id: int,
    *,
    id: str,
    text: str = "",
    stance: str | None = None,
    value: int | None = None,
    choices: Mapping[str, int] | None = None,
    may_quote: bool = False,
    made_at: datetime | None = None,
) -> Response:
    """Take an answer, or change it: the same id is the same answer, however often it comes.

    Of a scale, dots or a ranking each has one answer; another takes its place. ``choices`` is
    {number of an option, from "1": dots, or rank from 1}; ``made_at`` is UTC. Raises BadInput
    for what the question does not take, NotFound for a question that was not put, Refused for an
    id that is somebody else's, Conflict where no answers are taken.
    """
    here, number = seat.participant, rules.clean_id(id)
    if seat.workshop.status not in TAKEN:
        raise Conflict(NOT_OPEN)
    prompt = asked.questions(session, seat.workshop.id, here.id).one(prompt_id)
    given = rules.check(asked.takes(prompt), text, stance, value, choices)
    # Two sendings of one phone wait for each other, so that neither is doubled.
    session.execute(select(Participant.id).where(Participant.id == here.id).with_for_update())
    found = session.get(Response, number, populate_existing=True) or _only_one(
        session, here.id, prompt
    )
    if found is not None and found.participant_id != here.id:
        raise Refused(THEIRS)
    if found is not None and found.prompt_id != prompt.id:
        raise Conflict("That answer belongs to another question. Load the page again.")
    if found is None:
        found = _new(session, seat, prompt, number, given, may_quote, made_at)
    elif not (made_at and made_at < found.made_at):
        _change(session, seat, prompt, found, given, may_quote, made_at)
    _forget_draft(session, here.id, prompt.id)
    session.flush()
    return found


def responses(
    session: Session,
    workshop_id: int,
    *,
    prompt_id: int | None = None,
    status: Collection[str] = ("shown",),
) -> list[Response]:
    """A workshop's answers that stand so, in the order in which they came."""
    query = select(Response).where(
        Response.workshop_id == workshop_id, Response.status.in_(list(status))
    )
    if prompt_id is not None:
        query = query.where(Response.prompt_id == prompt_id)
    return list(session.scalars(query.order_by(Response.received_at, Response.id)))


def mine(session: Session, seat: Seat) -> list[Response]:
    """Every answer that somebody gave on their phone, the latest first."""
    return list(
        session.scalars(
            select(Response)
            .where(Response.participant_id == seat.participant.id)
            .order_by(Response.received_at.desc(), Response.id)
        )
    )


def one_of_mine(session: Session, seat: Seat, response_id: str) -> Response:
    """One of somebody's own answers. Raises NotFound for anybody else's."""
    found = session.get(Response, response_id[:36])
    if found is None or found.participant_id != seat.participant.id:
        raise NotFound(NOT_YOURS)
    return found


def hide(session: Session, seat: Seat, response_id: str) -> Response:
    """Take an answer of one's own away from everybody's sight, at once.

    Raises NotFound for anybody else's.
    """
    found = one_of_mine(session, seat, response_id)
    if found.status != Status.HIDDEN:
        if found.status != Status.HELD:
            found.held_reason = None
        _note(session, found, "hidden")
        _stands(session, found, Status.HIDDEN)
    return found


def bring_back(session: Session, seat: Seat, response_id: str) -> Response:
    """Give back an answer that its giver has hidden: to a moderator, where there is one.

    Raises NotFound for anybody else's.
    """
    found = one_of_mine(session, seat, response_id)
    if found.status == Status.HIDDEN:
        prompt = session.get_one(Prompt, found.prompt_id)
        held = Status.HELD if found.held_reason else None
        _note(session, found, "back")
        _stands(session, found, held or _first(seat, prompt, found.text))
    return found


def tally(session: Session, workshop_id: int) -> str:
    """A short word that changes with every answer that comes, or is changed, in one statement."""
    row = session.execute(
        select(
            sa.func.count(), sa.func.max(Response.received_at), sa.func.max(Response.changed_at)
        ).where(Response.workshop_id == workshop_id)
    ).one()
    return f"{row[0]}-" + "-".join(at.strftime("%H%M%S%f") if at else "" for at in row[1:])


def _new(
    session: Session, seat: Seat, prompt: Prompt, number: str, given: Given, may_quote: bool,
    made_at: datetime | None,
) -> Response:  # fmt: skip
    count = select(sa.func.count()).where(
        Response.participant_id == seat.participant.id, Response.prompt_id == prompt.id
    )
    if (session.scalar(count) or 0) >= rules.MOST:
        raise Conflict(f"You have sent {rules.MOST} answers to this question. Change one of them.")
    moment = now()
    found = Response(
        id=number, workshop_id=seat.workshop.id, prompt_id=prompt.id,
        group_id=seat.participant.group_id, participant_id=seat.participant.id,
        kind=seat.participant.kind, captured=SELF, verbatim=True, may_quote=may_quote,
        status=_first(seat, prompt, given.text).value,
        made_at=rules.made_at(made_at, moment), received_at=moment, **vars(given),
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(found)
    except IntegrityError as no:  # somebody else's came with this id between the two looks
        raise Refused(THEIRS) from no
    if found.status == Status.SHOWN:
        _tell(session, prompt)
    return found


def _change(
    session: Session, seat: Seat, prompt: Prompt, found: Response, given: Given, may_quote: bool,
    made_at: datetime | None,
) -> None:  # fmt: skip
    quoting = found.may_quote != may_quote
    found.may_quote = may_quote
    if made_at:
        found.made_at = rules.made_at(made_at, now())
    if not any(getattr(found, name) != value for name, value in vars(given).items()):
        if quoting:
            found.changed_at = now()
        return
    for name, value in vars(given).items():
        setattr(found, name, value)
    was = found.status
    found.status = rules.status_after_edit(
        was, seat.workshop.moderated, given.text, prompt.revealed_at is not None
    ).value
    found.held_reason = None
    found.changed_at = now()
    if Status.SHOWN in (was, found.status):
        _tell(session, prompt)


def _stands(session: Session, found: Response, status: Status) -> None:
    was, found.status = found.status, status.value
    found.changed_at = now()
    if Status.SHOWN in (was, status):
        _tell(session, session.get_one(Prompt, found.prompt_id))
    session.flush()


def _first(seat: Seat, prompt: Prompt, text: str) -> Status:
    return rules.first_status(seat.workshop.moderated, text, prompt.revealed_at is not None)


def _tell(session: Session, prompt: Prompt) -> None:
    """Others see something new only where the question was revealed."""
    if prompt.revealed_at is not None:
        state.changed(session, prompt.workshop_id)


def _note(session: Session, found: Response, action: str) -> None:
    session.add(
        ModerationEntry(
            workshop_id=found.workshop_id, response_id=found.id, at=now(), action=action
        )
    )


def _only_one(session: Session, participant_id: int, prompt: Prompt) -> Response | None:
    if prompt.kind not in rules.ONE_EACH:
        return None
    return session.scalar(
        select(Response)
        .where(Response.participant_id == participant_id, Response.prompt_id == prompt.id)
        .order_by(Response.received_at)
        .limit(1)
    )


def _forget_draft(session: Session, participant_id: int, prompt_id: int) -> None:
    session.execute(
        sa.delete(AnswerDraft).where(
            AnswerDraft.participant_id == participant_id, AnswerDraft.prompt_id == prompt_id
        )
    )
