"""What an OpenDocument text keeps besides its text: changes, comments, notes, heads and feet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from storybank.intake.beside import Beside

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_TEXT, _OFFICE, _STYLE = (f"{{{_NS}{name}:1.0}}" for name in ("text", "office", "style"))
_MAKER = "{http://purl.org/dc/elements/1.1/}creator"
_ABOUT = {
    _MAKER, "{http://purl.org/dc/elements/1.1/}date", _OFFICE + "change-info",
    _TEXT + "note-citation", _OFFICE + "annotation", f"{{{_NS}meta:1.0}}date-string",
    f"{{{_NS}meta:1.0}}creator-initials",
}  # fmt: skip
_BLOCKS = {_TEXT + "p", _TEXT + "h"}
_SPACE = {_TEXT + "s": " ", _TEXT + "tab": " ", _TEXT + "line-break": "\n"}
_EDGES = {
    f"{_STYLE}{place}{which}"
    for place in ("header", "footer")
    for which in ("", "-left", "-first")
}  # fmt: skip
_LAYERS = {
    _TEXT + "deletion", _TEXT + "note-body", _OFFICE + "annotation", _TEXT + "section",
    _TEXT + "list", _TEXT + "list-item", *_EDGES,
}  # fmt: skip
"""Elements whose own white space is the file's and no word."""


class Notes:
    """The notes of one document as its text comes to them."""

    def __init__(self, body: Any, beside: Beside) -> None:
        self._beside = beside
        self._open: dict[str, Any] = {}
        self._ends = {
            end.get(_OFFICE + "name") for end in body.iter(_OFFICE + "annotation-end")
        }  # fmt: skip
        self._dropped: dict[str, tuple[str, str]] = {}
        for region in body.iter(_TEXT + "changed-region"):
            gone = region.find(_TEXT + "deletion")
            if gone is not None:
                number = region.get(_TEXT + "id") or ""
                self._dropped[number] = plain_words(gone), _said_by(gone)

    def add_dropped(self, number: str) -> Any:
        """What the change of this number took out, once; None where it took nothing."""
        said = self._dropped.pop(number, None)
        return self._beside.add("dropped", *said) if said else None

    def add(self, element: Any) -> Any:
        """A comment, or a note at the foot or the end; None where it says nothing."""
        if element.tag == _TEXT + "note":
            ends = element.get(_TEXT + "note-class") == "endnote"
            body = element.find(_TEXT + "note-body")
            words = plain_words(body) if body is not None else ""
            return self._beside.add("endnote" if ends else "footnote", words)
        met = self._beside.add("comment", plain_words(element), _said_by(element))
        if self.has_end(element):
            self._open[element.get(_OFFICE + "name")] = met
        return met

    def has_end(self, element: Any) -> bool:
        """Whether a comment is about a stretch, whose end the text will come to."""
        name = element.get(_OFFICE + "name")
        return name is not None and name in self._ends

    def ended(self, element: Any) -> Any:
        """The comment whose stretch ends here; None where there is none."""
        return self._open.pop(element.get(_OFFICE + "name", ""), None)

    def add_edges(self, styles: Any) -> None:
        """Add what stands at the head and foot of pages; ``styles`` may be None."""
        if styles is not None:
            found = (plain_words(one) for one in styles.iter(*_EDGES))
            for words in dict.fromkeys(found):
                self._beside.add("edge", words)


def plain_words(element: Any) -> str:
    """The words in an element, a line a paragraph."""
    return "".join(_pieces(element)).strip("\n")


def _said_by(element: Any) -> str:
    maker = next(element.iter(_MAKER), None)
    return (maker.text or "") if maker is not None else ""


def _pieces(element: Any) -> Iterator[str]:
    if element.text:
        yield re.sub("[ \t\r\n]+", " ", element.text) if element.tag not in _LAYERS else ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _ABOUT:
            yield _SPACE.get(child.tag, "")
            yield from _pieces(child)
            if child.tag in _BLOCKS:
                yield "\n"
        if child.tail and element.tag not in _LAYERS:
            yield re.sub("[ \t\r\n]+", " ", child.tail)
