"""What a ledger is made of: lines in JSON, each with the hash of the one before."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storybank.errors import NotReady

OPENED = "opened"
START = "0" * 64

MISSING = (
    "The ledger of what storytellers took away is missing. Put it back from its safe copy, or "
    "say where it is in STORYBANK_LEDGER."
)
BROKEN = (
    "The ledger of what storytellers took away was changed: line {} does not follow from the one "
    "before. Put it back from its safe copy."
)
OTHER = (
    "This ledger does not go with this backup: it is shorter, or another house's. Put the right "
    "one back, or say where it is in STORYBANK_LEDGER."
)


@dataclass(frozen=True)
class Position:
    """How far a ledger went: how many lines, and the hash of the last."""

    lines: int
    hash: str


@dataclass(frozen=True)
class Line:
    """One thing that was taken away."""

    number: int
    hash: str
    at: datetime
    story_id: int
    person_id: int
    kind: str
    uses: tuple[str, ...]
    taken_in_at: datetime | None
    """When that story was taken in: after a restore another story may have its number."""
    place: tuple[int, int, int] | None
    """Version, start and end of a part that was left out."""


@dataclass(frozen=True)
class Chain:
    """A whole ledger, read and found unbroken."""

    lines: tuple[Line, ...]
    hashes: tuple[str, ...]
    cut_off: int
    """Lines that a crash cut off. Their acts were never said to be done."""

    @property
    def position(self) -> Position:
        return Position(len(self.hashes), self.hashes[-1])

    def after(self, position: Position) -> tuple[Line, ...]:
        """What was taken away since. Raises NotReady where this ledger never stood there."""
        if not 0 < position.lines <= len(self.hashes):
            raise NotReady(OTHER)
        if self.hashes[position.lines - 1] != position.hash:
            raise NotReady(OTHER)
        return tuple(line for line in self.lines if line.number > position.lines)


def chained(texts: Iterable[bytes], cut_off: int = 0) -> Chain:
    """Read lines and check that each follows from the one before.

    Raises NotReady where there is none, or one was changed.
    """
    lines: list[Line] = []
    hashes: list[str] = []
    for number, text in enumerate(texts, start=1):
        what = said(text)
        if what is None:
            cut_off += 1
            continue
        own = what.pop("hash")
        if what.get("prev") != (hashes[-1] if hashes else START) or own != _hash(what):
            raise NotReady(BROKEN.format(number))
        hashes.append(own)
        if what["kind"] != OPENED:
            lines.append(_line(len(hashes), own, what))
    if not hashes:
        raise NotReady(MISSING)
    return Chain(tuple(lines), tuple(hashes), cut_off)


def link(what: Mapping[str, Any], before: str) -> tuple[bytes, str]:
    """A line that follows from the one with this hash, with its end; and its own hash."""
    linked = {**what, "prev": before}
    own = _hash(linked)
    return json.dumps({**linked, "hash": own}).encode() + b"\n", own


def said(text: bytes) -> dict[str, Any] | None:
    """What a line says; None where it is only the beginning of one."""
    try:
        what = json.loads(text)
    except ValueError:
        return None
    return what if isinstance(what, dict) and "hash" in what and "kind" in what else None


def _hash(what: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


def _line(number: int, own: str, what: Mapping[str, Any]) -> Line:
    place, moment = what.get("place"), what.get("taken_in_at")
    return Line(
        number=number,
        hash=own,
        at=datetime.fromisoformat(what["at"]),
        story_id=int(what["story_id"]),
        person_id=int(what["person_id"]),
        kind=str(what["kind"]),
        uses=tuple(what["uses"]),
        taken_in_at=datetime.fromisoformat(moment) if moment else None,
        place=(place[0], place[1], place[2]) if place else None,
    )
