"""Sheets that came back on paper: each is typed in once, under the number printed on it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.rules import Use
from storybank.errors import BadInput, Conflict
from storybank.meetings import noting, team
from storybank.meetings.answer_rules import Status
from storybank.meetings.models import Response
from storybank.meetings.noted import Captured, Entry
from storybank.people.models import Account

LISTED = 100
"""How many of the sheets that were typed in last are listed."""


class Same(StrEnum):
    """What to do with a sheet whose number was typed in before."""

    REPLACE = "replace"
    OTHER = "other"


@dataclass(frozen=True)
class Sheet:
    """A sheet as it was typed in: how many answers it has, by whom, and when."""

    number: str
    answers: int
    by: str
    at: datetime


class Twice(Conflict):
    """A sheet with this number was typed in before: whoever types is asked which it is."""

    def __init__(self, sheet: Sheet) -> None:
        super().__init__(f"Sheet {sheet.number} was typed in before.")
        self.sheet = sheet


def enter(
    session: Session,
    use: Use,
    workshop_id: int,
    number: str,
    answers: Iterable[Entry],
    same: Same | None = None,
) -> tuple[str, list[Response]]:
    """Keep the answers of one sheet, all or none; the number they are kept under, and they.

    The same form sent twice is kept once, by the ids of its answers. ``same`` says what to do
    where another form brought this number before: put these answers in the place of those, or
    keep both, this one as "12 (2)".

    Raises Twice where nothing was said about that; BadInput where an answer does not fit its
    question; NotFound for anybody who does not run the workshop.
    """
    workshop = noting.taking_notes(session, use, workshop_id)
    sent = [replace(one, captured=Captured.PAPER) for one in answers]
    if not sent:
        raise BadInput("Type at least one answer. Leave out a sheet with nothing on it.")
    before = _standing(session, workshop_id, number)
    others = [one for one in before if one.id not in {entry.id for entry in sent}]
    if others and same is None:
        raise Twice(_sheet(session, number, others))
    if others and same is Same.OTHER:
        number = _next_free(session, workshop_id, number)
    elif others:
        for response in others:
            noting.hide(session, use, response)
    kept = [noting.keep(session, use, workshop, replace(entry, sheet=number)) for entry in sent]
    return number, kept


def typed(session: Session, use: Use, workshop_id: int) -> list[Sheet]:
    """The sheets that were typed in last, the newest first.

    Raises NotFound for anybody who does not run the workshop.
    """
    team.meeting_for(session, use, workshop_id)
    rows = session.execute(
        select(
            Response.sheet,
            sa.func.count(Response.id),
            sa.func.max(Account.name),
            sa.func.max(Response.received_at).label("at"),
        )
        .join(Account, Account.id == Response.account_id)
        .where(*_on_paper(workshop_id))
        .group_by(Response.sheet)
        .order_by(sa.text("at DESC"))
        .limit(LISTED)
    )
    return [Sheet(number or "", count, by, at) for number, count, by, at in rows]


def missing(sheets: Sequence[Sheet]) -> list[int]:
    """Numbers left out between the lowest and the highest that were typed in, at most ten."""
    numbers = sorted(int(one.number) for one in sheets if one.number.isdigit())
    if not numbers or numbers[-1] - numbers[0] > 10 * LISTED:
        return []
    return sorted(set(range(numbers[0], numbers[-1])) - set(numbers))[:10]


def next_number(sheets: Sequence[Sheet]) -> str:
    """The number after the one typed in last, where that was a plain number; else nothing."""
    last = sheets[0].number if sheets else ""
    return str(int(last) + 1) if last.isdigit() else ""


def _on_paper(workshop_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Response.workshop_id == workshop_id,
        Response.sheet.is_not(None),
        Response.status != Status.HIDDEN.value,
    )


def _standing(session: Session, workshop_id: int, number: str) -> list[Response]:
    query = select(Response).where(*_on_paper(workshop_id), Response.sheet == number)
    return list(session.scalars(query.order_by(Response.received_at.desc())))


def _sheet(session: Session, number: str, responses: Sequence[Response]) -> Sheet:
    first = responses[0]
    who = session.scalar(select(Account.name).where(Account.id == first.account_id))
    return Sheet(number, len(responses), who or "", first.received_at)


def _next_free(session: Session, workshop_id: int, number: str) -> str:
    taken = set(
        session.scalars(select(Response.sheet).where(Response.workshop_id == workshop_id)).all()
    )
    return next(name for name in (f"{number} ({n})" for n in range(2, 10_000)) if name not in taken)
