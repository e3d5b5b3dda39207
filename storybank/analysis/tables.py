"""A table as it is shown, and as it leaves the house: a title, a finding, columns and rows."""

from __future__ import annotations

from dataclasses import dataclass

from storybank.web.sheets import as_csv

Cell = str | int | float | None


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
        """The table as a spreadsheet reads it, its letters marked as UTF-8; title, finding and
        notes stand under it."""
        about = [(), (self.title,), (self.finding,), *((note,) for note in self.notes)]
        return as_csv([self.columns, *self.rows, *about])


def share(part: int, whole: int) -> int:
    """Per cent, as a whole number; nought of nothing is nought."""
    return round(100 * part / whole) if whole else 0
