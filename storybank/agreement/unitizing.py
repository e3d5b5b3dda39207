"""Krippendorff's alpha for passages that each coder cut from the text as they saw fit (alpha_u).

Krippendorff, Mathet, Bouvry, Widloecher, On the reliability of unitizing textual continua:
further developments (2016), for one code and the gaps between its passages. What chance would
do moves each passage about as a whole, but the letters of the gaps one by one: so a pair of a
passage with itself is taken out of what is expected, which is the sum of the squares of their
lengths. Sums over stories are those of one long text. Lengths in code points.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from storybank.agreement.measures import Figures, Sums
from storybank.agreement.units import Stretch


@dataclass(frozen=True)
class Cover:
    """How the coders of one text put one code on it."""

    histogram: list[int]
    """At q: how many letters q of the coders put it on."""
    squares: int
    """The squares of the lengths of all their passages, added up."""
    each: list[int]
    """How many letters each coder put it on."""
    together: dict[tuple[int, int], int]
    """How many letters both of two coders put it on, by their positions."""


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same letters as passages that do not overlap, in order; those that only touch stay
    two."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif end > start:
            found.append((start, end))
    return found


def cover(length: int, by_coder: Sequence[Iterable[Stretch]]) -> Cover:
    """Count how the coders cover a text of ``length`` letters with one code."""
    passages = [joined(stretches) for stretches in by_coder]
    turns: dict[int, list[tuple[int, bool]]] = {0: [], length: []}
    for coder, stretches in enumerate(passages):
        for start, end in stretches:
            turns.setdefault(start, []).append((coder, True))
            turns.setdefault(end, []).append((coder, False))
    histogram = [0] * (len(passages) + 1)
    together: dict[tuple[int, int], int] = {}
    on: set[int] = set()
    for here, there in pairwise(sorted(turns)):
        for coder, begins in sorted(turns[here], key=lambda turn: turn[1]):
            # Of two passages that touch, the first ends before the second begins.
            (on.add if begins else on.discard)(coder)
        histogram[len(on)] += there - here
        for one in on:
            for other in on:
                if one < other:
                    together[one, other] = together.get((one, other), 0) + there - here
    return Cover(
        histogram,
        sum((end - start) ** 2 for stretches in passages for start, end in stretches),
        [sum(end - start for start, end in stretches) for stretches in passages],
        together,
    )


def disagreement(sums: Sums, squares: Figures) -> tuple[Figures, Figures]:
    """Observed and expected disagreement of one code on a text.

    ``sums`` are those of ``measures.presence`` with letters as units; ``squares`` that of
    ``Cover``. With passages one letter long it is what ``measures.disagreement`` gives.
    """
    gaps, there = sums.chosen[..., 0], sums.chosen[..., 1]
    every = gaps + there
    below = every**2 - squares - gaps
    expected = np.divide(2 * every * gaps * there, below, out=np.zeros_like(every), where=below > 0)
    return sums.differing, expected


def alpha_u(sums: Sums, squares: Figures) -> Figures:
    """alpha_u of one code; nan where nobody used it, or everybody everywhere."""
    observed, expected = disagreement(sums, squares)
    ratio = np.divide(
        observed, expected, out=np.full(np.shape(expected), np.nan), where=expected > 0
    )
    return 1 - ratio
