"""Tables saved as .csv: any usual delimiter and encoding, a row at a time."""

import csv
from codecs import getincrementaldecoder
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, TextIO

from storybank.errors import BadInput
from storybank.intake import rules, text_file
from storybank.intake.rules import BadRow
from storybank.stories.canon import one_line

LONGEST_LINE = 2 * rules.MAX_TEXT + 100_000
"""Code points: a story of the greatest length with every quote doubled."""

QUOTES = "The quotes do not match here. Mend them: rows from here on were not read."
_ALSO_TEXT = "story"
_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 262_144


class Row(NamedTuple):
    """The cells of the wanted columns, and the line of the file they begin on."""

    line: int
    values: dict[str, str]


def read_table(path: Path, wanted: set[str]) -> Iterator[Row | BadRow]:
    """Return the rows of a table whose first row names its columns.

    Raises BadInput at once where no column is named text or story, or two share a name.
    """
    encoding = _encoding(path)
    with _open(path, encoding) as file:
        head, skipped = _head(file)
    for delimiter in sorted(_DELIMITERS, key=head.count, reverse=True):
        names = _names(head, delimiter)
        if "text" in names or _ALSO_TEXT in names:
            break
    else:
        raise BadInput('The first row must name the columns, and one must be called "text".')
    columns = _columns(names, wanted)
    return _rows(path, encoding, delimiter, len(names), columns, skipped)


def _encoding(path: Path) -> str:
    """Return the codec of the whole file, having looked at all of it, a piece at a time."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
        found = text_file.encoding_by_evidence(sample)
        if found is not None and found != "utf-8":
            return found
        guess = text_file.decode(sample).encoding
        decoder = getincrementaldecoder("utf-8")()
        file.seek(0)
        try:  # good UTF-8 to the last byte is no accident; a look at the start may be
            while piece := file.read(1 << 20):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return guess
    return "utf-8"


def _open(path: Path, encoding: str) -> TextIO:
    return path.open(encoding=encoding, errors="storybank-mixed", newline="")


def _head(file: TextIO) -> tuple[str, int]:
    """Return the line that names the columns, and how many lines stand above it."""
    skipped = 0
    while line := file.readline(LONGEST_LINE):
        # Excel reads a first line such as sep=; as an order to itself.
        if line.strip("\ufeff \r\n") and not line.lower().startswith("sep="):
            return line, skipped
        skipped += 1
    raise BadInput(rules.EMPTY)


def _names(head: str, delimiter: str) -> list[str]:
    try:
        row = next(csv.reader([head], delimiter=delimiter))
    except (csv.Error, StopIteration):
        return []
    return [one_line(name).casefold().replace(" ", "_") for name in row]


def _columns(names: list[str], wanted: set[str]) -> dict[str, int]:
    for name, count in Counter(names).items():
        if count > 1 and (name in wanted or name == _ALSO_TEXT):
            raise BadInput(f'Two columns are called "{name}". Give one of them another name.')
    columns = {name: place for place, name in enumerate(names) if name in wanted}
    if "text" not in columns:
        columns["text"] = names.index(_ALSO_TEXT)
    return columns


def _rows(
    path: Path, encoding: str, delimiter: str, width: int, columns: dict[str, int], skipped: int
) -> Iterator[Row | BadRow]:
    csv.field_size_limit(LONGEST_LINE)
    too_long: list[int] = []
    with _open(path, encoding) as file:
        lines = _lines(file, too_long)
        for _ in range(skipped + 1):
            next(lines)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        while True:
            first = skipped + reader.line_num + 2
            try:
                cells = next(reader)
            except StopIteration:
                cells = None
            except csv.Error:
                # What follows may be the middle of a story: to read on would make up stories.
                yield BadRow(first, QUOTES)
                return
            for line in too_long:
                yield BadRow(line, "The line is too long. Split the story into parts.")
            too_long.clear()
            if cells is None:
                return
            if any(cells):
                yield _row(first, cells, width, columns)


def _row(line: int, cells: list[str], width: int, columns: dict[str, int]) -> Row | BadRow:
    values = {name: cells[place] for name, place in columns.items() if place < len(cells)}
    if any(cell.strip() for cell in cells[width:]):
        return BadRow(
            line,
            "It has more cells than there are columns. Put quotes round words with commas.",
            one_line(values.get("id", ""))[: rules.MAX_ID] or None,
        )
    return Row(line, values)


def _lines(file: TextIO, too_long: list[int]) -> Iterator[str]:
    """Yield lines; in place of one longer than may be held, an empty one, and its number."""
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE and not line.endswith("\n"):
            while line and not line.endswith("\n"):
                line = file.readline(LONGEST_LINE)
            too_long.append(number)
            line = "\n"
        yield line
