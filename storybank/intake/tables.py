"""Tables of any kind to sheets: .csv, .tsv, .jsonl and .xlsx, from a path or from bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePath
from typing import Any

from storybank.errors import BadInput
from storybank.intake import apart, rules, table_file, text_file
from storybank.intake.json_lines import read_objects
from storybank.intake.rules import BadRow
from storybank.intake.sheets import Line, Sheet, sheet_of
from storybank.intake.table_file import Source

LINE_NAMES = (".jsonl", ".ndjson")
TABLE_NAMES = (".csv", ".tsv", ".tab")
SHEET_NAMES = (".xlsx", ".xlsm")

SECONDS = 10.0
"""How long a child may take by the clock on the wall."""

MOST_FROM_CHILD = 32 * 1024 * 1024
"""The most bytes listened to from a child."""

_CHILD = Path(__file__).with_name("table_child.py")
_ZIP = b"PK\3\4"
_SHEET_PARTS = (b"xl/workbook.xml", b"xl/worksheets/", b"xl/_rels/")


def is_table(name: str, data: bytes) -> bool:
    """Does a file hold rows? Told by content for spreadsheets, by its name's ending for text."""
    if data.startswith(_ZIP):
        return any(part in data for part in _SHEET_PARTS)
    return PurePath(name).suffix.lower() in (*LINE_NAMES, *TABLE_NAMES)


def read_sheets(
    name: str, source: Source, *, encoding: str | None = None, heads: int | None = None
) -> list[Sheet]:
    """Return the sheets of a table; one, but for spreadsheets.

    ``encoding`` is a codec that a person chose, ``heads`` how many rows they say the head takes.
    Raises BadInput for what is no table, holds one story, or is empty, damaged or too large.
    """
    start = _start(source)
    rules.check_size(len(start))
    if start.startswith(b"PK"):
        return _spreadsheet(source, heads)
    if text_file.kind_of(start):
        raise BadInput(rules.ONE_STORY)
    text_file.refuse_other_kinds(start)
    if PurePath(name).suffix.lower() in LINE_NAMES:
        return [_lines(source)]
    codec = encoding or table_file.encoding_of(source)
    delimiter = table_file.delimiter_of(source, codec)
    return [sheet_of("", partial(table_file.read_lines, source, delimiter, codec), heads=heads)]


def _start(source: Source) -> bytes:
    try:
        if isinstance(source, Path) and not source.is_file():
            raise BadInput(rules.NO_FILE)
        return table_file.begin_of(source, 8_192)
    except OSError as unreadable:
        raise BadInput(rules.NO_FILE) from unreadable


def _spreadsheet(source: Source, heads: int | None) -> list[Sheet]:
    try:
        data = table_file.begin_of(source, rules.MAX_FILE + 1)
    except OSError as unreadable:
        raise BadInput(rules.NO_FILE) from unreadable
    rules.check_size(len(data))
    said = apart.ask(_CHILD, "xlsx", data, SECONDS, MOST_FROM_CHILD)
    if not said or len(said) > MOST_FROM_CHILD:
        raise BadInput(rules.TABLE_TOO_HARD)
    try:
        answer = json.loads(said)
        if "refused" in answer:
            raise BadInput(answer["refused"])
        told = tuple(map(str, answer["warnings"]))
        return [_sheet(found, heads, told) for found in answer["sheets"]]
    except (ValueError, KeyError, TypeError) as garbled:
        raise BadInput(rules.TABLE_TOO_HARD) from garbled


def _sheet(found: dict[str, Any], heads: int | None, told: tuple[str, ...]) -> Sheet:
    lines = [Line(n, tuple(cells)) for n, cells in found["rows"]]
    width = max(len(line.cells) for line in lines)
    return sheet_of(found["name"], lambda: iter(lines), heads=heads, width=width, warnings=told)


def _lines(source: Source) -> Sheet:
    """A file of one JSON object a line: what its objects name are the columns."""
    names: dict[str, int] = {}
    for row in read_objects(source):
        if not isinstance(row, BadRow):
            for name in _flat(row[1]):
                names.setdefault(name, len(names))
                if len(names) > rules.MAX_COLUMNS:
                    raise BadInput(rules.TOO_WIDE)
    if not names:
        raise BadInput(rules.EMPTY)
    return sheet_of("", partial(_json_rows, source, tuple(names)), heads=1)


def _json_rows(source: Source, names: tuple[str, ...]) -> Iterator[Line | BadRow]:
    yield Line(0, names)
    for row in read_objects(source):
        if isinstance(row, BadRow):
            yield row
        else:
            values = _flat(row[1])
            yield Line(row[0], tuple(values.get(name, "") for name in names))


def _flat(found: dict[str, Any]) -> dict[str, str]:
    """What an object holds as text, what stands one deeper with it; lists are joined."""
    flat: dict[str, str] = {}
    for name, value in found.items():
        if isinstance(value, dict):
            for inner, deeper in value.items():
                flat.setdefault(inner, _text(deeper))
        else:
            flat[name] = _text(value)
    return flat


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, list):
        return ", ".join(_text(one) for one in value if not isinstance(one, dict | list))
    return ""
