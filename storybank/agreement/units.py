"""The units on which coders are compared: letters, sentences, passages, whole stories.

A sentence or passage carries a code where a coding stands mostly in it, or covers half of it or
more: so that a coding which reaches a few letters too far does not code the next sentence, and
every coding counts somewhere.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import accumulate

Stretch = tuple[int, int]
"""(start, end) in code points, end exclusive."""
Units = Mapping[int, Sequence[Stretch]]
"""{story id: the units in it}, for sentences."""


class Unit(StrEnum):
    """What a figure counts."""

    CHARACTER = "character"
    SENTENCE = "sentence"
    PASSAGE = "passage"
    STORY = "story"


UNIT_SAYS = {
    Unit.CHARACTER: "Each letter of the text counts as one unit.",
    Unit.SENTENCE: "Each sentence carries a code or does not.",
    Unit.PASSAGE: "Each paragraph, or turn of a speaker, carries a code or does not.",
    Unit.STORY: "Each story carries a code somewhere or nowhere.",
}


def carried(units: Sequence[Stretch], codings: Iterable[Stretch]) -> set[int]:
    """The positions of the units that carry a code put on these stretches.

    ``units`` do not overlap and are in order.
    """
    starts = [start for start, _ in units]
    ends = [end for _, end in units]
    found: set[int] = set()
    for start, end in codings:
        first, last = bisect_right(ends, start), bisect_left(starts, end)
        shared = {
            number: min(end, ends[number]) - max(start, starts[number])
            for number in range(first, last)
        }
        if not shared:
            continue
        found.add(max(shared, key=lambda number: (shared[number], -number)))
        found.update(
            number
            for number, letters in shared.items()
            if 2 * letters >= ends[number] - starts[number]
        )
    return found


@dataclass(frozen=True)
class Kept:
    """The paragraphs of a story that count, laid end to end.

    A paragraph with a part that is kept back does not count: nobody may see all codings there.
    """

    paragraphs: tuple[Stretch, ...]

    @property
    def length(self) -> int:
        return self._before[-1]

    @cached_property
    def _before(self) -> list[int]:
        lengths = (end - start for start, end in self.paragraphs)
        return list(accumulate(lengths, initial=0))

    @cached_property
    def _starts(self) -> list[int]:
        return [start for start, _ in self.paragraphs]

    def at(self, place: int) -> int:
        """How many letters that count stand before a place in the story."""
        number = bisect_right(self._starts, place) - 1
        if number < 0:
            return 0
        start, end = self.paragraphs[number]
        return self._before[number] + min(place, end) - start

    def laid(self, stretches: Iterable[Stretch]) -> list[Stretch]:
        """These stretches of the story in letters that count; what is left of them."""
        places = ((self.at(start), self.at(end)) for start, end in stretches)
        return [(start, end) for start, end in places if end > start]


def kept(paragraphs: Iterable[Stretch], closed: Iterable[Stretch]) -> Kept:
    """The paragraphs that no closed part meets."""
    shut = list(closed)
    return Kept(
        tuple(
            (start, end)
            for start, end in paragraphs
            if not any(start < last and first < end for first, last in shut)
        )
    )
