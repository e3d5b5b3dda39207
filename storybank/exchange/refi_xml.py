"""Reads the XML of a REFI-QDA project or codebook: hardened, and whatever the name space."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from storybank.errors import BadInput
from storybank.exchange.came import MAX_CODES, MAX_NAME, Came, CodeIn
from storybank.exchange.refi_rules import (
    CODEBOOKS,
    PROJECTS,
    clean_colour,
    clean_guid,
    read_description,
)
from storybank.stories.canon import normalise, one_line

DEEPEST = 40
"""How deep codes may be nested."""
DTD = "The file has instructions that a project never needs, so it was not opened."
NOT_XML = "The file is damaged: its project is not XML in UTF-8. Export it again and try that."
WRONG_ROOT = "This is XML, but not a REFI-QDA project or codebook. Export it as one of these."
TOO_DEEP = f"Its codes are nested over {DEEPEST} deep. Flatten them and try again."
TOO_MANY_CODES = f"It has over {MAX_CODES:,} codes. Take some out and try again."
SAME_GUID = "Two codes of the file have one and the same number (GUID). Export it again."
_WHOLE = re.compile(r"\s*([+-]?\d{1,9})\s*")


def parse(data: bytes) -> tuple[Element, str]:
    """The root of a project or codebook, and which it is: "project" or "codebook".

    Raises BadInput with one sentence for what is no XML, has a document type, or is neither.
    """
    try:
        root = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as hostile:
        raise BadInput(DTD) from hostile
    except (ParseError, ValueError, LookupError) as broken:
        raise BadInput(NOT_XML) from broken
    space, _, name = root.tag.removeprefix("{").rpartition("}")
    if name == "Project" and space in PROJECTS:
        return root, "project"
    if name == "CodeBook" and space in CODEBOOKS:
        return root, "codebook"
    raise BadInput(WRONG_ROOT)


def local(element: Element) -> str:
    """An element's name without its name space."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: Element | None, name: str) -> Element | None:
    """The first child of this name."""
    return next(children(element, name), None)


def children(element: Element | None, *names: str) -> Iterator[Element]:
    """Children of these names, in order; all of them for no name."""
    for one in element if element is not None else ():
        if not names or local(one) in names:
            yield one


def text_of(element: Element | None, name: str) -> str:
    """The text of a child; empty where there is none."""
    found = child(element, name)
    return (found.text or "") if found is not None else ""


def target(element: Element | None) -> str | None:
    """The GUID that a reference points to."""
    return clean_guid(element.get("targetGUID")) if element is not None else None


def whole_number(typed: str | None) -> int | None:
    """A whole number of up to nine digits; None for anything else."""
    found = _WHOLE.fullmatch(typed or "")
    return int(found[1]) if found else None


def read_codes(came: Came, book: Element | None) -> dict[str, list[str]]:
    """Read the codes into ``came``; {GUID of a code: GUIDs of the notes on it}.

    Raises BadInput for codes too many or too deep, or two of one GUID.
    """
    notes: dict[str, list[str]] = {}
    seen: set[str] = set()
    heads: dict[str, str | None] = {}
    top = list(children(child(book, "Codes"), "Code"))
    waiting: list[tuple[Element, str | None, int]] = [(one, None, 1) for one in reversed(top)]
    while waiting:
        element, parent, depth = waiting.pop()
        if depth > DEEPEST:
            raise BadInput(TOO_DEEP)
        if len(came.codes) >= MAX_CODES:
            raise BadInput(TOO_MANY_CODES)
        number = len(came.codes) + 1
        guid = clean_guid(element.get("guid"))
        if guid is None:
            came.lose("code without guid", f"code {number}")
            inner = list(children(element, "Code"))
            waiting.extend((one, parent, depth + 1) for one in reversed(inner))
            continue
        if guid in seen:
            raise BadInput(SAME_GUID)
        seen.add(guid)
        name = one_line(element.get("name") or "")
        if not name:
            came.lose("code without name", f"code {number}")
        elif len(name) > MAX_NAME:
            came.lose("name cut", f"code {number}")
        written, lost = normalise(text_of(element, "Description"))
        definition, parts = read_description(written)
        if lost:
            came.lose("characters", f"code {number}")
        came.codes.append(
            CodeIn(
                guid, name[:MAX_NAME] or f"Code {number}", parent,
                element.get("isCodable", "true").strip().lower() not in ("false", "0"),
                clean_colour(element.get("color")), definition, parts,
            )
        )  # fmt: skip
        made = came.codes[-1]
        # What has the colour of its family has none of its own.
        heads[guid] = heads.get(parent or "") if made.codable or parent else made.colour
        if parent and made.colour == heads[guid]:
            made.colour = None
        found = [target(one) for one in children(element, "NoteRef")]
        if any(found):
            notes[guid] = [one for one in found if one]
        inner = list(children(element, "Code"))
        waiting.extend((one, guid, depth + 1) for one in reversed(inner))
    return notes
