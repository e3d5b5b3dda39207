"""Tables as people bring them: where the heads end, what the columns are called. Pure.

A head may be one row of names, a title over them, names with the questions below them and a row
of ``{"ImportId": ...}`` (Qualtrics), or names over names where cells were merged (SurveyMonkey).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.intake.rules import BadRow
from storybank.stories.canon import one_line

LONGEST_NAME = 500
"""Code points of a column's name or question that are kept."""

MORE_CELLS = "It has more cells than there are columns. Put quotes round words with commas."
OVER = "What stands over the names of the columns was left out."
MOST_HEADS = 3
_LOOKED_AT = 20
_SAME_ANSWER = frozenset(("", "response", "open-ended response", "answer"))
_IMPORT = '{"importid"'


class Column(NamedTuple):
    """A column: its name, no two alike in a sheet, and the question it answers, where told."""

    name: str
    question: str = ""

    @property
    def heading(self) -> str:
        """What stands over an answer in a story."""
        return self.question or self.name


class Line(NamedTuple):
    """The cells of a row, and the line of the file, or row of the sheet, it begins on (from 1)."""

    n: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A table: its columns, and its rows, to be gone through as often as wanted."""

    name: str
    columns: tuple[Column, ...]
    read: Callable[[], Iterator[Line | BadRow]]
    heads: int = 1
    """How many rows the head takes, a title and blank rows over it not counted."""
    warnings: tuple[str, ...] = ()
    with_heads: Callable[[int], Sheet] | None = field(default=None, repr=False)
    """The same table with so many rows of head, from 1 to 3."""

    def __iter__(self) -> Iterator[Line | BadRow]:
        """Each row that is not blank, filled up to one cell a column, or what is wrong with it."""
        width = len(self.columns)
        for n, row in enumerate(self.read()):
            if n >= rules.MAX_ROWS:
                yield BadRow(row.line if isinstance(row, BadRow) else row.n, rules.TOO_MANY_ROWS)
                return
            if isinstance(row, BadRow):
                yield row
            elif any(cell.strip() for cell in row.cells[width:]):
                yield BadRow(row.n, MORE_CELLS)
            elif any(cell.strip() for cell in row.cells):
                yield Line(row.n, (*row.cells[:width], *[""] * (width - len(row.cells))))


class _Head(NamedTuple):
    columns: tuple[Column, ...]
    over: int
    """Lines over the head that are no part of it."""
    heads: int


def sheet_of(
    name: str,
    read: Callable[[], Iterator[Line | BadRow]],
    *,
    heads: int | None = None,
    width: int = 0,
    warnings: tuple[str, ...] = (),
) -> Sheet:
    """Return the table in rows, with its columns named by its head.

    ``heads`` says how many rows that is where a person knows better; ``width`` how many columns
    there are at least. Raises BadInput where there is no row with words, or too many columns.
    """

    def anew(count: int) -> Sheet:
        return sheet_of(name, read, heads=count, width=width, warnings=warnings)

    first = [row for row in islice(read(), _LOOKED_AT) if isinstance(row, Line)]
    head = _head(first, heads, width)

    def rows() -> Iterator[Line | BadRow]:
        left = head.over + head.heads
        for row in read():
            if left and isinstance(row, Line):
                left -= 1
            else:
                yield row

    told = warnings
    if any(_filled(line.cells) for line in first[: head.over]):
        told = (*warnings, OVER)
    return Sheet(name, head.columns, rows, head.heads, told, anew)


def _head(lines: Sequence[Line], heads: int | None, width: int) -> _Head:
    over = _over(lines)
    rows = [[one_line(cell) for cell in line.cells] for line in lines[over:]]
    if not rows:
        raise BadInput(rules.EMPTY)
    if heads is None:
        heads = _heads(rows)
    heads = max(1, min(heads, MOST_HEADS, len(rows)))
    width = max(width, max((_width(row) for row in rows[:heads]), default=0))
    if width > rules.MAX_COLUMNS:
        raise BadInput(rules.TOO_WIDE)
    filled = [[*row[:width], *[""] * (width - len(row))] for row in rows[:heads]]
    kept = [row for row in filled if not _is_import(row)]
    below = kept[1] if len(kept) > 1 else [""] * width
    if len(kept) > 1 and any(under and not top for top, under in zip(*kept[:2], strict=True)):
        columns = _merged(kept[0], below)
    else:
        columns = [Column(top, under) for top, under in zip(kept[0], below, strict=True)]
    return _Head(_named(columns), over, heads)


def _over(lines: Sequence[Line]) -> int:
    """How many lines stand over the head: blank ones, and a title in one cell over several."""
    widest = max((_filled(line.cells) for line in lines), default=0)
    for n, line in enumerate(lines):
        filled = _filled(line.cells)
        if filled > 1 or (filled == 1 and widest == 1):
            return n
    return len(lines)


def _heads(rows: Sequence[Sequence[str]]) -> int:
    """How many rows the head takes, from what is in them."""
    for n in (2, 1):
        if len(rows) > n and _is_import(rows[n]):
            return n + 1
    if len(rows) > 2 and (_asks_again(rows[0], rows[1]) or _is_merged(rows[0], rows[1])):
        return 2
    return 1


def _is_import(row: Sequence[str]) -> bool:
    filled = [cell for cell in row if cell]
    told = sum(cell.casefold().replace(" ", "").startswith(_IMPORT) for cell in filled)
    return bool(filled) and 2 * told > len(filled)


def _asks_again(names: Sequence[str], row: Sequence[str]) -> bool:
    """Is a row below the names, as Qualtrics puts it, what each name stands for?"""
    pairs = zip(names, row, strict=False)
    return any(
        _squeezed(name) == "responseid" == _squeezed(question) or
        (_squeezed(name) == _squeezed(question) in ("startdate", "enddate", "recordeddate"))
        for name, question in pairs
    )  # fmt: skip


def _is_merged(names: Sequence[str], row: Sequence[str]) -> bool:
    """Do names below fill every gap between the names above, and leave blanks below others?"""
    width = max(_width(names), _width(row))
    above = [*names, *[""] * (width - len(names))][:width]
    below = [*row, *[""] * (width - len(row))][:width]
    gaps = [under for top, under in zip(above, below, strict=True) if not top]
    under = [under for top, under in zip(above, below, strict=True) if top]
    return bool(above[0] and gaps and all(gaps) and not all(under))


def _merged(above: Sequence[str], below: Sequence[str]) -> list[Column]:
    """Columns whose question stands once over several of them."""
    columns, question = [], ""
    for top, under in zip(above, below, strict=True):
        question = top or question
        same = under.casefold() in _SAME_ANSWER or not question
        name = (question or under) if same else f"{question}: {under}"
        columns.append(Column(name, question))
    return columns


def _named(columns: Sequence[Column]) -> tuple[Column, ...]:
    """Give a name to columns without one, and make no two alike."""
    used: set[str] = set()
    named = []
    for n, column in enumerate(columns):
        name = column.name[:LONGEST_NAME] or f"Column {letters(n)}"
        again = 2
        free = name
        while free.casefold() in used:
            free = f"{name} ({again})"
            again += 1
        used.add(free.casefold())
        question = column.question[:LONGEST_NAME]
        named.append(Column(free, "" if question == free else question))
    return tuple(named)


def letters(n: int) -> str:
    """Return what spreadsheets call their column ``n`` (from 0): A, B ... Z, AA ..."""
    told = ""
    n += 1
    while n:
        n, rest = divmod(n - 1, 26)
        told = chr(65 + rest) + told
    return told


def _filled(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _width(cells: Sequence[str]) -> int:
    return next((n for n in range(len(cells), 0, -1) if cells[n - 1].strip()), 0)


def _squeezed(words: str) -> str:
    return words.casefold().replace(" ", "")
