"""Canonical text: what every story becomes on its way in, and what all places count in.

Places are Unicode code points, end exclusive. The text of the blocks joined by one newline is
the text; no block holds a newline; no block is empty. Only the standard library is used here.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from storybank.stories.characters import JOINERS, mark_class, normalise, one_line
from storybank.stories.paragraphs import paragraphs
from storybank.stories.sentences import sentences

__all__ = [
    "Block", "Canon", "Mark", "Part", "Run", "blocks_from", "from_blocks", "marks_from",
    "normalise", "one_line", "plain", "sentences",
]  # fmt: skip

BlockKind = Literal["p", "h", "li", "q"]
MarkKind = Literal["em", "strong"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading (level 1-6), list item or quotation: text[start:end]."""

    kind: BlockKind
    start: int
    end: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch inside one block that was emphasised."""

    start: int
    end: int
    kind: MarkKind


@dataclass(frozen=True)
class Canon:
    """One immutable text with its blocks and marks, and what was lost in making it."""

    text: str
    blocks: tuple[Block, ...]
    marks: tuple[Mark, ...] = ()
    warnings: tuple[str, ...] = ()
    title: str | None = None

    @property
    def sha256(self) -> str:
        """The SHA-256 of the text in UTF-8, 64 hexadecimal digits."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def sentences(self) -> list[tuple[int, int]]:
        """Return the places of the sentences: see `storybank.stories.sentences`."""
        return sentences(self.text, self.blocks)

    def with_warnings(self, more: Iterable[str]) -> "Canon":
        """Return this canon with other warnings before its own, each said once."""
        return replace(self, warnings=tuple(dict.fromkeys((*more, *self.warnings))))

    def to_places(self) -> dict[str, list[list[Any]]]:
        """Return the blocks and marks as JSON can hold them; no words are in it."""
        return {
            "blocks": [[b.kind, b.start, b.end, b.level] for b in self.blocks],
            "marks": [[m.start, m.end, m.kind] for m in self.marks],
        }

    @classmethod
    def from_places(
        cls, text: str, places: dict[str, list[list[Any]]], title: str | None = None
    ) -> "Canon":
        """Return the canon that `to_places` was called on, but for its warnings."""
        blocks, marks = blocks_from(places["blocks"]), marks_from(places["marks"])
        return cls(text, blocks, marks, title=title)


def blocks_from(rows: Iterable[Sequence[Any]]) -> tuple[Block, ...]:
    """Return blocks from rows of [kind, start, end, level]."""
    return tuple(Block(kind, start, end, level) for kind, start, end, level in rows)


def marks_from(rows: Iterable[Sequence[Any]]) -> tuple[Mark, ...]:
    """Return marks from rows of [start, end, kind]."""
    return tuple(Mark(start, end, kind) for start, end, kind in rows)


class Run(NamedTuple):
    """Some characters of a block as a file has them."""

    text: str
    em: bool = False
    strong: bool = False


class Part(NamedTuple):
    """A block as a file has it, before its characters are canonical."""

    kind: BlockKind
    runs: Sequence[Run]
    level: int = 0


def plain(text: str, title: str | None = None) -> Canon:
    """Return the canon of a text without structure: each paragraph a block."""
    clean, warnings = normalise(text)
    lines = (_Line("p", 0, [Run(paragraph)]) for paragraph in paragraphs(clean))
    return _canon(lines, title, warnings)


def from_blocks(
    parts: Iterable[Part], title: str | None = None, warnings: Iterable[str] = ()
) -> Canon:
    """Return the canon of a file's blocks. Line breaks end a paragraph; empty blocks vanish."""
    return _canon((line for part in parts for line in _lines(part)), title, warnings)


class _Line(NamedTuple):
    kind: BlockKind
    level: int
    runs: list[Run]
    lost: tuple[str, ...] = ()


def _canon(lines: Iterable[_Line], title: str | None, warnings: Iterable[str]) -> Canon:
    """Lay canonical lines one under the other."""
    pieces: list[str] = []
    blocks: list[Block] = []
    marks: list[Mark] = []
    told = dict.fromkeys(warnings)
    at = 0
    for line in lines:
        told.update(dict.fromkeys(line.lost))
        words = "".join(run.text for run in line.runs)
        kept = words.strip()
        if kept:
            end = at + len(kept)
            pieces.append(kept)
            blocks.append(Block(line.kind, at, end, line.level))
            marks += _marks(line.runs, at - len(words) + len(words.lstrip()), at, end)
            at = end + 1
    text = "\n".join(pieces)
    return Canon(text, tuple(blocks), tuple(marks), tuple(told), one_line(title or "") or None)


def _lines(part: Part) -> Iterator[_Line]:
    """Yield the canonical lines of a part."""
    runs = _with_their_accents(part.runs)
    whole, lost = normalise("".join(run.text for run in runs))
    clean = [Run(whole)]
    if any(run.em or run.strong for run in runs):
        pieces = [run._replace(text=normalise(run.text)[0]) for run in runs]
        if "".join(run.text for run in pieces) == whole:  # or else nobody can tell what is marked
            clean = pieces
    if part.kind in ("h", "li"):
        clean = [run._replace(text=run.text.replace("\n", " ")) for run in clean]
    line: list[Run] = []
    for run in clean:
        first, *more = run.text.split("\n")
        if first:
            line.append(run._replace(text=first))
        for text in more:
            yield _Line(part.kind, part.level, line, lost)
            line = [run._replace(text=text)]
    yield _Line(part.kind, part.level, line, lost)


def _with_their_accents(runs: Sequence[Run]) -> list[Run]:
    """Move marks and joiners that begin a run to the letter they belong to, one run before."""
    moved: list[Run] = []
    for run in runs:
        text = run.text
        if moved and not text.isascii():
            stray = _leading_marks().match(text)
            own = stray.end() if stray else 0
            moved[-1] = moved[-1]._replace(text=moved[-1].text + text[:own])
            text = text[own:]
        if text:
            moved.append(run._replace(text=text))
    return moved


@cache
def _leading_marks() -> re.Pattern[str]:
    return re.compile(f"[{mark_class()}{JOINERS}\udc00-\udfff]+")


def _marks(line: list[Run], at: int, start: int, end: int) -> Iterator[Mark]:
    """Yield the marks of a line whose first run stands at `at`, clipped to start and end."""
    kinds: tuple[MarkKind, ...] = ("em", "strong")
    for kind in kinds:
        if not any(map(attrgetter(kind), line)):
            continue
        place = at
        for marked, runs in groupby(line, key=attrgetter(kind)):
            first = place
            place += sum(len(run.text) for run in runs)
            if marked and max(first, start) < min(place, end):
                yield Mark(max(first, start), min(place, end), kind)
