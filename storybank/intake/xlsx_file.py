"""Spreadsheets saved as .xlsx: the values of each sheet that is not hidden, row by row.

Read in a child (`storybank.intake.table_child`), once the archive was looked over. Formulas are
not worked out: the results that were saved with them are taken.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell.cell import ERROR_CODES

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.intake.zip_guard import open_archive

MAX_CELLS = 1_000_000
"""The most cells of all sheets together."""

NOT_SAVED = (
    "Some cells hold formulas whose results were not saved; they are empty here. Open the file in "
    "a spreadsheet program, save it, and bring it again."
)
ERRORS = "Some cells hold errors such as #N/A; they are empty here."
HIDDEN = "A hidden sheet was left out."
HIDDEN_ROWS = "Some rows or columns are hidden in the spreadsheet. They are taken as the others."

_STRICT = (
    (b"http://purl.oclc.org/ooxml/spreadsheetml/main",
     b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships",
     b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"),
)  # fmt: skip
_NO_RESULT = re.compile(rb"(?:</f>|<f\b[^>]*/>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
_UNSEEN = re.compile(rb"<(?:row|col)\b[^>]*\bhidden=[\"'](?:1|true)")
_NO_ROW = re.compile(rb"<row\b[^>]*\br=[\"']0*[1-9][0-9]{7}")
_SIZED = re.compile(rb"<dimension\b")
_SIZE_STANDS_IN = 4_096
"""Bytes in which the size of a sheet stands, where it has one."""
_CODED = re.compile("_x([0-9A-Fa-f]{4})_")
_BENT = (
    KeyError, ValueError, TypeError, AttributeError, IndexError, OverflowError, LookupError,
    OSError, SyntaxError, AssertionError, zipfile.BadZipFile,
)  # fmt: skip


def read_xlsx(data: bytes) -> dict[str, Any]:
    """Return {"sheets": [{"name", "rows": [[row number, [cells]]]}], "warnings": [...]}.

    Cells are text: dates as ISO 8601, numbers as a sheet shows them without a format, TRUE and
    FALSE. Blank rows, and blank cells at the end of a row, are left out. Raises BadInput for what
    is no such spreadsheet, is damaged, hostile or too large.
    """
    archive = open_archive(BytesIO(data))
    names = {name.casefold() for name in archive.namelist()}
    if "xl/workbook.bin" in names or "content.xml" in names:
        raise BadInput(rules.OTHER_SHEETS)
    if "xl/workbook.xml" not in names:
        raise BadInput(rules.ONE_STORY if "word/document.xml" in names else rules.NOT_TEXT)
    told, changed = _look(archive)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            file = _changed(archive) if changed else BytesIO(data)
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            return _sheets(book, told)
    except _BENT as broken:
        raise BadInput(rules.DAMAGED) from broken


def _look(archive: zipfile.ZipFile) -> tuple[list[str], bool]:
    """What is to be said of the sheets, and whether the file has to be changed to be read."""
    told: dict[str, None] = {}
    with archive.open("xl/workbook.xml") as part:
        changed = _STRICT[0][0] in part.read(65_536)
    for name in archive.namelist():
        if _is_sheet(name):
            content = archive.read(name)
            if _NO_ROW.search(content):  # or it is gone to row by row
                raise BadInput(rules.DAMAGED)
            if _NO_RESULT.search(content):
                told[NOT_SAVED] = None
            if _UNSEEN.search(content):
                told[HIDDEN_ROWS] = None
            changed = changed or not _SIZED.search(content, 0, _SIZE_STANDS_IN)
    return list(told), changed


def _is_sheet(name: str) -> bool:
    name = name.casefold()
    return name.startswith("xl/worksheets/") and name.endswith(".xml")


def _changed(archive: zipfile.ZipFile) -> BytesIO:
    """The archive with the names of the common kind in place of those of the strict one, and with
    a size in each sheet: one without it is read twice."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as copy:
        for name in archive.namelist():
            content = archive.read(name)
            if name.casefold().endswith((".xml", ".rels")):
                for strict, common in _STRICT:
                    content = content.replace(strict, common)
            if _is_sheet(name) and not _SIZED.search(content, 0, _SIZE_STANDS_IN):
                content = content.replace(b"<sheetData", b'<dimension ref="A1"/><sheetData', 1)
            copy.writestr(name, content)
    made.seek(0)
    return made


def _sheets(book: Any, told: list[str]) -> dict[str, Any]:
    left = MAX_CELLS
    said = dict.fromkeys(told)
    sheets = []
    for sheet in book.worksheets:
        if sheet.sheet_state != "visible":
            said[HIDDEN] = None
            continue
        sheet.reset_dimensions()
        rows: list[tuple[int, list[str]]] = []
        for n, cells in _rows(sheet, said):
            left -= len(cells)
            if left < 0 or len(rows) > rules.MAX_ROWS + rules.MAX_ROWS // 100:
                raise BadInput(rules.TOO_MANY_ROWS if left >= 0 else rules.TABLE_TOO_HARD)
            if len(cells) > rules.MAX_COLUMNS:
                raise BadInput(rules.TOO_WIDE)
            rows.append((n, cells))
        if rows:
            sheets.append({"name": str(sheet.title), "rows": rows})
    if not sheets:
        raise BadInput(rules.NO_SHEET)
    return {"sheets": sheets, "warnings": list(said)}


def _rows(sheet: Any, said: dict[str, None]) -> Iterator[tuple[int, list[str]]]:
    for n, row in enumerate(sheet.iter_rows(values_only=True), 1):
        cells = []
        for value in row:
            if value is None:
                cells.append("")
            elif value in ERROR_CODES:
                cells.append("")
                said[ERRORS] = None
            else:
                cells.append(text_of(value))
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            yield n, cells


def text_of(value: object) -> str:
    """Return the value of a cell as text."""
    if isinstance(value, str):
        return _whole(_CODED.sub(_decoded, value)) if "_x" in value else _whole(value)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return format(value, ".15g") if abs(value) < 1e15 else str(value)
    if isinstance(value, datetime):
        midnight = value.time() == time()
        return value.date().isoformat() if midnight else value.isoformat(timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _decoded(code: re.Match[str]) -> str:
    return chr(int(code[1], 16))


def _whole(text: str) -> str:
    """Join halves of pairs, and put a mark where one half is alone."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
