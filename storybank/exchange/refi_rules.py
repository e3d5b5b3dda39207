"""What the REFI-QDA standard fixes: name spaces, GUIDs, colours, times, and how we write a code's
fields into its one description."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
PROJECTS = frozenset({PROJECT, "urn:QDA-XML:project:0:4"})
CODEBOOKS = frozenset({CODEBOOK, "urn:QDA-XML:codebook:0:4", "urn:QDA-XML:codebook:0.4"})
"""Also what programs wrote before the standard was fixed."""

GUID = re.compile(r"\{?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\}?")
COLOUR = re.compile(r"#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)?")

KEY = "Key"
PARTS = ("Include", "Exclude", "Example", "Not an example", "Phrases", "Looks like it and is not")
"""Headings under which the fields of a code stand in its description, each on a line of its own."""
_HEADING = re.compile(rf"^(Definition|{'|'.join(PARTS)}|{KEY}):$", re.M)


def clean_guid(typed: str | None) -> str | None:
    """A GUID in small letters without braces; None for what is none."""
    found = GUID.fullmatch((typed or "").strip())
    return found[1].lower() if found else None


def clean_colour(typed: str | None) -> str | None:
    """``#rrggbb`` in small letters; None for what is no colour."""
    word = (typed or "").strip().lower()
    if not COLOUR.fullmatch(word):
        return None
    return word if len(word) == 7 else "#" + "".join(letter * 2 for letter in word[1:])


def xml_text(text: str) -> str:
    """The text without characters that XML cannot hold."""
    return _NO_XML.sub("", text)


def as_time(at: datetime) -> str:
    """A moment (UTC, naive) as the standard writes it, to the second."""
    return at.replace(microsecond=0).isoformat() + "Z"


def read_time(typed: str | None) -> datetime | None:
    """A moment as UTC, naive; None for what is none, or lies before 1970 or after 2100."""
    found = _TIME.fullmatch((typed or "").strip())
    if not found:
        return None
    try:
        moment = datetime(*map(int, found.groups()[:6]))  # type: ignore[arg-type]
        if found[7] and found[7] != "Z":
            zoned = datetime.fromisoformat(moment.isoformat() + found[7])
            moment = zoned.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return None
    return moment if 1970 <= moment.year <= 2100 else None


def description(definition: str, parts: Mapping[str, str]) -> str:
    """One text of a code's fields: the definition first, the others under their headings."""
    said = [xml_text(definition).strip()]
    if _HEADING.search(said[0]):
        said[0] = "Definition:\n" + said[0]
    said += [
        f"{name}:\n{xml_text(parts[name]).strip()}"
        for name in (*PARTS, KEY)
        if parts.get(name, "").strip()
    ]
    return "\n\n".join(filter(None, said))


def read_description(text: str) -> tuple[str, dict[str, str]]:
    """The definition and the other fields: the inverse of ``description`` for texts that hold no
    line that is one of its headings."""
    pieces = _HEADING.split(text.replace("\r\n", "\n"))
    parts: dict[str, str] = {}
    for name, body in zip(pieces[1::2], pieces[2::2], strict=True):
        parts[name] = "\n\n".join(filter(None, (parts.get(name, ""), body.strip())))
    definition = "\n\n".join(filter(None, (pieces[0].strip(), parts.pop("Definition", ""))))
    return definition, parts
