"""A file to be read as a Word document, sent while it is made.

The library makes the frame (styles, page, header, properties); paragraphs are written here, for
it takes milliseconds over each and keeps them all.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from storybank.exchange.pieces import FACTS, HEADING, PASSAGE, PLAIN, SMALLER, TERM, Paper, Piece
from storybank.exchange.xml_text import RIGHT_TO_LEFT, heard, text
from storybank.web import zips

if TYPE_CHECKING:
    import docx
    from docx.shared import Cm, Pt

STYLES = {
    HEADING: "Heading1", SMALLER: "Heading2", PASSAGE: "Passage", FACTS: "Facts",
    PLAIN: "Normal", TERM: "Term",
}  # fmt: skip
"""The numbers Word knows these styles by."""
_BODY = "word/document.xml"
_RUN = re.compile(f"[{RIGHT_TO_LEFT}]+(?:[^A-Za-z{RIGHT_TO_LEFT}]+[{RIGHT_TO_LEFT}]+)*")
_STRONG = re.compile(f"[{RIGHT_TO_LEFT}]|[^\\W\\d_]")
_WHITE = re.compile("([\t\n])")
_BREAKS = {"\t": "<w:tab/>", "\n": "<w:br/>"}


def document(paper: Paper, at: datetime) -> Iterator[bytes]:
    """The bytes of a document, piece by piece: one for each slice."""
    yield from zips.zipped(_parts(paper, at), at)


def _parts(paper: Paper, at: datetime) -> Iterator[zips.Part]:
    frame = _frame(paper, at)
    body = frame.pop(_BODY)
    for path, content in frame.items():
        yield path, [content]
    split = body.index(b"<w:sectPr")
    yield _BODY, _body(paper, body[:split], body[split:])


def _body(paper: Paper, before: bytes, after: bytes) -> Iterator[bytes]:
    yield before
    for some in paper.pieces:
        yield "".join(map(_paragraph, some)).encode()
    yield after


def _paragraph(piece: Piece) -> str:
    kind, words = piece
    style = f'<w:pStyle w:val="{STYLES[kind]}"/>'
    if not _RUN.search(words):
        return f"<w:p><w:pPr>{style}</w:pPr><w:r>{_words(words)}</w:r></w:p>"
    first = _STRONG.search(words)
    bidi = "<w:bidi/>" if first and _RUN.match(first[0]) else ""
    return f"<w:p><w:pPr>{style}{bidi}</w:pPr>{''.join(_runs(words))}</w:p>"


def _runs(words: str) -> Iterator[str]:
    """Runs of one direction each: Word wants to be told."""
    done = 0
    for found in _RUN.finditer(words):
        if found.start() > done:
            yield f"<w:r>{_words(words[done : found.start()])}</w:r>"
        yield f"<w:r><w:rPr><w:rtl/></w:rPr>{_words(found[0])}</w:r>"
        done = found.end()
    if done < len(words):
        yield f"<w:r>{_words(words[done:])}</w:r>"


def _words(words: str) -> str:
    if "\n" not in words and "\t" not in words:
        return f'<w:t xml:space="preserve">{text(words)}</w:t>'
    return "".join(
        _BREAKS.get(part) or f'<w:t xml:space="preserve">{text(part)}</w:t>'
        for part in _WHITE.split(words)
        if part
    )


def _frame(paper: Paper, at: datetime) -> dict[str, bytes]:
    import docx  # here, for it takes long to load and few ask for a document
    from docx.shared import Cm, Pt, RGBColor

    made = docx.Document()
    for section in made.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.5)
        line = section.header.paragraphs[0].add_run(heard(paper.about[0]))
        line.font.size, line.font.color.rgb = Pt(8), RGBColor(0x4C, 0x62, 0x72)
    made.styles["Normal"].font.name, made.styles["Normal"].font.size = "Calibri", Pt(11)
    _add(made, "Passage", size=11, left=Cm(0.75), before=Pt(10), after=Pt(2), together=True)
    _add(made, "Facts", size=8.5, left=Cm(0.75), before=Pt(0), after=Pt(6), grey=True)
    _add(made, "Term", size=11, left=Cm(0), before=Pt(6), after=Pt(0), bold=True, together=True)
    made.add_paragraph(heard(paper.title), "Title")
    for line in paper.about:
        made.add_paragraph(heard(line))
    core = made.core_properties
    core.title, core.author, core.last_modified_by = heard(paper.title), "Storybank", "Storybank"
    core.comments = heard(paper.about[-1])[:255]
    core.subject = heard(paper.about[0])[:255]
    core.created = core.modified = at.replace(tzinfo=UTC)
    out = io.BytesIO()
    made.save(out)
    with zipfile.ZipFile(out) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _add(
    made: docx.document.Document, name: str, size: float, left: Cm, before: Pt, after: Pt,
    grey: bool = False, bold: bool = False, together: bool = False,
) -> None:  # fmt: skip
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Pt, RGBColor

    style = made.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = made.styles["Normal"]
    style.font.size, style.font.bold = Pt(size), bold
    if grey:
        style.font.color.rgb = RGBColor(0x4C, 0x62, 0x72)
    layout = style.paragraph_format
    layout.left_indent, layout.space_before, layout.space_after = left, before, after
    layout.keep_with_next = together
