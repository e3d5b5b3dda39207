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
    "Block", "Canon", "Mark", "Note", "Part", "Run", "Time", "Turn", "blocks_from", "from_blocks",
    "marks_from", "normalise", "one_line", "plain", "sentences", "times_from", "turns_from",
]  # fmt: skip

BlockKind = Literal["p", "h", "li", "q"]
MarkKind = Literal["em", "strong"]
NoteKind = Literal["comment", "footnote", "endnote", "dropped", "edge", "hidden"]
"""What stood beside the words in a file: somebody's comment, a note at the foot or the end, what
a tracked change took out, a page's head, foot or number, what was hidden in the file."""


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


@dataclass(frozen=True, slots=True)
class Turn:
    """What one person says in one go: text[start:end], whole blocks of it.

    ``said`` is where their own words begin, after a label such as "Anna: " that stands in the
    text; ``start`` where there is no label. ``speaker`` numbers the people from 1 in the order in
    which they first speak.
    """

    start: int
    end: int
    said: int
    speaker: int


@dataclass(frozen=True, slots=True)
class Time:
    """At this place of the text a recording of it is at ``ms`` milliseconds."""

    at: int
    ms: int


@dataclass(frozen=True, slots=True)
class Note:
    """Words that stood beside the text in a file and are not the teller's.

    ``start`` and ``end`` are the place in the text that they belong to, where that is known.
    """

    kind: NoteKind
    words: str
    by: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Canon:
    """One immutable text with its blocks and marks, and what was lost in making it.

    ``notes`` are for whoever looks before it is saved, and for researchers: no part of the text.
    """

    text: str
    blocks: tuple[Block, ...]
    marks: tuple[Mark, ...] = ()
    warnings: tuple[str, ...] = ()
    title: str | None = None
    turns: tuple[Turn, ...] = ()
    times: tuple[Time, ...] = ()
    notes: tuple[Note, ...] = ()

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
        """Return blocks, marks, turns and times as JSON can hold them; no words are in it."""
        return {
            "blocks": [[b.kind, b.start, b.end, b.level] for b in self.blocks],
            "marks": [[m.start, m.end, m.kind] for m in self.marks],
            "turns": [[t.start, t.end, t.said, t.speaker] for t in self.turns],
            "times": [[t.at, t.ms] for t in self.times],
        }

    @classmethod
    def from_places(
        cls, text: str, places: dict[str, list[list[Any]]], title: str | None = None
    ) -> "Canon":
        """Return the canon that `to_places` was called on, but for its warnings and notes."""
        return cls(
            text, blocks_from(places["blocks"]), marks_from(places["marks"]), title=title,
            turns=turns_from(places.get("turns", ())), times=times_from(places.get("times", ())),
        )  # fmt: skip


def blocks_from(rows: Iterable[Sequence[Any]]) -> tuple[Block, ...]:
    """Return blocks from rows of [kind, start, end, level]."""
    return tuple(Block(kind, start, end, level) for kind, start, end, level in rows)


def marks_from(rows: Iterable[Sequence[Any]]) -> tuple[Mark, ...]:
    """Return marks from rows of [start, end, kind]."""
    return tuple(Mark(start, end, kind) for start, end, kind in rows)


def turns_from(rows: Iterable[Sequence[Any]]) -> tuple[Turn, ...]:
    """Return turns from rows of [start, end, said, speaker]."""
    return tuple(Turn(start, end, said, speaker) for start, end, said, speaker in rows)


def times_from(rows: Iterable[Sequence[Any]]) -> tuple[Time, ...]:
    """Return times from rows of [at, ms]."""
    return tuple(Time(at, ms) for at, ms in rows)


class Run(NamedTuple):
    """Some characters of a block as a file has them."""

    text: str
    em: bool = False
    strong: bool = False
    ms: int | None = None
    """Where a recording is, in milliseconds, when these begin to be said; None where unknown."""


class Part(NamedTuple):
    """A block as a file has it, before its characters are canonical."""

    kind: BlockKind
    runs: Sequence[Run]
    level: int = 0
    speaker: str = ""
    """Who says it, where the file says so by itself. It is written before their words as
    "Anna: ", once for parts of one speaker that follow each other."""


