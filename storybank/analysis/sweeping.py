"""Which stretches of stories meet, and how they stand to each other. Plain intervals, no words.

Places are code points, end exclusive. A stretch knows the codings it stands for; words that are
only looked for stand for none. A stretch is never its own neighbour, and no coding is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import accumulate
from operator import attrgetter
from typing import NamedTuple

from storybank.analysis.query import Distance, How, Unit
from storybank.stories.rules import Place


class Stretch(NamedTuple):
    """Letters of one story, and the numbers of the codings they stand for, in order."""

    start: int
    end: int
    codings: tuple[int, ...] = ()


Edition = tuple[int, int]
"""A story and its version."""
Stretches = Mapping[Edition, Sequence[Stretch]]
Measure = Callable[[Collection[Place], Distance], Collection[Place]]
"""Those of these gaps that are no longer than that; asked only of words and sentences."""

LONGEST = {Unit.CHARACTERS: 1, Unit.WORDS: 100, Unit.SENTENCES: 2_000}
"""However many words or sentences stand in it, a gap is too wide where it holds more letters than
so many for each that is allowed: a story is not read from end to end for one comma."""


class TooMany(Exception):
    """More stretches than anybody could look at."""


def union(every: Iterable[Stretches]) -> Stretches:
    """All of them, each once."""
    found: dict[Edition, dict[Stretch, None]] = {}
    for stretches in every:
        for edition, some in stretches.items():
            found.setdefault(edition, {}).update(dict.fromkeys(some))
    return {edition: list(some) for edition, some in found.items()}


def intersection(left: Stretches, right: Stretches, most: int) -> Stretches:
    """The letters that one of the left and one of the right share, for each two that share any.

    Raises TooMany where that is more than ``most``.
    """
    found: dict[Edition, list[Stretch]] = {}
    for edition in left.keys() & right.keys():
        line = _Line(right[edition])
        shared: dict[Stretch, None] = {}
        for one in left[edition]:
            for other in line.meeting(one.start, one.end):
                codings = tuple(sorted({*one.codings, *other.codings}))
                start, end = max(one.start, other.start), min(one.end, other.end)
                shared[Stretch(start, end, codings)] = None
            if len(shared) > most:
                raise TooMany
        most -= len(shared)
        if shared:
            found[edition] = list(shared)
    return found


def without(left: Stretches, right: Stretches) -> Stretches:
    """Those of the left that share no letter with any of the right."""
    found: dict[Edition, list[Stretch]] = {}
    for edition, some in left.items():
        if edition not in right:
            found[edition] = list(some)
            continue
        line = _Line(right[edition])
        kept = [one for one in some if not any(line.meeting(one.start, one.end))]
        if kept:
            found[edition] = kept
    return found


def beside(
    left: Stretches,
    right: Stretches,
    how: How,
    far: Distance | None,
    measure: Measure,
    *,
    none: bool = False,
) -> Stretches:
    """Those of the left that stand so to one of the right; or, with ``none``, to none of them."""
    found: dict[Edition, list[Stretch]] = {}
    open_ones: dict[tuple[Edition, Stretch], list[Place]] = {}
    for edition, some in left.items():
        if edition not in right:
            continue
        line = _Line(right[edition])
        for one in some:
            gaps: list[Place] = []
            for other in line.candidates(one, how):
                gap = _gap(one, other)
                if far is None or gap <= _surely(far):
                    found.setdefault(edition, []).append(one)
                    gaps = []
                    break
                if far.unit is not Unit.CHARACTERS and gap <= far.number * LONGEST[far.unit]:
                    ends = (min(one.end, other.end), max(one.start, other.start))
                    gaps.append(Place(*edition, *ends))
            if gaps:
                open_ones[edition, one] = gaps
    if open_ones and far is not None:
        short = measure({gap for gaps in open_ones.values() for gap in gaps}, far)
        for (edition, one), gaps in open_ones.items():
            if any(gap in short for gap in gaps):
                found.setdefault(edition, []).append(one)
    if not none:
        return found
    return less(left, found)


def less(every: Stretches, out: Stretches) -> Stretches:
    """All but these very ones."""
    left: dict[Edition, list[Stretch]] = {}
    for edition, some in every.items():
        gone = set(out.get(edition, ()))
        kept = [one for one in some if one not in gone] if gone else list(some)
        if kept:
            left[edition] = kept
    return left


def _gap(one: Stretch, other: Stretch) -> int:
    """How many letters stand between them; none where they touch or meet."""
    return max(0, other.start - one.end, one.start - other.end)


def _surely(far: Distance) -> int:
    """A gap of so few letters is short enough, whatever stands in it."""
    return 0 if far.unit is Unit.SENTENCES else far.number


class _Line:
    """The stretches of one story in order, so that few need looking at."""

    def __init__(self, stretches: Sequence[Stretch]) -> None:
        self.by_start = sorted(stretches)
        self.starts = [one.start for one in self.by_start]
        self.furthest = list(accumulate((one.end for one in self.by_start), max))
        self._by_end: list[Stretch] | None = None

    def meeting(self, start: int, end: int) -> Iterable[Stretch]:
        """Those that share a letter with start..end."""
        at = bisect_left(self.starts, end)
        while at > 0 and self.furthest[at - 1] > start:
            at -= 1
            if self.by_start[at].end > start:
                yield self.by_start[at]

    def candidates(self, one: Stretch, how: How) -> Iterable[Stretch]:
        """Others that stand so to it, whatever the distance: of those beside it only the nearest
        on each side."""
        match how:
            case How.OVERLAPPING:
                return _others(one, self.meeting(one.start, one.end))
            case How.WITHIN:
                around = self.meeting(one.start, one.end)
                return _others(
                    one, (o for o in around if o.start <= one.start and o.end >= one.end)
                )
            case How.CONTAINING:
                inside = self.meeting(one.start, one.end)
                return _others(
                    one, (o for o in inside if o.start >= one.start and o.end <= one.end)
                )
            case How.SAME_STORY:
                return _others(one, self.by_start)
            case How.FOLLOWED_BY:
                return self._next(one)
            case How.AFTER:
                return self._last(one)
            case How.NEAR:
                return self._near(one)

    def _near(self, one: Stretch) -> Iterable[Stretch]:
        yield from _others(one, self.meeting(one.start, one.end))
        yield from self._next(one)
        yield from self._last(one)

    def _next(self, one: Stretch) -> Iterable[Stretch]:
        first = bisect_left(self.starts, one.end)
        return _first(one, (self.by_start[at] for at in range(first, len(self.by_start))))

    def _last(self, one: Stretch) -> Iterable[Stretch]:
        if self._by_end is None:
            self._by_end = sorted(self.by_start, key=attrgetter("end"))
        before = bisect_right(self._by_end, one.start, key=attrgetter("end"))
        return _first(one, (self._by_end[at] for at in range(before - 1, -1, -1)))


def _others(one: Stretch, some: Iterable[Stretch]) -> Iterable[Stretch]:
    """Those that are not it and share no coding with it."""
    own = set(one.codings)
    for other in some:
        if own.isdisjoint(other.codings) and (other != one):
            yield other


def _first(one: Stretch, some: Iterable[Stretch]) -> Iterable[Stretch]:
    for other in _others(one, some):
        yield other
        return
