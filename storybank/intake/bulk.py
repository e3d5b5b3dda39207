"""Files of many stories, a line or row each: read as they come, never whole."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from storybank.errors import BadInput
from storybank.intake import rules, text_file
from storybank.intake.json_lines import read_objects
from storybank.intake.rules import Arrival, BadRow
from storybank.intake.table_file import NO_WORDS_NAMED, read_table
from storybank.intake.tables import LINE_NAMES, SHEET_NAMES, TABLE_NAMES, read_sheets
from storybank.stories.canon import normalise, one_line, plain
from storybank.stories.rules import ATTRIBUTES, clean_attributes

BULK_NAMES = LINE_NAMES + TABLE_NAMES + SHEET_NAMES
"""The endings of files that `read_rows` reads."""

_NAMES = frozenset(("id", "title", "text", *ATTRIBUTES))
_NO_TEXT = 'It has no "text". Each story needs one.'


def read_rows(path: Path) -> Iterator[Arrival | BadRow]:
    """Yield each story of a .jsonl, .csv or .xlsx file, or what is wrong with its line.

    A story has ``text`` (in a table also ``story``) and may have ``id``, ``title`` and any of
    the attributes of stories, in a .jsonl file at the top or under ``attributes``; other keys
    and columns are left alone. Raises BadInput, before the first row, for a file that is none
    of these.
    """
    ending = path.suffix.lower()
    if ending not in BULK_NAMES:
        raise BadInput("Save many stories as .xlsx, .csv or .jsonl, a story in each row or line.")
    try:
        if not path.is_file():
            raise BadInput(rules.NO_FILE)
        with path.open("rb") as file:
            start = file.read(4_096)
    except OSError as unreadable:
        raise BadInput(rules.NO_FILE) from unreadable
    rules.check_size(len(start))
    if start.startswith(b"PK\3\4"):
        return _stories_of_sheet(path)
    if text_file.kind_of(start):
        raise BadInput(rules.ONE_STORY)
    text_file.refuse_other_kinds(start)
    if ending in LINE_NAMES:
        return _stories_of_lines(path)
    return (
        row if isinstance(row, BadRow) else arrival(row.line, row.values)
        for row in read_table(path, set(_NAMES))
    )


def arrival(line: int, values: Mapping[str, Any]) -> Arrival | BadRow:
    """Return the story in the values of one row, or why there is none."""
    given = values.get("id")
    external_id = one_line(str(given)) if _is_scalar(given) else ""
    if len(external_id) > rules.MAX_ID:
        return BadRow(line, f"Its id is over {rules.MAX_ID} letters. Give it a shorter one.")
    try:
        return _arrival(line, values, external_id or None)
    except BadInput as refusal:
        return BadRow(line, refusal.sentence, external_id or None)


def _arrival(line: int, values: Mapping[str, Any], external_id: str | None) -> Arrival:
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
    return Arrival(canon, named, external_id, clean_attributes(dict(scalars)), line=line)


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _stories_of_lines(path: Path) -> Iterator[Arrival | BadRow]:
    for row in read_objects(path):
        yield row if isinstance(row, BadRow) else arrival(*row)


def _stories_of_sheet(path: Path) -> Iterator[Arrival | BadRow]:
    """The rows of the first sheet of a spreadsheet that has a column of words."""
    for sheet in read_sheets(path.name, path):
        names = [column.name.casefold().replace(" ", "_") for column in sheet.columns]
        if not {"text", "story"} & set(names):
            continue
        kept = [name if name in _NAMES else "" for name in names]
        if "text" not in kept:
            kept[names.index("story")] = "text"
        return (
            row if isinstance(row, BadRow) else arrival(row.n, _values(kept, row.cells))
            for row in sheet
        )
    raise BadInput(NO_WORDS_NAMED)


def _values(names: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    return {name: cell for name, cell in zip(names, cells, strict=True) if name}
