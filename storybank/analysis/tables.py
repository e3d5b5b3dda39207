"""A table as it is shown, and as it leaves the house: a title, a finding, columns and rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

Cell = str | int | float | None

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@dataclass(frozen=True)
class Table:
    """Figures with the sentence that says what they show. A cell is a number, a name, or None
    where there is nothing; a number that is hidden is the sentence that says so."""

    title: str
    finding: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    """What a reader has to know of the figures, such as what is hidden and why."""

    @property
    def as_csv(self) -> str:
        """The table as a spreadsheet reads it; title, finding and notes stand under it."""
        blank: tuple[Cell, ...] = ()
        about = [blank, (self.title,), (self.finding,), *((note,) for note in self.notes)]
        return "".join(line(row) for row in (self.columns, *self.rows, *about))


def line(values: Sequence[object]) -> str:
    """One line of a CSV file."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(
        ["" if value is None else safe_cell(value) for value in values]
    )
    return out.getvalue()


def safe_cell(value: object) -> str:
    """A cell that a spreadsheet will show and not run: a leading formula sign gets a quote mark.

    The signs are those that OWASP names for CSV injection, full-width ones too.
    """
    text = str(value)
    return "'" + text if is_formula(text) else text


def is_formula(text: str) -> bool:
    """Would a spreadsheet run this, or might it once white space is cut off?"""
    return text.lstrip().startswith(FORMULA) or text.startswith(FORMULA)


def share(part: int, whole: int) -> int:
    """Per cent, as a whole number; nought of nothing is nought."""
    return round(100 * part / whole) if whole else 0
