"""A table as it is shown, and as it leaves the house: a title, a finding, columns and rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import Response, request

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


FILES: dict[str, tuple[str, Callable[[Table], Iterable[bytes]]]] = {
    "csv": ("text/csv", lambda table: [table.as_csv.encode()]),
}
"""What a table may leave as: {what the file ends in: (its type, its bytes)}. Rooms above add to
it (see wiring)."""


def file_of(name: str, table: Table) -> Response:
    """A table as the file that the address asks for."""
    ends = request.args["as"]
    mimetype, made = FILES[ends]
    answer = Response(made(table), mimetype=mimetype)
    answer.headers["Content-Disposition"] = f"attachment; filename={name.replace('_', '-')}.{ends}"
    return answer
