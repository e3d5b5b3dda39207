"""A first guess at what the columns of a table are. Pure; nothing about consent is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from storybank.intake.sheets import Line, Sheet
from storybank.receiving.mapping import ABOUT, EVIDENCE, ID, TEXT, TITLE, Columns

LOOKED_AT = 50
"""How many rows are looked at."""

LONG = 60
"""Code points that an answer in words has at least, in the middle of all."""

_NAMED = {
    "text": TEXT, "story": TEXT, "title": TITLE, "id": ID, "responseid": ID, "respondentid": ID,
    "storyid": ID, "evidence": EVIDENCE, **{name.replace("_", ""): part for part, name in
    ABOUT.items()}, "age": "about age_group",
}  # fmt: skip


def guess(sheet: Sheet) -> Columns:
    """Return a mapping by the names of columns; words are the long answers where none is named."""
    parts: dict[str, str] = {}
    for column in sheet.columns:
        part = _NAMED.get("".join(c for c in column.name.casefold() if c.isalnum()))
        if part and part not in parts.values():
            parts[column.name] = part
    if TEXT not in parts.values():
        rows = [row.cells for row in islice(sheet, LOOKED_AT) if isinstance(row, Line)]
        for n, column in enumerate(sheet.columns):
            if column.name not in parts and _is_long([row[n] for row in rows]):
                parts[column.name] = TEXT
    return Columns(parts)


def _is_long(cells: Sequence[str]) -> bool:
    told = sorted(len(cell) for cell in cells if cell.strip())
    return bool(told) and told[len(told) // 2] >= LONG
