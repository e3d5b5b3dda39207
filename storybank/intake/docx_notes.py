"""What a Word document keeps in other parts than its text: comments, notes, heads and feet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml

from storybank.intake.beside import Beside
from storybank.stories.canon import NoteKind

_P, _ID, _TYPE, _BY = qn("w:p"), qn("w:id"), qn("w:type"), qn("w:author")
_T, _DELETED = qn("w:t"), qn("w:delText")
_GONE = {qn("w:del"), qn("w:moveFrom")}
_NEVER = {
    qn("w:instrText"), qn("w:rPr"), qn("w:pPr"),
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}  # fmt: skip
_SPACE = {qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:tab"): " ", qn("w:noBreakHyphen"): "-"}
_KINDS: dict[str, tuple[str, NoteKind]] = {
    "comments": (qn("w:comment"), "comment"),
    "footnotes": (qn("w:footnote"), "footnote"),
    "endnotes": (qn("w:endnote"), "endnote"),
}
_RULES = ("separator", "continuationSeparator", "continuationNotice")
_EDGES = ("header", "footer")


class Notes:
    """The notes of one document, found by kind and number as the text points to them."""

    def __init__(self, main: Any, beside: Beside) -> None:
        """``main`` is python-docx's part of the text. Raises what lxml raises on bent parts."""
        self._beside = beside
        self._words: dict[tuple[str, str], tuple[str, str]] = {}
        self._comments: dict[str, Any] = {}
        self._edges: dict[str, None] = {}
        for relation in main.rels.values():
            name = relation.reltype.rpartition("/")[2]
            if not relation.is_external and (name in _KINDS or name in _EDGES):
                self._take(name, parse_xml(relation.target_part.blob))

    def _take(self, name: str, root: Any) -> None:
        if name in _EDGES:
            self._edges[plain_words(root)] = None
            return
        tag, kind = _KINDS[name]
        for element in root.iterchildren(tag):
            if element.get(_TYPE) not in _RULES:
                said = plain_words(element), element.get(_BY, "")
                self._words[kind, element.get(_ID, "")] = said

    def begun(self, number: str) -> Any:
        """The comment whose stretch begins here; None where there is none."""
        met = self.pointed("comment", number)
        if met is not None:
            self._comments[number] = met
        return met

    def ended(self, number: str) -> Any:
        """The comment whose stretch ends here; None where none had begun."""
        return self._comments.pop(number, None)

    def pointed(self, kind: NoteKind, number: str) -> Any:
        """The note that the text points to here, once; None where there is none."""
        said = self._words.pop((kind, number), None)
        return self._beside.add(kind, *said) if said else None

    def rest(self) -> None:
        """Add what nothing in the text points to: comments left over, heads and feet."""
        for (kind, _), said in self._words.items():
            if kind == "comment":
                self._beside.add("comment", *said)
        for words in self._edges:
            self._beside.add("edge", words)


def plain_words(element: Any, deleted: bool = False) -> str:
    """The words in an element, a line a paragraph; what a change took out only if asked for."""
    return "".join(_pieces(element, deleted)).strip("\n")


def _pieces(element: Any, deleted: bool) -> Iterator[str]:
    for child in element:
        if child.tag == _T or (deleted and child.tag == _DELETED):
            yield child.text or ""
        elif child.tag in _SPACE:
            yield _SPACE[child.tag]
        elif isinstance(child.tag, str) and child.tag not in _NEVER:
            if deleted or child.tag not in _GONE:
                yield from _pieces(child, deleted)
            if child.tag == _P:
                yield "\n"
