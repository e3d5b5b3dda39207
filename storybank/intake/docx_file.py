"""Word documents: paragraphs, headings, lists, tables row by row and text boxes, as one text.

Reads the final text of tracked changes. What they took out, comments, notes, hidden words, heads
and feet are not the teller's words: they stand beside the text, at their places. With the modules
of its name the only one that imports python-docx; it runs in the child.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import docx
from docx.oxml.ns import qn

from storybank.errors import BadInput
from storybank.intake import docx_strict, rules
from storybank.intake.beside import CHANGED, Beside, Line
from storybank.intake.docx_notes import Notes, plain_words
from storybank.intake.docx_styles import Styles
from storybank.intake.symbol_fonts import shown
from storybank.intake.zip_guard import open_archive
from storybank.stories.canon import BlockKind, Canon, NoteKind, Part, Run, from_blocks

_P, _ROW, _RUN, _TEXT = qn("w:p"), qn("w:tr"), qn("w:r"), qn("w:t")
_BOX, _SYMBOL, _DELETED = qn("w:txbxContent"), qn("w:sym"), qn("w:del")
_ROW_DELETED = f"{qn('w:trPr')}/{_DELETED}"
_MARK_GONE = tuple(
    f"{qn('w:pPr')}/{qn('w:rPr')}/{name}" for name in (_DELETED, qn("w:moveFrom"))
)  # fmt: skip
_LEFT_OUT = {
    *(qn(f"w:{name}") for name in ("del", "moveFrom", "rPr", "pPr", "rt", "instrText", "delText")),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_SIGNS = {
    **dict.fromkeys((qn("w:br"), qn("w:cr")), "\n"),
    **dict.fromkeys((qn("w:tab"), qn("w:ptab")), " "),
    qn("w:noBreakHyphen"): "-",
}
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_OPENS, _CLOSES = qn("w:commentRangeStart"), qn("w:commentRangeEnd")
_POINTS: dict[str, NoteKind] = {
    qn("w:commentReference"): "comment",
    qn("w:footnoteReference"): "footnote",
    qn("w:endnoteReference"): "endnote",
}
_CHANGES = {qn(f"w:{name}") for name in ("ins", "del", "moveFrom", "moveTo")}
_ID, _BY = qn("w:id"), qn("w:author")
_XML_OUT_OF_MEMORY = 2


def read_docx(data: bytes) -> Canon:
    """Return the canon of a .docx file, with its notes.

    Raises BadInput with a sentence for anything else.
    """
    archive = open_archive(BytesIO(data))
    main = _main_part(set(archive.namelist()), archive.read)
    if docx_strict.is_strict(main):
        data = docx_strict.as_usual(archive)
    elif docx_strict.is_strict(main[:10_000].replace(b"\0", b"")):
        raise BadInput(rules.STRICT_WORD)
    try:
        document = docx.Document(BytesIO(data))
        body = document.element.body
        styles = Styles(document.styles)
        beside = Beside()
        notes = Notes(document.part, beside)
    except MemoryError:
        raise
    except Exception as broken:  # python-docx and lxml raise many kinds on a bent file
        full = getattr(broken, "code", None) == _XML_OUT_OF_MEMORY
        raise BadInput(rules.TOO_HARD if full else rules.DAMAGED) from broken
    if body is None:
        raise BadInput(rules.DAMAGED)
    reader = _Reader(styles, notes, beside)
    canon = from_blocks(reader.parts(body))
    notes.rest()
    canon = beside.told(canon)
    if next(body.iter(*_CHANGES), None) is not None:
        canon = canon.with_warnings([CHANGED])
    first = next((b for b in canon.blocks if b.kind == "h"), None)
    return replace(canon, title=canon.text[first.start : first.end] if first else None)


def _main_part(names: set[str], read: Callable[[str], bytes]) -> bytes:
    """The XML of a document. Raises BadInput where the archive is no Word file."""
    if "word/document.xml" in names:
        return read("word/document.xml")
    if any(name.startswith("word/") for name in names):
        return b""
    if any(name.startswith("xl/") for name in names):
        raise BadInput(rules.SPREADSHEET)
    if any(name.startswith("ppt/") for name in names):
        raise BadInput(rules.SLIDES)
    raise BadInput(rules.DAMAGED if "[Content_Types].xml" in names else rules.ARCHIVE)


class _Reader:
    """Walks the body once, in the order in which it is read."""

    def __init__(self, styles: Styles, notes: Notes, beside: Beside) -> None:
        self._styles, self._notes, self._beside = styles, notes, beside
        self._letters = 0
        self._boxes: list[Any] = []
        self._opened: list[str] = []
        """Comments that begin between two paragraphs."""

    def parts(self, element: Any) -> Iterator[Part]:
        """Yield the blocks inside an element. Raises BadInput once they are too many letters."""
        held: Line | None = None
        last: Any = None
        for child in element:
            if child.tag == _P:
                held, last = held or Line(), child
                self._fill(child, held)
                if any(child.find(mark) is not None for mark in _MARK_GONE):
                    continue  # the change joins it to the paragraph after it
                yield from self._paragraph(child, held)
            elif held:
                yield from self._paragraph(last, held)
            held = None
            if child.tag == _ROW and child.find(_ROW_DELETED) is not None:
                self._beside.add("dropped", plain_words(child, deleted=True))
            elif child.tag == _OPENS:
                self._opened.append(child.get(_ID, ""))
            elif child.tag != _P and child.tag not in _LEFT_OUT and isinstance(child.tag, str):
                yield from self.parts(child)  # tables, rows, cells, content controls, insertions
        if held:
            yield from self._paragraph(last, held)

    def _fill(self, paragraph: Any, line: Line) -> None:
        for number in self._opened:
            line.put(self._notes.begun(number), opens=True)
        self._opened.clear()
        self._runs(paragraph, False, False, line)

    def _paragraph(self, paragraph: Any, line: Line) -> Iterator[Part]:
        kind: BlockKind
        kind, level = self._styles.block(paragraph)
        runs = self._beside.numbered(line)
        self._letters += sum(len(run.text) for run in runs)
        if self._letters > rules.MAX_TEXT:
            raise BadInput(rules.TOO_LONG)
        if kind == "h":  # a heading is bold by nature
            runs = [run._replace(em=False, strong=False) for run in runs]
        yield Part(kind, runs, level)
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            yield from self.parts(box)

    def _runs(self, element: Any, em: bool, strong: bool, line: Line, font: str = "") -> None:
        for child in element:
            tag = child.tag
            if tag in (_TEXT, _MATHS):
                line.runs.append(Run(_in_font(child.text or "", font), em, strong))
            elif tag in _SIGNS:
                line.runs.append(Run(_SIGNS[tag], em, strong))
            elif tag == _SYMBOL:
                line.runs.append(Run(_symbol(child), em, strong))
            elif tag == _BOX:
                self._boxes.append(child)
            elif tag == _RUN:
                look = self._styles.look(child)
                if look is None:
                    self._beside.again(line, "hidden", plain_words(child))
                else:
                    self._runs(child, *look, line, self._styles.font(child))
            elif tag == _OPENS:
                line.put(self._notes.begun(child.get(_ID, "")), opens=True)
            elif tag == _CLOSES:
                line.put(self._notes.ended(child.get(_ID, "")))
            elif tag in _POINTS:
                line.put(self._notes.pointed(_POINTS[tag], child.get(_ID, "")))
            elif tag == _DELETED:
                words = plain_words(child, deleted=True)
                self._beside.again(line, "dropped", words, child.get(_BY, ""))
            elif tag not in _LEFT_OUT and isinstance(tag, str):
                self._runs(child, em, strong, line, font)


def _in_font(text: str, font: str) -> str:
    """The characters of a run; a line break of the file is a space."""
    text = text.replace("\r", " ").replace("\n", " ")
    return "".join(shown(font, ord(one)) for one in text) if font else text


def _symbol(element: Any) -> str:
    code = element.get(qn("w:char"), "")
    try:
        return shown(element.get(qn("w:font"), ""), int(code[:6], 16))
    except ValueError:
        return ""
