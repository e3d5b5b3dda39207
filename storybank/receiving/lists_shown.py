"""What is in an intake, as its pages show it: a page of the list at a time."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.errors import NotFound
from storybank.receiving import deciding, gathering, reading
from storybank.receiving.models import Intake, IntakeFile, IntakeItem
from storybank.receiving.rules import TABLE_KINDS, Outcome

A_PAGE = 50
LARGE = 1_000_000
"""Bytes of what is kept of an item; a list does not open larger ones for their titles."""


@dataclass(frozen=True)
class Row:
    """One item of an intake as its list shows it."""

    id: int
    n: int
    file_name: str
    line: int | None
    title: str
    words: int | None
    status: Outcome
    reason: str
    warnings: list[str]
    story_id: int | None
    file_id: int | None
    table: bool
    """Its columns are to be named before there are stories."""


def intake(session: Session, intake_id: int) -> Intake:
    """Raises NotFound where there is no such intake."""
    found = session.get(Intake, intake_id)
    if found is None:
        raise NotFound("There is no such intake.")
    return found


def item(session: Session, intake_id: int, item_id: int) -> IntakeItem:
    """Raises NotFound where there is no such item in this intake."""
    found = session.get(IntakeItem, item_id)
    if found is None or found.intake_id != intake_id:
        raise NotFound("There is no such file in this intake.")
    return found


def rows(
    session: Session, intake_id: int, status: Outcome | None, page: int
) -> tuple[list[Row], int]:
    """The items of one page, from 1, all or of one kind; and how many pages there are."""
    where = [IntakeItem.intake_id == intake_id]
    if status is not None:
        where.append(IntakeItem.status == status.value)
    count = session.scalar(select(sa.func.count()).select_from(IntakeItem).where(*where)) or 0
    found = session.execute(
        select(IntakeItem, IntakeFile)
        .outerjoin(IntakeFile, IntakeFile.id == IntakeItem.file_id)
        .where(*where)
        .order_by(IntakeItem.n)
        .limit(A_PAGE)
        .offset((page - 1) * A_PAGE)
    ).all()
    return [_row(session, *pair) for pair in found], max(1, -(-count // A_PAGE))


def around(session: Session, one: IntakeItem) -> tuple[int | None, int | None]:
    """The ids of what comes before and after an item, of those that are to be looked at."""
    query = select(IntakeItem.id).where(
        IntakeItem.intake_id == one.intake_id,
        IntakeItem.status.in_(deciding.OPEN),
        IntakeItem.read.is_not(None),
    )
    before = query.where(IntakeItem.n < one.n).order_by(IntakeItem.n.desc())
    after = query.where(IntakeItem.n > one.n).order_by(IntakeItem.n)
    return session.scalar(before.limit(1)), session.scalar(after.limit(1))


def siblings(session: Session, one: IntakeItem) -> int:
    """How many other items the file of this one has."""
    query = select(sa.func.count()).where(
        IntakeItem.file_id == one.file_id, IntakeItem.id != one.id
    )
    return session.scalar(query) or 0


def title(session: Session, one: IntakeItem) -> tuple[str, int | None]:
    """What an item will be called, and its words; "" and None where nothing was read."""
    if one.read is None or len(one.read) > LARGE:
        return "", None
    read = reading.of(session, one)
    chosen = deciding.decided(session, one)
    return deciding.title_of(read, chosen), len(read.canon.text.split())


def _row(session: Session, one: IntakeItem, file: IntakeFile | None) -> Row:
    named, words = title(session, one)
    status = Outcome(one.status)
    table = (
        file is not None and file.kind in TABLE_KINDS and one.line is None
        and status is Outcome.ASKED
    )  # fmt: skip
    return Row(
        one.id, one.n, gathering.name_of(session, file), one.line, named, words, status,
        one.reason, list(one.warnings), one.story_id, one.file_id, table,
    )  # fmt: skip
