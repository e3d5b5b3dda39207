"""Tables as a workbook (XLSX), sent while it is made.

The library writes the frame: styles, parts, widths. The rows are written here, because it could
only keep them all in memory or in files on a disk. Words are stored as text, never as formulas or
links, and those that look like formulas are marked as quoted, so that they stay text when edited.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime

from storybank.errors import BadInput
from storybank.exchange.sheets import Cell, Sheet
from storybank.exchange.xml_text import cell
from storybank.web import zips
from storybank.web.sheets import is_formula

MOST_ROWS = 1_048_575
"""Rows of a sheet below its head, as Excel has them."""
LONGEST = 32_767
"""UTF-16 units that a cell of Excel holds."""
GOES_ON = " [The cell is full. The rest is in the other kinds of file.]"
EPOCH = datetime(1899, 12, 30)
ABOUT = "About this file"
SAVED = "xl/worksheets/sheet{}.xml"
_STYLES = ("head", "text", "quoted", "moment", "plain")
_WIDE, _NARROW = 60, 14


def workbook(sheets: Sequence[Sheet], at: datetime, title: str) -> Iterator[bytes]:
    """The bytes of a workbook with a first sheet that says what it is, piece by piece.

    Raises BadInput, in the midst, for more rows than a sheet has.
    """
    said = [line for sheet in sheets for line in sheet.about]
    first = Sheet(ABOUT, (title,), [[(line,) for line in dict.fromkeys(said)]], ())
    every = [first, *sheets]
    frame, styles = _frame(every, at, title)
    yield from zips.zipped(_parts(every, frame, styles), at)


def _parts(
    sheets: Sequence[Sheet], frame: dict[str, bytes], styles: dict[str, int]
) -> Iterator[zips.Part]:
    saved = {SAVED.format(number): sheet for number, sheet in enumerate(sheets, 1)}
    for path, content in frame.items():
        if path not in saved:
            yield path, [content]
    for path, sheet in saved.items():
        before, after = re.split(b"<sheetData>.*</sheetData>", frame[path], flags=re.DOTALL)
        yield path, _sheet(sheet, before, after, styles)


def _sheet(sheet: Sheet, before: bytes, after: bytes, styles: dict[str, int]) -> Iterator[bytes]:
    columns = [_letters(place) for place in range(len(sheet.head))]
    yield before + b"<sheetData>" + _row(1, columns, sheet.head, styles, head=True).encode()
    number = 1
    for rows in sheet.rows:
        some = []
        for row in rows:
            number += 1
            some.append(_row(number, columns, row, styles))
        if number > MOST_ROWS + 1:
            raise BadInput("That is more than a workbook can hold. Take out fewer, or as CSV.")
        yield "".join(some).encode()
    yield b"</sheetData>" + after


def _row(
    number: int, columns: Sequence[str], row: Sequence[Cell], styles: dict[str, int],
    head: bool = False,
) -> str:  # fmt: skip
    cells = [f'<row r="{number}">']
    for column, value in zip(columns, row, strict=True):
        if value is None or value == "":
            continue
        at = f"{column}{number}"
        if isinstance(value, bool):
            value = "yes" if value else "no"
        if isinstance(value, str):
            quoted = "quoted" if is_formula(value) else "text"
            style = styles["head" if head else quoted]
            cells.append(
                f'<c r="{at}" s="{style}" t="inlineStr"><is><t xml:space="preserve">'
                f"{cell(_fitting(value))}</t></is></c>"
            )
        elif isinstance(value, datetime):
            days = (value - EPOCH).total_seconds() / 86_400
            cells.append(f'<c r="{at}" s="{styles["moment"]}"><v>{days:.8f}</v></c>')
        else:
            cells.append(f'<c r="{at}" s="{styles["plain"]}"><v>{value!r}</v></c>')
    cells.append("</row>")
    return "".join(cells)


def _fitting(words: str) -> str:
    if len(words) * 2 <= LONGEST or len(words.encode("utf-16-le", "replace")) // 2 <= LONGEST:
        return words
    # Twice the room for letters that take two units: cut so that it fits whatever they are.
    room = LONGEST - len(GOES_ON)
    cut = words.encode("utf-16-le", "replace")[: room * 2].decode("utf-16-le", "ignore")
    return cut + GOES_ON


def _letters(place: int) -> str:
    """0 is A, 26 is AA."""
    found = ""
    place += 1
    while place:
        place, letter = divmod(place - 1, 26)
        found = chr(65 + letter) + found
    return found


def _frame(
    sheets: Sequence[Sheet], at: datetime, title: str
) -> tuple[dict[str, bytes], dict[str, int]]:
    """The parts of an empty workbook by path, and the numbers of its cell styles by name."""
    import xlsxwriter  # here, for it takes long to load and few ask for a workbook

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties(
            {"title": title, "comments": "\n".join(sheets[-1].about), "created": at}
        )
        formats = [
            book.add_format({"bold": True, "bottom": 1, "valign": "top", "text_wrap": True}),
            book.add_format({"valign": "top", "text_wrap": True}),
            book.add_format({"valign": "top", "text_wrap": True, "quote_prefix": True}),
            book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm", "align": "left"}),
            book.add_format({"valign": "top", "align": "left"}),
        ]
        for sheet in sheets:
            page = book.add_worksheet(sheet.name[:31])
            for place, name in enumerate(sheet.head):
                wide = sheet.name == ABOUT or name in sheet.wide
                page.set_column(
                    place, place, 110 if sheet.name == ABOUT else _WIDE if wide else _NARROW
                )
            if sheet.name != ABOUT:
                page.freeze_panes(1, 0)
            for place, style in enumerate(formats):
                page.write_blank(0, place, None, style)
    with zipfile.ZipFile(out) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    first = parts[SAVED.format(1)].decode()
    numbers = re.findall(r'<c r="[A-E]1" s="(\d+)"/>', first)
    for number in range(1, len(sheets) + 1):
        path = SAVED.format(number)
        # What it says of the size of the sheet is not true of the rows to come.
        parts[path] = re.sub(rb"<dimension [^>]*/>", b"", parts[path])
    return parts, dict(zip(_STYLES, map(int, numbers), strict=True))
