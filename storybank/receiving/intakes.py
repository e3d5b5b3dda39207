"""The intakes there are, newest first, and how far each has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.errors import NotFound
from storybank.people.models import Account
from storybank.receiving import working
from storybank.receiving.models import Intake
from storybank.receiving.rules import Stage
from storybank.receiving.working import Progress


@dataclass(frozen=True)
class Line:
    """One intake in the list."""

    id: int
    source: str
    """page, or command"""
    stage: Stage
    by: str
    """The name of the account that brought it; empty for the command line."""
    made_at: datetime
    progress: Progress


def newest(session: Session, first: int = 0, most: int = 50) -> list[Line]:
    """``most`` intakes from ``first`` (from 0), newest first."""
    rows = session.execute(
        select(Intake, Account.name)
        .outerjoin(Account, Account.id == Intake.account_id)
        .order_by(Intake.id.desc())
        .offset(first)
        .limit(most)
    )
    return [_line(session, intake, name) for intake, name in rows]


def one(session: Session, intake_id: int) -> Intake:
    """An intake. Raises NotFound."""
    # No database has seen an id beyond four bytes; asking for one would be an error there.
    intake = session.get(Intake, intake_id) if 0 < intake_id < 2**31 else None
    if intake is None:
        raise NotFound("There is no such intake.")
    return intake


def _line(session: Session, intake: Intake, name: str | None) -> Line:
    return Line(
        intake.id, intake.source, Stage(intake.status), name or "", intake.made_at,
        working.progress(session, intake.id),
    )  # fmt: skip
