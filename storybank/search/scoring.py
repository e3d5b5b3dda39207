"""Documents that were found, and their scores, which are made when they are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from storybank.search.arrays import Array

K1, B = 1.2, 0.75
"""BM25F as Whoosh has it (Robertson and Zaragoza 2009, section 3)."""

Numbers = Array


class Found:
    """Documents that match, in order; ``scores`` are made when they are wanted."""

    def __init__(self, docs: Numbers) -> None:
        self.docs = docs

    def scores(self, docs: Numbers) -> Array:
        """Scores of some of these documents."""
        return np.ones(len(docs), np.float32)


@dataclass
class Weighed(Found):
    """Documents with one word in one field."""

    docs: Numbers
    times: Array
    lengths: Array
    rarity: float
    average: float

    def scores(self, docs: Numbers) -> Array:
        times = self.times
        if docs is not self.docs:
            times = times.take(np.searchsorted(self.docs, docs))
        times = times.astype(np.float32)
        weight = self.lengths.take(docs)
        weight *= np.float32(K1 * B / self.average)
        weight += np.float32(K1 * (1 - B))
        weight += times
        times *= np.float32(self.rarity * (K1 + 1))
        times /= weight
        return times


@dataclass
class Level(Found):
    """Documents that all count the same."""

    docs: Numbers
    score: float

    def scores(self, docs: Numbers) -> Array:
        return np.full(len(docs), self.score, np.float32)


@dataclass
class Sum(Found):
    """Documents whose score is the sum over ``parts``, each of which holds some of them."""

    docs: Numbers
    parts: Sequence[Found]
    many: int

    def scores(self, docs: Numbers) -> Array:
        total = np.zeros(len(docs), np.float32)
        spread = None
        for part in self.parts:
            if part.docs is docs:
                total += part.scores(docs)
            elif len(part.docs) * 4 < len(docs) or len(docs) * 8 < len(part.docs):
                _add(total, docs, part)
            else:
                spread = np.zeros(self.many, np.float32) if spread is None else spread
                spread[part.docs] += part.scores(part.docs)
        if spread is not None:
            total += spread.take(docs)
        return total


def _add(total: Array, docs: Numbers, part: Found) -> None:
    """Add the scores of a part that is much longer, or much shorter, than what is asked about."""
    if len(part.docs) < len(docs):
        at = np.searchsorted(docs, part.docs)
        np.minimum(at, len(docs) - 1, out=at)
        here = docs.take(at) == part.docs
        some = part.docs[here]
        total[at[here]] += part.scores(part.docs if len(some) == len(part.docs) else some)
    elif len(docs):
        at = np.searchsorted(part.docs, docs)
        np.minimum(at, len(part.docs) - 1, out=at)
        here = part.docs.take(at) == docs
        total[here] += part.scores(docs[here])


class Kept(Found):
    """The same, with the scores remembered once they were all asked for."""

    def __init__(self, found: Found) -> None:
        super().__init__(found.docs)
        self._found = found
        self._points: Array | None = None

    def scores(self, docs: Numbers) -> Array:
        if self._points is None:
            if docs is not self.docs:
                return self._found.scores(docs)
            self._points = self._found.scores(docs)
        points = self._points
        return points if docs is self.docs else points.take(np.searchsorted(self.docs, docs))


NOTHING = Found(np.zeros(0, np.intp))
