"""Where in a text stands what a search looks for. Pure; keeps nothing.

Places are code points, end exclusive.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
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

MOST_FOUND = 500
"""How many places in one story are looked at: enough to choose from."""
SHORT = 4

Stem = Callable[[str], str]
"""What the forms of a word have in common. Two letters of its end may be other than the word's, one
in a stem of four letters or fewer; the test of this module holds Porter's to it."""


class Spot(NamedTuple):
    """A place where something looked for stands, and which of the things it is."""

    start: int
    end: int
    leaf: int


@dataclass
class Marker:
    """Finds in texts what a search looks for. Only words that begin as it does are looked at."""

    node: Node | None
    stem: Stem
    words: dict[str, int] = field(default_factory=dict)
    phrases: list[tuple[int, list[str]]] = field(default_factory=list)
    prefixes: list[tuple[int, str]] = field(default_factory=list)
    fuzzy: list[tuple[int, str]] = field(default_factory=list)
    near: list[tuple[int, Marker, Marker, int]] = field(default_factory=list)

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
                    one, other = Marker(first, self.stem), Marker(second, self.stem)
                    self.near.append((number, one, other, words))

    def found(self, text: str) -> list[Spot]:
        """Every place, in order, at most ``MOST_FOUND``; they may overlap."""
        low = _lowered(text)
        found: list[Spot] = []
        for stem, number in self.words.items():
            found += _some(self._word(text, low, stem, number))
        for number, stems in self.phrases:
            found += _some(self._phrase(text, low, stems, number))
        for number, prefix in self.prefixes:
            found += _some(self._beginning(text, low, prefix, number))
        for number, wanted in self.fuzzy:
            found += _some(self._alike(text, low, wanted, number))
        found = sorted(found)[:MOST_FOUND] if len(found) > 1 else found
        for number, first, second, words in self.near:
            found += _near(text, number, first.found(text), second.found(text), words)
        return sorted(found) if self.near else found

    def _word(self, text: str, low: str, stem: str, number: int) -> Iterator[Spot]:
        for start, end in _beginning_so(low, _head(stem)):
            if self.stem(text[start:end].lower()) == stem:
                yield Spot(start, end, number)

    def _phrase(self, text: str, low: str, stems: list[str], number: int) -> Iterator[Spot]:
        for start, _ in _beginning_so(low, _head(stems[0])):
            end = start
            for match, stem in zip(WORD.finditer(text, start), stems, strict=False):
                if self.stem(match[0].lower()) != stem:
                    break
                end = match.end()
            else:
                # The text may end before the phrase does.
                if len(stems) == sum(1 for _ in WORD.finditer(text, start, end)):
                    yield Spot(start, end, number)

    def _beginning(self, text: str, low: str, prefix: str, number: int) -> Iterator[Spot]:
        for start, end in _beginning_so(low, _head(prefix)):
            word = text[start:end].lower()
            if word.startswith(prefix) or self.stem(word).startswith(prefix):
                yield Spot(start, end, number)

    def _alike(self, text: str, low: str, wanted: str, number: int) -> Iterator[Spot]:
        for start, end in _beginning_so(low, wanted[:1]):
            if alike(self.stem(text[start:end].lower()), wanted):
                yield Spot(start, end, number)

    def marks(self, text: str) -> tuple[tuple[int, int], ...]:
        """What to mark: places in order that do not overlap."""
        marked: list[tuple[int, int]] = []
        for start, end, _ in self.found(text):
            if marked and start <= marked[-1][1]:
                marked[-1] = (marked[-1][0], max(end, marked[-1][1]))
            else:
                marked.append((start, end))
        return tuple(marked)


def _some(spots: Iterator[Spot]) -> Iterator[Spot]:
    return islice(spots, MOST_FOUND)


def _head(stem: str) -> str:
    """What every word with this stem begins with."""
    return (stem[:-1] if len(stem) <= SHORT else stem[:-2]) or stem


def _lowered(text: str) -> str:
    """The text in small letters, each in its place: to find beginnings in."""
    low = text.lower()
    if len(low) != len(text):
        # The small form of a few letters is two.
        low = "".join(one.lower()[:1] for one in text)
    return low


def _beginning_so(low: str, head: str) -> Iterator[tuple[int, int]]:
    """The words of a text that begin so: (start, end)."""
    at = low.find(head)
    while at >= 0:
        match = WORD.match(low, at)
        end = at + 1
        if match and (not at or not low[at - 1].isalnum() or _apart(low, at)):
            end = match.end()
            yield at, end
        at = low.find(head, end)


def _apart(low: str, at: int) -> bool:
    """Does a word begin here, though a letter stands before it? Some scripts have no spaces."""
    before = WORD.match(low, at - 1)
    return before is None or before.end() == at


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
    return bool(Marker(node, stem).found(text))
