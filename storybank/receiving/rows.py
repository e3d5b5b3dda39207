"""A table to items: a story for each of its rows, some hundred rows in a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from storybank.clock import now
from storybank.db import writing
from storybank.errors import BadInput, NotFound
from storybank.intake import bulk
from storybank.intake.rules import Arrival, BadRow
from storybank.intake.sheets import Sheet
from storybank.intake.table_file import NO_WORDS_NAMED
from storybank.receiving import columns, gathering, working
from storybank.receiving.models import IntakeFile, IntakeItem
from storybank.receiving.rules import Outcome, Stage
from storybank.stories.rules import ATTRIBUTES

SAY_COLUMNS = "Say what each column is: a story for each row then comes into the list."
NO_ROWS = "There are no rows below the names of the columns. Check the file and try again."
OURS = frozenset(("id", "title", "text", "story", *ATTRIBUTES))
"""Names of columns that say themselves what they are."""
TOGETHER = 100
"""Rows written in one transaction."""


def read_table(sessions: sessionmaker[Session], intake_id: int, item_id: int) -> None:
    """Make an item of each row of a table that waits, or ask what its columns are.

    Killed on the way, it goes on after the last row that was written. The bytes stay until its
    stories are taken in, so that the columns can be said anew.
    """
    with sessions() as session:
        item = session.get_one(IntakeItem, item_id)
        file = session.get_one(IntakeFile, item.file_id)
        written = session.scalar(
            select(sa.func.count()).where(
                IntakeItem.file_id == file.id, IntakeItem.line.is_not(None)
            )
        )
        found = _rows(session, file)
    if isinstance(found, str):
        with writing(sessions) as session:
            there = session.get_one(IntakeItem, item_id, with_for_update=True)
            asks = found == SAY_COLUMNS
            there.status = (Outcome.ASKED if asks else Outcome.REFUSED).value
            there.reason, there.changed_at = found, now()
        return
    left = islice(found, written, None)
    while some := list(islice(left, TOGETHER)):
        with writing(sessions) as session:
            intake = gathering.hold(session, intake_id)
            if intake.status != Stage.READING.value:
                return
            whole = session.get_one(IntakeFile, file.id)
            written = (written or 0) + len(some)
            for row in some:
                one = gathering.add_item(session, intake, whole, row.line or 0)
                what = row.reason if isinstance(row, BadRow) else working.as_read(row)
                working.note(session, one, what)
    with writing(sessions) as session:
        if not written:
            there = session.get_one(IntakeItem, item_id, with_for_update=True)
            there.status, there.reason = Outcome.REFUSED.value, NO_ROWS
            return
        session.execute(
            sa.delete(IntakeItem).where(
                IntakeItem.id == item_id, IntakeItem.status == Outcome.WAITING.value
            )
        )


def _rows(session: Session, file: IntakeFile) -> Iterator[Arrival | BadRow] | str:
    """The stories of a table: as a person said what its columns are, else where all of them are
    called as ours are; the sentence that asks or refuses where there are none."""
    try:
        sheets = columns.sheets(session, file)
        try:
            found = columns.stories(session, file, sheets)
        except BadInput:
            return SAY_COLUMNS
        return found or _called_as_ours(sheets[0]) or SAY_COLUMNS
    except (BadInput, NotFound) as problem:
        return problem.sentence


def by_their_names(sheet: Sheet) -> Iterator[Arrival | BadRow]:
    """The stories of a table whose columns are called as ours are; others are left alone.

    Raises BadInput, at once, where no column is called text or story.
    """
    names = [column.name.casefold().replace(" ", "_") for column in sheet.columns]
    if "text" not in names and "story" not in names:
        raise BadInput(NO_WORDS_NAMED)
    if "text" not in names:
        names[names.index("story")] = "text"
    return (
        row if isinstance(row, BadRow)
        else bulk.arrival(row.n, dict(zip(names, row.cells, strict=True)))
        for row in sheet
    )  # fmt: skip


def _called_as_ours(sheet: Sheet) -> Iterator[Arrival | BadRow] | None:
    """The stories of a table all of whose columns are called as ours are."""
    names = {column.name.casefold().replace(" ", "_") for column in sheet.columns}
    if not names <= OURS or ("text" in names) == ("story" in names):
        return None
    return by_their_names(sheet)
