"""Which words of a story to show for a search, and which of them to mark. Pure; keeps nothing.

Places are code points, end exclusive. A passage is about forty words: whole sentences where they
fit, and the best part of a sentence where it is longer.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from storybank.search.query import (
    WORD,
    And,
    Fuzzy,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
    alike,
    leaves,
)
from storybank.stories.canon import sentences

WORDS = 40
MOST_FOUND = 500
"""How many places in one story are looked at: enough to choose from."""
BEFORE = 8
"""Words to show before the first one found, where a sentence is cut."""
LONGEST = 600
"""Letters in one passage, where there are no spaces to count words by."""

Stem = Callable[[str], str]


class Spot(NamedTuple):
    """A place where something looked for stands, and which of the things it is."""

    start: int
    end: int
    leaf: int


class Stretch(NamedTuple):
    start: int
    end: int


@dataclass
class Finder:
    """Finds in texts what a search looks for."""

    node: Node | None
    stem: Stem
    words: dict[str, int] = field(default_factory=dict)
    phrases: list[tuple[int, list[str]]] = field(default_factory=list)
    prefixes: list[tuple[int, str]] = field(default_factory=list)
    fuzzy: list[tuple[int, str]] = field(default_factory=list)
    near: list[tuple[int, Finder, Finder, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for number, leaf in enumerate(leaves(self.node)):
            match leaf:
                case Word(text):
                    self.words.setdefault(self.stem(text), number)
                case Phrase(words):
                    self.phrases.append((number, [self.stem(word) for word in words]))
                case Prefix(start):
                    self.prefixes.append((number, start))
                case Fuzzy(text):
                    self.fuzzy.append((number, self.stem(text)))
                case Near(first, second, words):
                    one, other = Finder(first, self.stem), Finder(second, self.stem)
                    self.near.append((number, one, other, words))

    def found(self, text: str) -> list[Spot]:
        """Every place, in order, at most ``MOST_FOUND``; they may overlap."""
        found: list[Spot] = []
        recent: list[tuple[str, int]] = []
        longest = max((len(stems) for _, stems in self.phrases), default=1)
        for match in WORD.finditer(text):
            word = match[0].lower()
            stem = self.stem(word)
            start, end = match.span()
            if stem in self.words:
                found.append(Spot(start, end, self.words[stem]))
            for number, prefix in self.prefixes:
                if word.startswith(prefix) or stem.startswith(prefix):
                    found.append(Spot(start, end, number))
            for number, wanted in self.fuzzy:
                if alike(stem, wanted):
                    found.append(Spot(start, end, number))
            if self.phrases:
                recent = [*recent[1 - longest :], (stem, start)] if longest > 1 else [(stem, start)]
                for number, stems in self.phrases:
                    if [seen for seen, _ in recent[-len(stems) :]] == stems:
                        found.append(Spot(recent[-len(stems)][1], end, number))
            if len(found) >= MOST_FOUND:
                break
        for number, first, second, words in self.near:
            found += _near(text, number, first.found(text), second.found(text), words)
        return sorted(found)

    def marks(self, text: str) -> tuple[tuple[int, int], ...]:
        """What to mark: places in order that do not overlap."""
        marked: list[tuple[int, int]] = []
        for start, end, _ in self.found(text):
            if marked and start <= marked[-1][1]:
                marked[-1] = (marked[-1][0], max(end, marked[-1][1]))
            else:
                marked.append((start, end))
        return tuple(marked)

    def passages(self, text: str, most: int = 2) -> list[tuple[int, int]]:
        """The best passages, in order; the opening where nothing is found in the text."""
        chosen: list[_Candidate] = []
        candidates = list(_candidates(text, self.found(text)))
        while candidates and len(chosen) < most:
            shown = {leaf for candidate in chosen for leaf in candidate.leaves}
            best = min(
                candidates,
                key=lambda c: (-len(c.leaves - shown), -len(c.leaves), -c.hits, c.start),
            )
            chosen.append(best)
            candidates = [c for c in candidates if c.end <= best.start or c.start >= best.end]
        return sorted((c.start, c.end) for c in chosen) or opening(text)


def _near(
    text: str, leaf: int, first: list[Spot], second: list[Spot], words: int
) -> Iterator[Spot]:
    """Places of either that have one of the other so near."""
    if not first or not second:
        return
    begins = [match.start() for match in WORD.finditer(text)]

    def numbered(spot: Spot) -> tuple[int, int]:
        """The numbers of the first word and of the word after the last."""
        return bisect_left(begins, spot.start), bisect_left(begins, spot.end)

    right = [(numbered(spot), spot) for spot in second]
    starts = [first_word for (first_word, _), _ in right]
    longest = max(after - first_word for (first_word, after), _ in right)
    near: set[Spot] = set()
    for spot in first:
        start, after = numbered(spot)
        low = bisect_left(starts, start - words - longest)
        high = bisect_left(starts, after + words + 1)
        for (begin, end), other in right[low:high]:
            if 0 <= begin - after <= words or 0 <= start - end <= words:
                near |= {spot._replace(leaf=leaf), other._replace(leaf=leaf)}
    yield from near


def holds(node: Node, text: str, stem: Stem) -> bool:
    """Do these words, all of them together, hold what is asked?"""
    match node:
        case And(parts):
            return all(holds(part, text, stem) for part in parts)
        case Or(parts):
            return any(holds(part, text, stem) for part in parts)
        case Not(part):
            return not holds(part, text, stem)
    return bool(Finder(node, stem).found(text))


class _Candidate(NamedTuple):
    start: int
    end: int
    leaves: set[int]
    hits: int


def _candidates(text: str, found: list[Spot]) -> Iterator[_Candidate]:
    """A passage around each sentence that holds something found."""
    ahead = 0
    while ahead < len(found):
        line = _line_at(text, found[ahead].start)
        lengths = [
            (start, end, len(text[start:end].split()))
            for start, end in sentences(text, _with_neighbours(text, line))
        ]
        for number, (start, end, _) in enumerate(lengths):
            here = _between(found, start, end)
            if here and line.start <= start < line.end:
                first, last = _grown(text, lengths, number, here)
                seen = _between(found, first, last)
                yield _Candidate(first, last, {one.leaf for one in seen}, len(seen))
        ahead = bisect_left(found, line.end, key=attrgetter("start"))


def _between(found: list[Spot], start: int, end: int) -> list[Spot]:
    first, last = (bisect_left(found, place, key=attrgetter("start")) for place in (start, end))
    return found[first:last]


def _grown(
    text: str, lengths: list[tuple[int, int, int]], number: int, here: list[Spot]
) -> tuple[int, int]:
    """The sentence with as many of its neighbours as fit, or the best part of a long one."""
    start, end, words = lengths[number]
    if words > WORDS or end - start > LONGEST:
        return _cut(text, start, end, here[0])
    first = last = number
    while last + 1 < len(lengths) and words + lengths[last + 1][2] <= WORDS:
        last += 1
        words += lengths[last][2]
    while first > 0 and words + lengths[first - 1][2] <= WORDS:
        first -= 1
        words += lengths[first][2]
    start, end = lengths[first][0], lengths[last][1]
    return (start, end) if end - start <= LONGEST else _cut(text, start, end, here[0])


def _cut(text: str, start: int, end: int, found: Spot) -> tuple[int, int]:
    """About forty words from a few before what was found."""
    near = max(start, found.start - LONGEST // 3)
    before = [match.start() for match in re.finditer(r"\S+", text[near : found.start])]
    at = near + before[-BEFORE] if len(before) >= BEFORE else near
    if at == near > start and before:
        # A word may have been cut through: begin with the next one.
        at = near + (before[1] if len(before) > 1 else before[0])
    return at, clipped(text, at, max(end, found.end))


def clipped(text: str, start: int, end: int, words: int = WORDS) -> int:
    """Where to end a passage from ``start`` that may go on to ``end`` at most."""
    stop = min(end, start + LONGEST)
    last = start
    for number, match in enumerate(re.finditer(r"\S+", text[start:stop]), 1):
        if start + match.end() == stop < end and number > 1:
            break
        last = start + match.end()
        if number == words:
            break
    return last


def opening(text: str) -> list[tuple[int, int]]:
    """The first sentences of a story, about forty words."""
    head = text[: 4 * LONGEST]
    lines, place = [], 0
    for line in head.split("\n"):
        lines.append(Stretch(place, place + len(line)))
        place += len(line) + 1
    first, *more = sentences(head, lines) or [(0, 0)]
    start, end = first
    for _, later in more:
        if len(text[start:later].split()) > WORDS or later - start > LONGEST:
            break
        end = later
    return [(start, clipped(text, start, end))] if start < end else []


def _line_at(text: str, place: int) -> Stretch:
    """The block a place stands in: blocks are joined by one newline."""
    end = text.find("\n", place)
    return Stretch(text.rfind("\n", 0, place) + 1, end if end >= 0 else len(text))


def _with_neighbours(text: str, line: Stretch) -> list[Stretch]:
    """A block with the one before and the one after it, where they are not too long."""
    lines = [line]
    if line.start > 0:
        lines.insert(0, _line_at(text, line.start - 1))
    if line.end + 1 < len(text):
        lines.append(_line_at(text, line.end + 1))
    return [one for one in lines if one == line or one.end - one.start <= 4 * LONGEST]
