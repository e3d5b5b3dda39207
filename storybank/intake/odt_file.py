"""OpenDocument text (.odt, and .fodt in one piece): headings, lists, tables and stresses in order.

odfdo opens it; the walk over its XML is ours, since what a document shows is less than what it
holds. Tracked changes are taken as they would end; what they took out, comments, notes, hidden
words, heads and feet stand beside the text. Runs in the child.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any, NamedTuple

from odfdo import Document

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.intake.beside import CHANGED, Beside, Line
from storybank.intake.odt_notes import Notes, plain_words
from storybank.intake.zip_guard import open_archive
from storybank.stories.canon import Canon, Part, Run, from_blocks

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _OFFICE, _STYLE = (f"{{{_NS}{name}:1.0}}" for name in ("text", "office", "style"))
_FO = f"{{{_NS}xsl-fo-compatible:1.0}}"
_HEAD, _PARAGRAPH, _LIST = _TEXT + "h", _TEXT + "p", _TEXT + "list"
_NOTES = (_TEXT + "note", _OFFICE + "annotation")
_CHANGES = tuple(_TEXT + name for name in ("change", "change-start"))
_HIDES = (_TEXT + "hidden-text", _TEXT + "hidden-paragraph")
_LEFT_OUT = {
    *_NOTES, *_HIDES, _OFFICE + "annotation-end", _OFFICE + "forms",
    _TEXT + "tracked-changes", _TEXT + "sequence-decls",
    _TEXT + "variable-decls", _TEXT + "user-field-decls", _TEXT + "ruby-text",
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
        styles = _styles(document)
    except MemoryError:
        raise
    except Exception as broken:  # odfdo and lxml raise many kinds on a bent file
        raise BadInput(rules.DAMAGED) from broken
    if kind not in ("text", "text-template", "text-master"):
        sheets = kind is not None and kind.startswith("spreadsheet")
        raise BadInput(rules.OTHER_SHEETS if sheets else rules.NOT_WRITING)
    beside = Beside()
    notes = Notes(body, beside)
    canon = from_blocks(_Reader(looks, notes, beside).parts(body))
    notes.add_edges(styles)
    canon = beside.told(canon)
    if next(body.iter(_TEXT + "changed-region"), None) is not None:
        canon = canon.with_warnings([CHANGED])
    heads = next((block for block in canon.blocks if block.kind == "h"), None)
    return replace(canon, title=canon.text[heads.start : heads.end] if heads else None)


class _Look(NamedTuple):
    em: bool = False
    strong: bool = False
    hidden: bool = False


_PLAIN = _Look()


def _styles(document: Any) -> Any:
    """The XML of the part with the styles of pages; None where there is none."""
    try:
        return document.get_part("styles").root._xml_element
    except (KeyError, ValueError, AttributeError):
        return None


def _looks(document: Any) -> dict[str, _Look]:
    """How each style of the text itself looks, by its name."""
    found: dict[str, _Look] = {}
    root = document.get_part("content").root._xml_element
    for style in root.iter(_STYLE + "style"):
        properties = style.find(_STYLE + "text-properties")
        if properties is not None:
            slant, weight = properties.get(_FO + "font-style"), properties.get(_FO + "font-weight")
            found[style.get(_STYLE + "name", "")] = _Look(
                slant in ("italic", "oblique"),
                weight in ("bold", "600", "700", "800", "900"),
                properties.get(_TEXT + "display") == "none",
            )
    return found


class _Reader:
    """Walks the body once, in the order in which it is read."""

    def __init__(self, looks: dict[str, _Look], notes: Notes, beside: Beside) -> None:
        self._looks, self._notes, self._beside = looks, notes, beside
        self._letters = 0
        self._boxes: list[Any] = []

    def parts(self, element: Any, depth: int = -1) -> Iterator[Part]:
        """Yield the blocks inside an element; ``depth`` is that of the list it stands in."""
        for child in element:
            if child.tag in _CHANGES:
                self._notes.add_dropped(child.get(_TEXT + "change-id", ""))
            elif not isinstance(child.tag, str) or child.tag in _LEFT_OUT:
                continue
            elif child.get(_TEXT + "display") == "none" or self._look(child).hidden:
                self._beside.add("hidden", plain_words(child))
            elif child.tag in (_HEAD, _PARAGRAPH):
                yield from self._block(child, depth)
            else:
                yield from self.parts(child, depth + (child.tag == _LIST))

    def _block(self, element: Any, depth: int) -> Iterator[Part]:
        line = Line()
        self._runs(element, False, False, line)
        runs = self._beside.numbered(line)
        self._letters += sum(len(run.text) for run in runs)
        if self._letters > rules.MAX_TEXT:
            raise BadInput(rules.TOO_LONG)
        if element.tag == _HEAD:
            runs = [run._replace(em=False, strong=False) for run in runs]
            yield Part("h", runs, min(max(_number(element.get(_TEXT + "outline-level")), 1), 6))
        else:
            yield Part("li" if depth >= 0 else "p", runs, max(depth, 0))
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            yield from self.parts(box, depth)

    def _look(self, element: Any) -> _Look:
        return self._looks.get(element.get(_TEXT + "style-name", ""), _PLAIN)

    def _runs(self, element: Any, em: bool, strong: bool, line: Line) -> None:
        if element.text:
            line.runs.append(Run(_squeezed(element.text), em, strong))
        for child in element:
            if isinstance(child.tag, str):
                self._run(child, em, strong, line)
            if child.tail:
                line.runs.append(Run(_squeezed(child.tail), em, strong))

    def _run(self, child: Any, em: bool, strong: bool, line: Line) -> None:
        name = child.tag.rpartition("}")[2]
        if name == "s":
            spaces = min(max(_number(child.get(_TEXT + "c")), 1), _MOST_SPACES)
            line.runs.append(Run(" " * spaces, em, strong))
        elif name == "tab":
            line.runs.append(Run(" ", em, strong))
        elif name == "line-break":
            line.runs.append(Run("\n", em, strong))
        elif name == "text-box":
            self._boxes.append(child)
        elif child.tag in _CHANGES:
            line.put(self._notes.add_dropped(child.get(_TEXT + "change-id", "")))
        elif child.tag in _NOTES:
            line.put(self._notes.add(child), opens=self._notes.has_end(child))
        elif name == "annotation-end":
            line.put(self._notes.ended(child))
        elif child.tag in _HIDES:
            said = child.get(_TEXT + "string-value") or plain_words(child)
            line.put(self._beside.add("hidden", said))
        elif child.tag not in _LEFT_OUT:
            look = self._look(child)
            if look.hidden:
                line.put(self._beside.add("hidden", plain_words(child)))
            else:
                self._runs(child, em or look.em, strong or look.strong, line)


def _squeezed(text: str) -> str:
    """White space of the file is one space; what is meant is written as an element."""
    return re.sub("[ \t\r\n]+", " ", text)


def _number(said: str | None) -> int:
    return int(said) if said and said.isascii() and said.isdigit() and len(said) < 6 else 1
