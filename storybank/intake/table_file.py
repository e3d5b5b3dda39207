"""Tables saved as .csv: any usual delimiter and encoding, a row at a time.

A source is the path of a file, or its bytes.
"""

import csv
from codecs import getincrementaldecoder
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import BinaryIO, NamedTuple, TextIO

from storybank.errors import BadInput
from storybank.intake import rules, text_file
from storybank.intake.rules import BadRow
from storybank.intake.sheets import MORE_CELLS, Line
from storybank.stories.canon import one_line

LONGEST_LINE = 2 * rules.MAX_TEXT + 100_000
"""Code points: a story of the greatest length with every quote doubled."""

Source = Path | bytes

QUOTES = "The quotes do not match here. Mend them: rows from here on were not read."
NO_WORDS_NAMED = 'The first row must name the columns, and one must be called "text".'
TOO_LONG_A_LINE = "The line is too long. Split the story into parts."
_ALSO_TEXT = "story"
_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 262_144
_LINES_LOOKED_AT = 200


class Row(NamedTuple):
    """The cells of the wanted columns, and the line of the file they begin on."""

    line: int
    values: dict[str, str]


def begin_of(source: Source, size: int) -> bytes:
    """Return its first ``size`` bytes. Raises OSError for a path that can not be read."""
    with _bytes(source) as file:
        return file.read(size)


def read_table(path: Path, wanted: set[str]) -> Iterator[Row | BadRow]:
    """Return the rows of a table whose first row names its columns.

    Raises BadInput at once where no column is named text or story, or two share a name.
    """
    encoding = encoding_of(path)
    with _open(path, encoding) as file:
        head, skipped = _head(file)
    for delimiter in sorted(_DELIMITERS, key=head.count, reverse=True):
        names = _names(head, delimiter)
        if "text" in names or _ALSO_TEXT in names:
            break
    else:
        raise BadInput(NO_WORDS_NAMED)
    columns = _columns(names, wanted)
    return _rows(path, encoding, delimiter, len(names), columns, skipped)


def read_lines(source: Source, delimiter: str, encoding: str) -> Iterator[Line | BadRow]:
    """Yield every row of a table, its head with it, or what is wrong with one."""
    with _open(source, encoding) as file:
        for row in _cells(file, delimiter):
            if isinstance(row, BadRow):
                yield row
                continue
            first, cells = row
            # Excel reads a first line such as sep=; as an order to itself.
            if first > 1 or not (len(cells) <= 2 and cells and _is_order(cells[0])):
                if first == 1 and cells:
                    cells[0] = cells[0].removeprefix("\ufeff")
                yield Line(first, tuple(cells))


def delimiter_of(source: Source, encoding: str) -> str:
    """Return what stands between the cells: what cuts most of the first rows into as many."""
    with _open(source, encoding) as file:
        sample = file.read(_SAMPLE)
    lines = sample.splitlines(keepends=True)[:_LINES_LOOKED_AT]
    if lines and _is_order(lines[0]) and lines[0][4:5] in _DELIMITERS:
        return lines[0][4]
    return max(_DELIMITERS, key=lambda one: _evenness(lines, one))


def _evenness(lines: Sequence[str], delimiter: str) -> tuple[int, int]:
    """How many rows of a sample have the commonest number of cells over one, and that number."""
    widths: Counter[int] = Counter()
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for cells in reader:
            widths[len(cells)] += 1
    except csv.Error:
        pass
    wide = [(count, width) for width, count in widths.items() if width > 1]
    if not wide:
        return (0, 0)
    count, width = max(wide)
    return (count * 2 >= sum(widths.values()) and count or 0, width)


def _is_order(cell: str) -> bool:
    return cell.lower().lstrip("\ufeff").startswith("sep=")


def encoding_of(source: Source) -> str:
    """Return the codec of the whole file, having looked at all of it, a piece at a time."""
    with _bytes(source) as file:
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


def _bytes(source: Source) -> BinaryIO:
    return BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def _open(source: Source, encoding: str) -> TextIO:
    return TextIOWrapper(_bytes(source), encoding=encoding, errors="storybank-mixed", newline="")


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
    with _open(path, encoding) as file:
        for row in _cells(file, delimiter, skipped + 1):
            if isinstance(row, BadRow):
                yield row
            elif any(row[1]):
                yield _row(*row, width, columns)


def _cells(
    file: TextIO, delimiter: str, skipped: int = 0
) -> Iterator[tuple[int, list[str]] | BadRow]:
    """Yield the line that each row begins on, and its cells, after so many lines left alone; or
    what is wrong with one. Nothing follows where quotes do not match."""
    csv.field_size_limit(LONGEST_LINE)
    too_long: list[int] = []
    lines = _lines(file, too_long)
    for _ in range(skipped):
        next(lines)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        first = skipped + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            cells = None
        except csv.Error:
            # What follows may be the middle of a story: to read on would make up stories.
            yield BadRow(first, QUOTES)
            return
        for line in too_long:
            yield BadRow(line, TOO_LONG_A_LINE)
        too_long.clear()
        if cells is None:
            return
        yield first, cells


def _row(line: int, cells: list[str], width: int, columns: dict[str, int]) -> Row | BadRow:
    values = {name: cells[place] for name, place in columns.items() if place < len(cells)}
    if any(cell.strip() for cell in cells[width:]):
        return BadRow(
            line,
            MORE_CELLS,
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
