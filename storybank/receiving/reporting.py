"""What became of every file of an intake: rows for a page, and a table that leaves the house."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.receiving import gathering
from storybank.receiving.models import IntakeFile, IntakeItem
from storybank.receiving.rules import Outcome
from storybank.web.tables import Table

COLUMNS = ("Number", "File", "Line or row", "Outcome", "Story", "Why", "Warnings")
WIPED = "(name wiped)"


@dataclass(frozen=True)
class Row:
    """One file, part of a file, or row of a table, and what became of it."""

    item_id: int
    n: int
    file: str
    """What the file was called, for stewards' eyes; empty where it had none."""
    line: int | None
    outcome: Outcome
    story_id: int | None
    reason: str
    warnings: tuple[str, ...]


def rows(
    session: Session, intake_id: int, first: int = 0, most: int | None = None
) -> Iterator[Row]:
    """Yield the items of an intake in their order, ``most`` of them from ``first`` (from 0).

    Raises NotReady without the key.
    """
    query = (
        select(IntakeItem, IntakeFile)
        .outerjoin(IntakeFile, IntakeFile.id == IntakeItem.file_id)
        .where(IntakeItem.intake_id == intake_id)
        .order_by(IntakeItem.n)
        .offset(first)
        .limit(most)
    )
    names: dict[int, str] = {}
    for item, file in session.execute(query).yield_per(500):
        if file is not None and file.id not in names:
            names[file.id] = gathering.name_of(session, file) or WIPED
        yield Row(
            item.id, item.n, names[file.id] if file is not None else "", item.line,
            Outcome(item.status), item.story_id, item.reason, tuple(item.warnings),
        )  # fmt: skip


def table(session: Session, intake_id: int) -> Table:
    """The whole report as a table. It names files, so it is for stewards."""
    found = list(rows(session, intake_id))
    taken = sum(row.outcome is Outcome.TAKEN for row in found)
    refused = sum(row.outcome is Outcome.REFUSED for row in found)
    return Table(
        f"Intake {intake_id}",
        f"{taken} taken in, {refused} refused, of {len(found)}.",
        COLUMNS,
        tuple(
            (
                row.n, row.file, row.line, row.outcome.value, row.story_id,
                row.reason or ("" if row.outcome is Outcome.TAKEN else row.outcome.sentence),
                " ".join(row.warnings),
            )
            for row in found
        ),
        ("Names of files may be names of people. Keep this list as safe as the stories.",),
    )  # fmt: skip
