"""Counting what is compared: for each story and code, how many coders put it on how many units."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from storybank.agreement.estimates import Pair
from storybank.agreement.gathering import CodedStory
from storybank.agreement.measures import Figures, presence
from storybank.agreement.unitizing import cover
from storybank.agreement.units import Stretch, Unit, Units, carried

MOST_IN_PAIRS = 8
"""With more coders than this, pairs are too many to show."""


@dataclass(frozen=True)
class Counts:
    """Sums for each story and code, ready to be added up over stories."""

    codes: list[int]
    """The codes that somebody used; the columns below."""
    stories: list[int]
    units: int
    sums: Figures
    """(stories, codes, sums): ``measures.Sums.stacked``."""
    squares: Figures
    """(stories, codes): for passages as their coders cut them; else nothing but 0."""
    pairs: dict[Pair, Figures]
    """(stories, codes, 2, 2): units without and with the code, for each two coders."""
    marks: dict[int, Counter[int]]
    """{code: {coder: how many codings}}."""


@dataclass(frozen=True)
class _Of:
    """One code on one story: how many units q coders gave it, and which two coders both did."""

    histogram: list[int]
    each: list[int]
    together: Mapping[Pair, int]
    squares: int = 0


def count(stories: Sequence[CodedStory], unit: Unit, sentences: Units | None = None) -> Counts:
    """Count by ``unit``; for sentences they are to be given.

    Stories with nothing to count (all of it kept back) are left out.
    """
    counted = [one for one in stories if one.kept.length]
    coders = sorted({coder for one in counted for coder in one.coders})
    pairs = list(combinations(coders, 2)) if len(coders) <= MOST_IN_PAIRS else []
    marks: dict[int, Counter[int]] = defaultdict(Counter)
    for one in counted:
        for mark in one.marks:
            marks[mark.code][mark.coder] += 1
    codes = sorted(marks)
    column = {code: number for number, code in enumerate(codes)}
    shape = (len(counted), len(codes))
    sums, squares = np.zeros((*shape, 8)), np.zeros(shape)
    tables = {pair: np.zeros((*shape, 2, 2)) for pair in pairs}
    units = 0
    for row, one in enumerate(counted):
        size, found = _count_story(one, unit, sentences or {})
        units += size
        histogram = np.zeros((len(codes), len(one.coders) + 1))
        histogram[:, 0] = size
        mine = {pair: tables[pair][row] for pair in combinations(one.coders, 2) if pair in tables}
        for table in mine.values():
            table[:, 0, 0] = size
        for code, of in found.items():
            histogram[column[code]] = of.histogram
            squares[row, column[code]] = of.squares
            for (a, b), table in mine.items():
                first, second = one.coders.index(a), one.coders.index(b)
                both = of.together.get((first, second), 0)
                one_only, other_only = of.each[first] - both, of.each[second] - both
                nothing = size - both - one_only - other_only
                table[column[code]] = [[nothing, other_only], [one_only, both]]
        sums[row] = presence(histogram).stacked()
    return Counts(codes, [one.id for one in counted], units, sums, squares, tables, dict(marks))


def _count_story(one: CodedStory, unit: Unit, sentences: Units) -> tuple[int, dict[int, _Of]]:
    by_code: dict[int, list[list[Stretch]]] = {}
    for mark in one.marks:
        rows = by_code.setdefault(mark.code, [[] for _ in one.coders])
        rows[one.coders.index(mark.coder)].append((mark.start, mark.end))
    if unit is Unit.CHARACTER:
        length, letters = one.kept.length, {}
        for code, rows in by_code.items():
            found = cover(length, [one.kept.laid(row) for row in rows])
            letters[code] = _Of(found.histogram, found.each, found.together, found.squares)
        return length, letters
    if unit is Unit.STORY:
        return 1, {
            code: _of(1, [{0} if one.kept.laid(row) else set() for row in rows])
            for code, rows in by_code.items()
        }
    units = one.kept.paragraphs
    if unit is Unit.SENTENCE:
        units = tuple(
            (start, end)
            for start, end in sentences[one.id]
            if any(first <= start and end <= last for first, last in units)
        )
    return len(units), {
        code: _of(len(units), [carried(units, row) for row in rows])
        for code, rows in by_code.items()
    }


def _of(units: int, by_coder: list[set[int]]) -> _Of:
    times = Counter(number for there in by_coder for number in there)
    histogram = [0] * (len(by_coder) + 1)
    for coders in times.values():
        histogram[coders] += 1
    histogram[0] = units - len(times)
    together = {
        (a, b): len(by_coder[a] & by_coder[b]) for a, b in combinations(range(len(by_coder)), 2)
    }
    return _Of(histogram, [len(there) for there in by_coder], together)
