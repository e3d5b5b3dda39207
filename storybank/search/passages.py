"""Which words of a story to show for a search, and which of them to mark. Pure; keeps nothing.

Places are code points, end exclusive. A passage is about forty words: whole sentences where they
fit, and the best part of a sentence where it is longer.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from storybank.search.marks import Marker, Spot
from storybank.stories.canon import sentences

WORDS = 40
BEFORE = 8
"""Words to show before the first one found, where a sentence is cut."""
LONGEST = 600
"""Letters in one passage, where there are no spaces to count words by."""


class Stretch(NamedTuple):
    start: int
    end: int


class Finder(Marker):
    """Finds in texts what a search looks for, and what to show of it."""

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


class _Candidate(NamedTuple):
    start: int
    end: int
    leaves: set[int]
    hits: int


def _candidates(text: str, found: list[Spot]) -> Iterator[_Candidate]:
    """A passage around each sentence that holds something found."""
    ahead, starts = 0, [spot.start for spot in found]
    while ahead < len(found):
        line = _line_at(text, starts[ahead])
        bounds = sentences(text, _with_neighbours(text, line))
        for number, (start, end) in enumerate(bounds):
            here = bisect_left(starts, start)
            if here < len(starts) and starts[here] < end and line.start <= start < line.end:
                first, last = _grown(text, bounds, number, found[here])
                seen = found[bisect_left(starts, first) : bisect_left(starts, last)]
                yield _Candidate(first, last, {one.leaf for one in seen}, len(seen))
        ahead = bisect_left(starts, line.end)


def _grown(text: str, bounds: list[tuple[int, int]], number: int, here: Spot) -> tuple[int, int]:
    """The sentence with as many of its neighbours as fit, or the best part of a long one."""
    start, end = bounds[number]
    words = _many(text, bounds[number])
    if words > WORDS or end - start > LONGEST:
        return _cut(text, start, end, here)
    first = last = number
    while last + 1 < len(bounds) and words + (more := _many(text, bounds[last + 1])) <= WORDS:
        last += 1
        words += more
    while first > 0 and words + (more := _many(text, bounds[first - 1])) <= WORDS:
        first -= 1
        words += more
    start, end = bounds[first][0], bounds[last][1]
    return (start, end) if end - start <= LONGEST else _cut(text, start, end, here)


def _many(text: str, bounds: tuple[int, int]) -> int:
    return len(text[bounds[0] : bounds[1]].split())


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
