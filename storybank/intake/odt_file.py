"""OpenDocument text (.odt, and .fodt in one piece): headings, lists, tables and stresses in order.

odfdo opens it; the walk over its XML is ours, since what a document shows is less than what it
holds. Tracked changes are taken as they would end; comments and notes are left out and said.
Runs in the child.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

from odfdo import Document

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.intake.zip_guard import open_archive
from storybank.stories.canon import Canon, Part, Run, from_blocks

CHANGED = "The document has tracked changes: the final text was taken."
NOTES_LEFT = "Comments, footnotes and endnotes were left out."

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _OFFICE, _STYLE = (f"{{{_NS}{name}:1.0}}" for name in ("text", "office", "style"))
_FO = f"{{{_NS}xsl-fo-compatible:1.0}}"
_HEAD, _PARAGRAPH, _LIST = _TEXT + "h", _TEXT + "p", _TEXT + "list"
_NOTES = (_TEXT + "note", _OFFICE + "annotation")
_LEFT_OUT = {
    *_NOTES, _TEXT + "tracked-changes", _TEXT + "sequence-decls", _OFFICE + "annotation-end",
    _OFFICE + "forms", _TEXT + "variable-decls", _TEXT + "user-field-decls", _TEXT + "ruby-text",
}  # fmt: skip
_DTD = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.I)
_MOST_SPACES = 1_000


def read_odt(data: bytes) -> Canon:
    """Return the canon of an OpenDocument text. Raises BadInput with a sentence for all else."""
    if data.startswith(b"PK"):
        open_archive(BytesIO(data))
    elif _DTD.search(data.replace(b"\0", b"")):
        raise BadInput(rules.HAS_DTD)
    try:
        document = Document(BytesIO(data))
        kind = document.get_type()
        body = document.body._xml_element
        looks = _looks(document)
    except MemoryError:
        raise
    except Exception as broken:  # odfdo and lxml raise many kinds on a bent file
        raise BadInput(rules.DAMAGED) from broken
    if kind not in ("text", "text-template", "text-master"):
        sheets = kind is not None and kind.startswith("spreadsheet")
        raise BadInput(rules.OTHER_SHEETS if sheets else rules.NOT_WRITING)
    reader = _Reader(looks)
    canon = from_blocks(reader.parts(body))
    heads = next((block for block in canon.blocks if block.kind == "h"), None)
    title = canon.text[heads.start : heads.end] if heads else None
    return replace(canon.with_warnings(reader.warnings(body)), title=title)


def _looks(document: Any) -> dict[str, tuple[bool, bool]]:
    """Which styles of the text itself are slanted, and which are bold: {name: (em, strong)}."""
    found: dict[str, tuple[bool, bool]] = {}
    root = document.get_part("content").root._xml_element
    for style in root.iter(_STYLE + "style"):
        properties = style.find(_STYLE + "text-properties")
        if properties is not None:
            slant, weight = properties.get(_FO + "font-style"), properties.get(_FO + "font-weight")
            found[style.get(_STYLE + "name", "")] = (
                slant in ("italic", "oblique"), weight in ("bold", "600", "700", "800", "900"),
            )  # fmt: skip
    return found


class _Reader:
    """Walks the body once, in the order in which it is read."""

    def __init__(self, looks: dict[str, tuple[bool, bool]]) -> None:
        self._looks = looks
        self._letters = 0

    def parts(self, element: Any, depth: int = -1) -> Iterator[Part]:
        """Yield the blocks inside an element; ``depth`` is that of the list it stands in."""
        for child in element:
            if not isinstance(child.tag, str) or child.tag in _LEFT_OUT:
                continue
            if child.tag in (_HEAD, _PARAGRAPH):
                yield from self._block(child, depth)
            else:
                yield from self.parts(child, depth + (child.tag == _LIST))

    def _block(self, element: Any, depth: int) -> Iterator[Part]:
        boxes: list[Any] = []
        head = element.tag == _HEAD
        runs = list(self._runs(element, False, False, boxes))
        self._letters += sum(len(run.text) for run in runs)
        if self._letters > rules.MAX_TEXT:
            raise BadInput(rules.TOO_LONG)
        if head:
            runs = [Run(run.text) for run in runs]
            yield Part("h", runs, min(max(_number(element.get(_TEXT + "outline-level")), 1), 6))
        else:
            yield Part("li" if depth >= 0 else "p", runs, max(depth, 0))
        for box in boxes:
            yield from self.parts(box, depth)

    def _runs(self, element: Any, em: bool, strong: bool, boxes: list[Any]) -> Iterator[Run]:
        if element.text:
            yield Run(_squeezed(element.text), em, strong)
        for child in element:
            name = child.tag.rpartition("}")[2] if isinstance(child.tag, str) else ""
            if name == "s":
                spaces = min(max(_number(child.get(_TEXT + "c")), 1), _MOST_SPACES)
                yield Run(" " * spaces, em, strong)
            elif name == "tab":
                yield Run(" ", em, strong)
            elif name == "line-break":
                yield Run("\n", em, strong)
            elif name == "text-box":
                boxes.append(child)
            elif name and child.tag not in _LEFT_OUT:
                slanted, bold = self._looks.get(child.get(_TEXT + "style-name", ""), (False, False))
                yield from self._runs(child, em or slanted, strong or bold, boxes)
            if child.tail:
                yield Run(_squeezed(child.tail), em, strong)

    def warnings(self, body: Any) -> Iterator[str]:
        """Yield a sentence for each thing a person may miss."""
        if next(body.iter(_TEXT + "changed-region"), None) is not None:
            yield CHANGED
        if next(body.iter(*_NOTES), None) is not None:
            yield NOTES_LEFT


def _squeezed(text: str) -> str:
    """White space of the file is one space; what is meant is written as an element."""
    return re.sub("[ \t\r\n]+", " ", text)


def _number(said: str | None) -> int:
    return int(said) if said and said.isascii() and said.isdigit() and len(said) < 6 else 1
