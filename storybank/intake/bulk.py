"""Files of many stories, a line or row each: read as they come, never whole."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from storybank.errors import BadInput
from storybank.intake import rules, text_file
from storybank.intake.rules import Arrival, BadRow
from storybank.intake.table_file import read_table
from storybank.stories.canon import normalise, one_line, plain
from storybank.stories.rules import ATTRIBUTES, clean_attributes

LINE_NAMES = (".jsonl", ".ndjson")
TABLE_NAMES = (".csv", ".tsv")
BULK_NAMES = LINE_NAMES + TABLE_NAMES
"""The endings of files that `read_rows` reads."""

_NO_TEXT = 'It has no "text". Each story needs one.'


def read_rows(path: Path) -> Iterator[Arrival | BadRow]:
    """Yield each story of a .jsonl or .csv file, or what is wrong with its line.

    A story has ``text`` (in a table also ``story``) and may have ``id``, ``title`` and any of
    the attributes of stories, in a .jsonl file at the top or under ``attributes``; other keys
    and columns are left alone. Raises BadInput, before the first row, for a file that is none
    of these.
    """
    ending = path.suffix.lower()
    if ending not in BULK_NAMES:
        raise BadInput("Save many stories as .csv or .jsonl, a story in each row or line.")
    try:
        if not path.is_file():
            raise BadInput(rules.NO_FILE)
        with path.open("rb") as file:
            start = file.read(4_096)
    except OSError as unreadable:
        raise BadInput(rules.NO_FILE) from unreadable
    rules.check_size(len(start))
    if start.startswith(b"PK\3\4"):
        raise BadInput(rules.SPREADSHEET)
    if text_file.kind_of(start):
        raise BadInput(rules.ONE_STORY)
    text_file.refuse_other_kinds(start)
    if ending in LINE_NAMES:
        return _stories_of_lines(path)
    return (
        row if isinstance(row, BadRow) else arrival(row.line, row.values)
        for row in read_table(path, {"id", "title", "text", *ATTRIBUTES})
    )


def arrival(line: int, values: Mapping[str, Any]) -> Arrival | BadRow:
    """Return the story in the values of one row, or why there is none."""
    given = values.get("id")
    external_id = one_line(str(given)) if _is_scalar(given) else ""
    if len(external_id) > rules.MAX_ID:
        return BadRow(line, f"Its id is over {rules.MAX_ID} letters. Give it a shorter one.")
    try:
        return _arrival(values, external_id or None)
    except BadInput as refusal:
        return BadRow(line, refusal.sentence, external_id or None)


def _arrival(values: Mapping[str, Any], external_id: str | None) -> Arrival:
    text = values.get("text")
    if not isinstance(text, str):
        raise BadInput(_NO_TEXT)
    title = values.get("title")
    clean, lost = normalise(text)
    if len(clean) > rules.MAX_TEXT:
        raise BadInput(rules.TOO_LONG)
    canon = rules.check_canon(plain(clean).with_warnings(lost))
    nested = values.get("attributes")
    facts = {**nested, **values} if isinstance(nested, dict) else values
    scalars = {
        name: one_line(str(facts[name])) for name in ATTRIBUTES if _is_scalar(facts.get(name))
    }
    named = rules.title_of(canon, title if isinstance(title, str) else None)
    return Arrival(canon, named, external_id, clean_attributes(dict(scalars)))


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _stories_of_lines(path: Path) -> Iterator[Arrival | BadRow]:
    with path.open("rb") as file:
        for number, line in _lines(file):
            if line is None:
                yield BadRow(number, "The line is over 10 MB. Split the story into parts.")
            elif line.strip():
                yield _story_of_line(number, line)


def _lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Yield each line with its number from 1; None where it is longer than may be held."""
    number = 0
    while line := file.readline(rules.MAX_FILE + 1):
        number += 1
        if len(line) > rules.MAX_FILE and not line.endswith(b"\n"):
            while line and not line.endswith(b"\n"):
                line = file.readline(rules.MAX_FILE)
            yield number, None
        else:
            yield number, line


def _story_of_line(number: int, line: bytes) -> Arrival | BadRow:
    try:
        found = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError:
        return BadRow(number, "The line is not in UTF-8. Save the file as UTF-8 and try again.")
    except (ValueError, RecursionError):
        return BadRow(number, "The line is not JSON. Each line must be one object in braces.")
    if not isinstance(found, dict):
        return BadRow(number, "The line is not a story. Each line must be one object in braces.")
    return arrival(number, found)
