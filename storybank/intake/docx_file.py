"""Word documents: paragraphs, headings, lists, tables row by row and text boxes, as one text.

Reads the final text of tracked changes. Comments, notes, headers and footers are not the
teller's words and stay out. The only module that imports python-docx; it runs in the child.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import docx
from docx.oxml.ns import qn

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.intake.docx_styles import Styles
from storybank.intake.zip_guard import open_archive
from storybank.stories.canon import Canon, Part, Run, from_blocks

CHANGED = "The document has tracked changes: the final text was taken."
NOTES_LEFT = "Comments, footnotes and endnotes were left out."

_P, _ROW, _RUN, _TEXT = qn("w:p"), qn("w:tr"), qn("w:r"), qn("w:t")
_BOX = qn("w:txbxContent")
_ROW_DELETED = f"{qn('w:trPr')}/{qn('w:del')}"
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
_NOTES = {qn(f"w:{name}") for name in ("commentReference", "footnoteReference", "endnoteReference")}
_CHANGES = {qn(f"w:{name}") for name in ("ins", "del", "moveFrom", "moveTo")}
_XML_OUT_OF_MEMORY = 2
_STRICT = b"purl.oclc.org/ooxml"


def read_docx(data: bytes) -> Canon:
    """Return the canon of a .docx file. Raises BadInput with a sentence for anything else."""
    archive = open_archive(BytesIO(data))
    _check_kind(set(archive.namelist()), archive.read)
    try:
        document = docx.Document(BytesIO(data))
        body = document.element.body
        styles = Styles(document.styles)
    except MemoryError:
        raise
    except Exception as broken:  # python-docx and lxml raise many kinds on a bent file
        full = getattr(broken, "code", None) == _XML_OUT_OF_MEMORY
        raise BadInput(rules.TOO_HARD if full else rules.DAMAGED) from broken
    if body is None:
        raise BadInput(rules.DAMAGED)
    reader = _Reader(styles)
    canon = from_blocks(reader.parts(body))
    warnings = (*canon.warnings, *reader.warnings(body))
    first = next((b for b in canon.blocks if b.kind == "h"), None)
    title = canon.text[first.start : first.end] if first else None
    return replace(canon, warnings=warnings, title=title)


def _check_kind(names: set[str], read: Callable[[str], bytes]) -> None:
    if "word/document.xml" in names and _STRICT in read("word/document.xml")[:5_000]:
        raise BadInput(rules.STRICT_WORD)
    if any(name.startswith("word/") for name in names):
        return
    if any(name.startswith("xl/") for name in names):
        raise BadInput(rules.SPREADSHEET)
    if any(name.startswith("ppt/") for name in names):
        raise BadInput(rules.SLIDES)
    raise BadInput(rules.DAMAGED if "[Content_Types].xml" in names else rules.ARCHIVE)


class _Reader:
    """Walks the body once, in the order in which it is read."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._letters = 0

    def parts(self, element: Any) -> Iterator[Part]:
        """Yield the blocks inside an element. Raises BadInput once they are too many letters."""
        for child in element:
            if child.tag == _P:
                yield from self._paragraph(child)
            elif child.tag == _ROW and child.find(_ROW_DELETED) is not None:
                continue
            elif child.tag not in _LEFT_OUT and isinstance(child.tag, str):
                yield from self.parts(child)  # tables, rows, cells, content controls, insertions

    def _paragraph(self, paragraph: Any) -> Iterator[Part]:
        kind, level = self._styles.block(paragraph)
        boxes: list[Any] = []
        runs = list(self._runs(paragraph, False, False, boxes))
        self._letters += sum(len(run.text) for run in runs)
        if self._letters > rules.MAX_TEXT:
            raise BadInput(rules.TOO_LONG)
        if kind == "h":  # a heading is bold by nature
            runs = [Run(run.text) for run in runs]
        yield Part(kind, runs, level)
        for box in boxes:
            yield from self.parts(box)

    def _runs(self, element: Any, em: bool, strong: bool, boxes: list[Any]) -> Iterator[Run]:
        for child in element:
            tag = child.tag
            if tag in (_TEXT, _MATHS):
                yield Run(child.text or "", em, strong)
            elif tag in _SIGNS:
                yield Run(_SIGNS[tag], em, strong)
            elif tag == _BOX:
                boxes.append(child)
            elif tag == _RUN:
                look = self._styles.look(child)
                if look is not None:
                    yield from self._runs(child, *look, boxes)
            elif tag not in _LEFT_OUT and isinstance(tag, str):
                yield from self._runs(child, em, strong, boxes)

    def warnings(self, body: Any) -> Iterator[str]:
        """Yield a sentence for each thing a person may miss."""
        if next(body.iter(*_CHANGES), None) is not None:
            yield CHANGED
        if next(body.iter(*_NOTES), None) is not None:
            yield NOTES_LEFT
