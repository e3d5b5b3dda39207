"""The pages of a PDF as lines of words with their places, by pdfium. Runs in the child."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any, NamedTuple

import pypdfium2
from pypdfium2 import raw

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.stories.canon import Note

MOST_PAGES = 3_000
SPLIT = "\ufffe"
"""What stands where a word was split at the end of a line."""

LOST = "\ufffd"
"""What stands for a letter that the file does not name: a joined "ffi" in some old fonts."""

_SPLITS_AT_END = ("\x02", "\xad")
_LOCKED = (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
_JOINED = 0.12
"""The gap, in heights of a line, under which two pieces of a row are one word."""


class Line(NamedTuple):
    """A line of a page: its words, and where it stands in points from the left and the bottom."""

    text: str
    left: float
    right: float
    foot: float
    height: float
    split: bool = False
    """Whether it ends in the middle of a word."""


class Page(NamedTuple):
    """A page: how wide it is in points, its lines in the order in which they are read."""

    width: float
    lines: list[Line]


class Read(NamedTuple):
    """A whole file, with the comments that people put on its pages."""

    pages: list[Page]
    comments: list[Note]


def read_pages(data: bytes) -> Read:
    """Return the lines of a PDF. Raises BadInput for one with a password, damaged or too long."""
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as broken:
        locked = getattr(broken, "err_code", None) in _LOCKED
        raise BadInput(rules.PASSWORD if locked else rules.DAMAGED) from broken
    if len(document) > MOST_PAGES:
        raise BadInput(rules.TOO_LONG)
    if document.get_formtype():
        document.init_forms()  # so that what was filled in is drawn
    pages: list[Page] = []
    comments: list[Note] = []
    letters = 0
    for number in range(len(document)):
        try:
            page = document[number]
        except pypdfium2.PdfiumError:
            pages.append(Page(0, []))
            continue
        if raw.FPDFPage_GetAnnotCount(page):
            comments += _comments(page)
            # Words that were filled in or typed on the page become part of it.
            raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
            page = document[number]
        words = page.get_textpage()
        letters += words.count_chars()
        if letters > 2 * rules.MAX_TEXT:
            raise BadInput(rules.TOO_LONG)
        pages.append(Page(page.get_width(), list(_rows(_lines(page, words)))))
    return Read(pages, comments)


def _lines(page: Any, words: Any) -> Iterator[Line]:
    """Lines as pdfium tells them; those that lie outside the page are not seen, and left out."""
    left, bottom, right, top = page.get_bbox()
    text = words.get_text_range()
    at = 0
    for line in text.split("\r\n"):
        pieces = _with_splits(words, line, at).split(SPLIT)
        for number, piece in enumerate(pieces, start=1):
            bare = piece.strip()
            if bare:
                first = at + len(piece) - len(piece.lstrip())
                begin = _box(words, first)
                end = _box(words, first + len(bare) - 1)
                if left <= (begin[0] + begin[2]) / 2 <= right and bottom <= begin[3] <= top + 2:
                    height = max(end[3] - end[1], 0.1)
                    yield Line(bare, begin[0], end[2], end[1], height, number < len(pieces))
            at += len(piece) + 1
        at += 1


def _with_splits(words: Any, line: str, at: int) -> str:
    """A line with `SPLIT` only where a word was split, and `LOST` for letters nobody can tell:
    pdfium has one sign for both."""
    ends = line.endswith(_SPLITS_AT_END)
    if SPLIT not in line and not ends:
        return line
    signs = list(line[:-1] if ends else line)
    for place, sign in enumerate(signs):
        if sign == SPLIT:
            index = raw.FPDFText_GetCharIndexFromTextIndex(words, at + place)
            if raw.FPDFText_IsHyphen(words, index) != 1:
                signs[place] = LOST
    return "".join(signs) + SPLIT * ends


def _box(words: Any, place: int) -> tuple[float, float, float, float]:
    index = raw.FPDFText_GetCharIndexFromTextIndex(words, place)
    box: tuple[float, float, float, float] = words.get_charbox(max(index, 0), loose=True)
    return box


def _rows(lines: Iterator[Line]) -> Iterator[Line]:
    """Lines, those joined that stand in one row: cells, or a word and the raised figure by it."""
    held: Line | None = None
    for line in lines:
        if held is not None and _one_row(held, line):
            gap = line.left - held.right
            space = "" if gap < _JOINED * held.height else " "
            held = held._replace(
                text=f"{held.text}{space}{line.text}", right=line.right, split=line.split
            )
            continue
        if held is not None:
            yield held
        held = line
    if held is not None:
        yield held


def _one_row(before: Line, after: Line) -> bool:
    level = abs(after.foot - before.foot) < 0.4 * max(before.height, after.height)
    return level and not before.split and after.left >= before.right - 0.6 * before.height


def _comments(page: Any) -> Iterator[Note]:
    """What people wrote beside the words of a page."""
    for number in range(raw.FPDFPage_GetAnnotCount(page)):
        mark = raw.FPDFPage_GetAnnot(page, number)
        if not mark:
            continue
        kind = raw.FPDFAnnot_GetSubtype(mark)
        words = _said(mark, b"Contents")
        if words and kind not in (raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT,
                                  raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP):  # fmt: skip
            yield Note("comment", words, by=_said(mark, b"T"))
        raw.FPDFPage_CloseAnnot(mark)


def _said(mark: Any, key: bytes) -> str:
    """The words under a key of a mark on a page, at most 10,000 code points."""
    size = raw.FPDFAnnot_GetStringValue(mark, key, None, 0)
    if not 2 < size <= 40_000:
        return ""
    held = (ctypes.c_ushort * (size // 2 + 1))()
    raw.FPDFAnnot_GetStringValue(mark, key, held, size)
    return bytes(held)[: size - 2].decode("utf-16-le", "replace").strip()[:10_000]
