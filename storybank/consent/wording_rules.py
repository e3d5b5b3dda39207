"""What makes wordings fit to be asked, decided without a database.

A wording may hold slots, written {organisation}, {others}, {why} and {withdraw}; they are filled
in at publishing, so that what is kept is word for word what was shown.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LANGUAGE = "en-GB"
SLOTS = ("organisation", "others", "why", "withdraw")
"""What the law wants named before a yes counts: who, who else, why, and how to stop."""

MOST_AGE = 11.0
"""Highest reading age, in years, at which a wording may go live."""

GRACE = timedelta(days=60)
"""How long an answer to the old words still holds after the meaning changed."""

BEAR_ON_ALL = ("intro", "who", "limits")
"""Wordings that every answer rests on: a change of their meaning bears on every use."""

LONGEST = 2000
_SLOT = re.compile(r"\{([^{}]*)\}?|\}")
_SENTENCE_END = re.compile(r"(?<=[.?!])\s+|\n+")


class Format(StrEnum):
    """In which shape the same question is put."""

    STANDARD = "standard"
    EASY_READ = "easy_read"
    LARGE_PRINT = "large_print"
    AUDIO_SCRIPT = "audio_script"
    BSL_SCRIPT = "bsl_script"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Format.STANDARD: "Standard",
    Format.EASY_READ: "Easy read",
    Format.LARGE_PRINT: "Large print",
    Format.AUDIO_SCRIPT: "Audio script",
    Format.BSL_SCRIPT: "British Sign Language script",
}

NEEDED = (Format.STANDARD, Format.EASY_READ)
"""A wording goes live in both or not at all; the others show the standard words if they have none
of their own."""


@dataclass(frozen=True)
class Wording:
    """A published wording, as pages and receipts show it."""

    id: int
    code: str
    text: str
    help_text: str
    version: str
    language: str
    format: str
    sha256: str

    @property
    def sentences(self) -> tuple[str, ...]:
        """The text cut after each sentence or line; joined by a space, it is the text again."""
        return sentences(self.text)

    @property
    def question(self) -> str:
        """The first sentence: what a page puts in its heading."""
        return self.sentences[0]

    @property
    def rest(self) -> tuple[str, ...]:
        """All sentences but the first: explanation and, for some, the answers to choose from."""
        return self.sentences[1:]


def sentences(text: str) -> tuple[str, ...]:
    return tuple(part for part in _SENTENCE_END.split(text.strip()) if part)


def fill(source: str, slots: Mapping[str, str]) -> str:
    """``source`` with the values of ``slots`` in their places; other braces stay as they are."""
    for name, value in slots.items():
        source = source.replace(f"{{{name}}}", value)
    return source


def slots_in(source: str) -> set[str]:
    """The slots that ``source`` holds."""
    return {name for name in SLOTS if f"{{{name}}}" in source}


def strange_slots(source: str) -> list[str]:
    """What stands in braces and is no slot, in order."""
    found = (match.group(0) for match in _SLOT.finditer(source))
    return [one for one in found if one not in {f"{{{name}}}" for name in SLOTS}]


def digest(text: str, help_text: str = "") -> str:
    """sha256 of the words as shown, help included."""
    shown = f"{text}\n\n{help_text}" if help_text else text
    return hashlib.sha256(shown.encode()).hexdigest()


def next_version(old: str, meaning_changed: bool) -> str:
    """ "1.3" after "1.2" where it means the same, "2.0" where it does not."""
    head, _, tail = old.partition(".")
    if meaning_changed:
        return f"{int(head) + 1}.0"
    return f"{head}.{int(tail or 0) + 1}"


def asks_again_at(answered_at: datetime, changes: Iterable[datetime]) -> datetime | None:
    """When an answer stops holding because the words it answered changed their meaning.

    ``changes`` are the moments of such changes. The first one after the answer counts, and the
    answer runs on for GRACE; None where there was none since.
    """
    since = [moment for moment in changes if moment > answered_at]
    return min(since) + GRACE if since else None
