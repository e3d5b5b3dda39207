"""The words of one source of a project: in the XML, in a text file, or in a Word file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

from storybank.errors import BadInput
from storybank.exchange.came import Came
from storybank.exchange.qdpx_zip import Bomb, ProjectZip
from storybank.exchange.refi_offsets import BOM
from storybank.exchange.refi_rules import clean_guid
from storybank.exchange.refi_xml import child, children, local, target, text_of
from storybank.intake import rules, text_file
from storybank.intake.docx_file import read_docx
from storybank.stories.canon import Canon, Part, Run, from_blocks, one_line, plain
from storybank.stories.rules import ATTRIBUTES

OURS = "storybank"
HOLDERS = {
    "TextSource": ("",), "PDFSource": ("Representation",), "PictureSource": ("TextDescription",),
    "AudioSource": ("Transcript",), "VideoSource": ("Transcript",),
}  # fmt: skip
KINDS = {
    "TextSource": "text", "PDFSource": "pdf", "PictureSource": "picture",
    "AudioSource": "sound", "VideoSource": "film",
}  # fmt: skip

MEDIA_PARTS = ("PictureSelection", "AudioSelection", "VideoSelection")


@dataclass
class Words:
    """The words of a source as the file has them, and as we shall keep them.

    ``holder`` is the element whose selections count in ``raw``; ``by_quote`` holds selections
    on pages that bring their own words.
    """

    raw: str
    canon: Canon
    holder: Element
    marked: bool = False
    by_quote: list[Element] = field(default_factory=list)


def words_of(
    came: Came, archive: ProjectZip, element: Element, where: str, outline: dict[str, Any]
) -> Words | None:
    """The words of a source; None, with a line in the loss report, where they are not there or
    cannot be read. ``outline`` is what our own manifest says of it."""
    kind = local(element)
    if kind not in HOLDERS:
        came.lose("element")
        return None
    name = HOLDERS[kind][0]
    holders = list(children(element, name)) if name else [element]
    if kind != "TextSource":
        came.lose(f"{KINDS[kind]} itself", where)
        _lose_parts(came, element, kind, where)
    found: Words | None = None
    for holder in holders:
        if found is not None:
            came.lose("second transcript", where)
            break
        found = _read(came, archive, holder, where, outline)
    if found is not None and kind == "PDFSource":
        found.by_quote = list(children(element, "PDFSelection"))
    return found


def _lose_parts(came: Came, element: Element, kind: str, where: str) -> None:
    count = sum(
        max(1, sum(1 for _ in children(one, "Coding"))) for one in children(element, *MEDIA_PARTS)
    )
    if count:
        came.lose("place in media", where, count)


def _read(
    came: Came, archive: ProjectZip, holder: Element, where: str, outline: dict[str, Any]
) -> Words | None:
    raw, marked, warnings = text_of(holder, "PlainTextContent"), False, tuple[str, ...]()
    canon: Canon | None = None
    try:
        if not raw:
            data = archive.source(holder.get("plainTextPath"))
            if data is not None:
                decoded = text_file.decode(data)
                raw, warnings = decoded.text, decoded.warnings
                marked = data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"))
                if raw.startswith(BOM):
                    raw, marked = raw.removeprefix(BOM), True
        if not raw:
            rich = archive.source(holder.get("richTextPath"))
            if rich is not None and rich.startswith(b"PK"):
                canon = read_docx(rich)
                raw = canon.text
                came.lose("rich text only", where)
        if len(raw) > rules.MAX_TEXT:
            raise BadInput(rules.TOO_LONG)
        if canon is None:
            canon = _ours(raw, outline) if OURS in came.origin.lower() else plain(raw)
        rules.check_canon(canon)
    except Bomb:
        raise
    except BadInput:
        came.lose("words not readable" if raw else "no words", where)
        return None
    if warnings or canon.warnings:
        came.lose("characters", where)
    return Words(raw, canon, holder, marked)


def _ours(raw: str, outline: dict[str, Any]) -> Canon:
    """What we wrote ourselves has a paragraph in each line; the outline says which are more."""
    canon = from_blocks(Part("p", [Run(line)]) for line in raw.split("\n"))
    try:
        places = {"blocks": outline["blocks"], "marks": outline["marks"]}
        whole = Canon.from_places(canon.text, places)
        blocks = [(block.start, block.end) for block in whole.blocks]
        right = blocks == [(block.start, block.end) for block in canon.blocks] and all(
            block.kind in ("p", "h", "li", "q") and 0 <= int(block.level) <= 9
            for block in whole.blocks
        )
        marks = all(
            mark.kind in ("em", "strong") and 0 <= int(mark.start) < int(mark.end) <= len(raw)
            for mark in whole.marks
        )
        return whole if right and marks else canon
    except (KeyError, TypeError, ValueError):
        return canon


def facts_of(came: Came, root: Element) -> dict[str, dict[str, str]]:
    """{GUID of a source: what variables say of its story}, those that stories have a place for."""
    names: dict[str, str] = {}
    for one in children(child(root, "Variables"), "Variable"):
        guid = clean_guid(one.get("guid"))
        word = one_line(one.get("name") or "").lower().replace(" ", "_")
        if guid and word in ATTRIBUTES:
            names[guid] = word
        elif guid:
            came.lose("variable")
    found: dict[str, dict[str, str]] = {}
    for case in children(child(root, "Cases"), "Case"):
        values = _values(came, case, names)
        for ref in children(case, "SourceRef"):
            found.setdefault(target(ref) or "", {}).update(values)
        if not values and not any(True for _ in children(case, "VariableValue")):
            came.lose("case")
    for one in children(child(root, "Sources")):
        values = _values(came, one, names)
        if values:
            found.setdefault(clean_guid(one.get("guid")) or "", {}).update(values)
    return found


def _values(came: Came, holder: Element, names: dict[str, str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for one in children(holder, "VariableValue"):
        word = names.get(target(child(one, "VariableRef")) or "")
        said = next((part.text or "" for part in children(one) if local(part) != "VariableRef"), "")
        value = one_line(said)
        if word and 0 < len(value) <= 100:
            values[word] = value
        elif value:
            came.lose("value")
    return values