def plain(text: str, title: str | None = None) -> Canon:
    """Return the canon of a text without structure: each paragraph a block."""
    clean, warnings = normalise(text)
    lines = (_Line("p", 0, [Run(paragraph)]) for paragraph in paragraphs(clean))
    return _canon(lines, title, warnings)


def from_blocks(
    parts: Iterable[Part], title: str | None = None, warnings: Iterable[str] = ()
) -> Canon:
    """Return the canon of a file's blocks. Line breaks end a paragraph; empty blocks vanish."""
    return _canon(_spoken(parts), title, warnings)


class _Line(NamedTuple):
    kind: BlockKind
    level: int
    runs: list[Run]
    lost: tuple[str, ...] = ()
    speaker: str = ""
    label: int = 0
    """Code points that the name of the speaker takes at its beginning, colon and space with it."""


def _canon(lines: Iterable[_Line], title: str | None, warnings: Iterable[str]) -> Canon:
    """Lay canonical lines one under the other."""
    pieces: list[str] = []
    blocks: list[Block] = []
    marks: list[Mark] = []
    told = dict.fromkeys(warnings)
    turns: list[Turn] = []
    times: list[Time] = []
    people: dict[str, int] = {}
    at = 0
    for line in lines:
        told.update(dict.fromkeys(line.lost))
        words = "".join(run.text for run in line.runs)
        kept = words.strip()
        if kept:
            end = at + len(kept)
            pieces.append(kept)
            blocks.append(Block(line.kind, at, end, line.level))
            first = at - len(words) + len(words.lstrip())
            marks += _marks(line.runs, first, at, end)
            times += _times(line.runs, first, at, end)
            if line.speaker:
                _say(turns, people.setdefault(line.speaker, len(people) + 1), line, at, end)
            at = end + 1
    text = "\n".join(pieces)
    named = one_line(title or "") or None
    return Canon(text, tuple(blocks), tuple(marks), tuple(told), named, tuple(turns), tuple(times))


def _say(turns: list[Turn], speaker: int, line: _Line, start: int, end: int) -> None:
    """Add a block to the turn that is going on, or begin another."""
    if not line.label and turns and turns[-1].speaker == speaker and turns[-1].end == start - 1:
        turns[-1] = replace(turns[-1], end=end)
    else:
        turns.append(Turn(start, end, min(start + line.label, end), speaker))


def _spoken(parts: Iterable[Part]) -> Iterator[_Line]:
    """Yield the canonical lines of parts, with each turn's speaker named at its beginning."""
    before = ""
    for part in parts:
        who = one_line(part.speaker)
        label = f"{who}: " if who and who != before else ""
        begun = False
        for line in _lines(part):
            told = bool(label) and not begun and any(run.text.strip() for run in line.runs)
            if told:
                runs = [Run(label), *_without_lead(line.runs)]
                line = line._replace(runs=runs, label=len(label))
                begun = True
            yield line._replace(speaker=who)
        if begun or not who:
            before = who


def _without_lead(runs: Sequence[Run]) -> list[Run]:
    """Runs from their first letter on."""
    kept = list(runs)
    while kept and not kept[0].text.strip():
        del kept[0]
    return [kept[0]._replace(text=kept[0].text.lstrip()), *kept[1:]] if kept else []


def _times(line: list[Run], place: int, start: int, end: int) -> Iterator[Time]:
    """Yield when each run of a line whose first stands at ``place`` is said."""
    for run in line:
        if run.ms is not None and place < end:
            lead = len(run.text) - len(run.text.lstrip())
            yield Time(min(max(place + lead, start), end), run.ms)
        place += len(run.text)


def _lines(part: Part) -> Iterator[_Line]:
    """Yield the canonical lines of a part."""
    runs = _with_their_accents(part.runs)
    whole, lost = normalise("".join(run.text for run in runs))
    begins = next((run.ms for run in runs if run.ms is not None), None)
    clean = [Run(whole, ms=begins)]
    if any(run.em or run.strong or run.ms is not None for run in runs):
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
            line = [run._replace(text=text, ms=None)]
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
