"""What a need is, how pressing, and how two texts are told apart."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

_PARTS = re.compile(r"\s+|[^\s]+")


ASSISTED_BY = ("face_to_face", "phone", "paper", "post")
"""Ways in which a worker may be with somebody whose answers they write down."""


class Stop(StrEnum):
    """What may be stopped in one press, beside a single use."""

    PAUSE = "pause"
    ALL = "all"
    DELETE = "delete"
    DELETE_KEEP_NUMBER = "delete-keep-number"


class Urgency(IntEnum):
    """How long a matter can wait; the most pressing first."""

    NOW = 0
    SOON = 1
    WHEN_YOU_CAN = 2

    @property
    def label(self) -> str:
        return ("Now", "Soon", "When you can")[self]


@dataclass(frozen=True)
class Need:
    """One matter that needs a steward: what it is in a sentence, and where to see to it.

    ``title`` holds the count in words that fit it ("2 letters to print and post") and never a
    word or title of a story.
    """

    title: str
    count: int
    endpoint: str
    urgency: Urgency
    args: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Piece:
    """A stretch of a text compared with another: ``same``, ``gone`` or ``new``."""

    kind: str
    text: str


def told_apart(old: str, new: str) -> tuple[list[Piece], list[Piece]]:
    """Both texts in pieces, word by word: joined, the pieces of each are that text."""
    before, after = _PARTS.findall(old), _PARTS.findall(new)
    left: list[Piece] = []
    right: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        same = tag == "equal"
        if a < b:
            left.append(Piece("same" if same else "gone", "".join(before[a:b])))
        if c < d:
            right.append(Piece("same" if same else "new", "".join(after[c:d])))
    return left, right
