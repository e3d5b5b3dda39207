"""A table as lines of CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from storybank.consent.rules import Use
from storybank.exchange import sheets
from storybank.exchange.about import stamp
from storybank.exchange.choosing import Choice
from storybank.exchange.outgoing import choose
from storybank.exchange.sheets import Cell, Sheet
from storybank.web.sheets import safe_cell

ABOUT = "about_this_file"
"""The last column: its first cell says what the file is. A line of its own above the names of the
columns would be in the way of every program that reads the file."""
HEAD = (*sheets.CODINGS, ABOUT)
MARK = "\ufeff"
"""Tells spreadsheets that the letters are UTF-8."""


def lines(sheet: Sheet) -> Iterator[str]:
    """The head, then a piece of the file for each slice of rows."""
    yield _written([(*sheet.head, ABOUT)])
    about = " ".join(sheet.about)
    for rows in sheet.rows:
        some = []
        for row in rows:
            some.append((*row, about))
            about = ""
        yield _written(some)


def codings(session: Session, use: Use) -> Iterator[str]:
    """A CSV file of every coding the use allows."""
    return lines(sheets.codings(session, choose(session, use, Choice())))


def _written(rows: Sequence[Sequence[Cell]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(
        [_cell(value) for value in row] for row in rows
    )
    return out.getvalue()


def _cell(value: Cell) -> Cell:
    # Exact types first: there are many cells, and most are words or whole numbers.
    if type(value) is str:
        return safe_cell(value)
    if type(value) is int:
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return stamp(value)
    return "" if value is None else value
