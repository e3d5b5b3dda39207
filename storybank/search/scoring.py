"""Documents that were found, and what they score."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from storybank.search.arrays import Array

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BOOSTS = {"title": 2.0}
K1, B = 1.2, 0.75
"""BM25F as Whoosh has it (Robertson and Zaragoza 2009, section 3)."""

HEAD = 100
"""So many of the best of one word are put in order at once, and remembered with it."""
FREQUENT = 16
"""A word in more than one document of so many has its scores spread over all of them too: then
they are added up without looking for anything."""

Best = list[tuple[int, float]]


def boost(field: str) -> float:
    """How much a word in this field counts."""
    return BOOSTS.get(field, 1.0)


def damped(lengths: Array, average: float) -> Array:
    """What of BM25F depends on the length of a document alone."""
    made = lengths * np.float32(K1 * B / average)
    made += np.float32(K1 * (1 - B))
    return made


def weighed(times: Array, lengths: Array, rarity: Array | float) -> Array:
    """Scores of documents in which a word stands so many times, whose lengths are ``damped``."""
    points = times.astype(np.float32)
    below = lengths + points
    points *= np.float32(K1 + 1) * np.float32(rarity)
    points /= below
    return points


class Found:
    """Documents that match, in order; each scores 1 unless ``points`` says otherwise."""

    def __init__(self, docs: Array, points: Callable[[], Array] | None = None) -> None:
        self.docs = docs
        self.total = len(docs)
        self._points = points

    @cached_property
    def points(self) -> Array:
        """What each of ``docs`` scores: more than 0."""
        return np.ones(self.total, np.float32) if self._points is None else self._points()

    def at(self, docs: Array) -> Array:
        """What these documents, in order, score; 0 where they do not match."""
        if not self.total:
            return np.zeros(len(docs), np.float32)
        place = self.docs.searchsorted(docs)
        np.minimum(place, self.total - 1, out=place)
        points = self.points.take(place)
        points[self.docs.take(place) != docs] = 0
        return points

    def add_to(self, sums: Array) -> None:
        """Add what each document scores, at its place among all."""
        sums[self.docs] += self.points

    def best(self, ids: Array, start: int, end: int) -> Best:
        """(id, score) of those from ``start`` up to ``end``, best first; of equals the lower id
        first. ``ids`` are those of all documents, by place."""
        return in_order(ids.take(self.docs), self.points, start, end)

    def least(self, ids: Array, many: int) -> float:
        """So many of these score at least this; 0 where that is not known."""
        return 0.0


class Term(Found):
    """Documents with one word."""

    def __init__(self, docs: Array, points: Array, many: int) -> None:
        super().__init__(docs, lambda: points)
        self.size = docs.nbytes + points.nbytes
        self.spread: Array | None = None
        self._head: Best | None = None
        if self.total * FREQUENT > many:
            self.spread = np.zeros(many, np.float32)
            self.spread[docs] = points
            self.size += self.spread.nbytes

    def at(self, docs: Array) -> Array:
        return super().at(docs) if self.spread is None else self.spread.take(docs)

    def add_to(self, sums: Array) -> None:
        if self.spread is None:
            super().add_to(sums)
        else:
            sums += self.spread

    def best(self, ids: Array, start: int, end: int) -> Best:
        if end > HEAD:
            return super().best(ids, start, end)
        if self._head is None:
            self._head = super().best(ids, 0, HEAD)
        return self._head[start:end]

    def least(self, ids: Array, many: int) -> float:
        return self.best(ids, many - 1, many)[0][1] if many <= min(HEAD, self.total) else 0.0


class Either(Found):
    """Documents that any of several score for; what they score together lies at their places."""

    def __init__(self, sums: Array, parts: list[Found]) -> None:
        self.sums = sums
        self.there = sums > 0
        self.total = int(np.count_nonzero(self.there))
        self._parts = parts

    @cached_property
    def docs(self) -> Array:  # type: ignore[override]
        return self.there.nonzero()[0]

    @cached_property
    def points(self) -> Array:
        return self.sums.take(self.docs)

    def at(self, docs: Array) -> Array:
        return self.sums.take(docs)

    def add_to(self, sums: Array) -> None:
        sums += self.sums

    def best(self, ids: Array, start: int, end: int) -> Best:
        # Together they score no less than one alone: only so good a document can be among the
        # best of all.
        enough = max((part.least(ids, end) for part in self._parts), default=0.0)
        if enough:
            docs = (self.sums >= np.float32(enough)).nonzero()[0]
            return in_order(ids.take(docs), self.sums.take(docs), start, end)
        return super().best(ids, start, end)


def summed(parts: Sequence[Found], many: int) -> Array:
    """What all documents score for several, at their places; two or more of them."""
    spread = [part.spread for part in parts if isinstance(part, Term) and part.spread is not None]
    if len(spread) < 2:
        sums, left = np.zeros(many, np.float32), parts
    else:
        sums = spread[0] + spread[1]
        for one in spread[2:]:
            sums += one
        left = [p for p in parts if not isinstance(p, Term) or p.spread is None]
    for part in left:
        part.add_to(sums)
    return sums


def joined(fields: Sequence[tuple[Array, Array]]) -> tuple[Array, Array]:
    """The documents of several fields, each once, with the sum of what it scores. All but one
    of the fields should be short."""
    (docs, points), *others = sorted(fields, key=lambda field: -len(field[0]))
    for more, theirs in others:
        at = docs.searchsorted(more)
        same = docs.take(np.minimum(at, len(docs) - 1)) == more
        points[at[same]] += theirs[same]
        if not same.all():
            new = ~same
            points = np.insert(points, at[new], theirs[new])
            docs = np.insert(docs, at[new], more[new])
    return docs, points


def in_order(ids: Array, points: Array, start: int, end: int) -> Best:
    """(id, score) from ``start`` up to ``end``, the best first; of equals the lower id first."""
    if 4 * end < len(points):
        # Only those as good as the last one asked for need to be put in order.
        at = len(points) - end
        parted = points.copy()
        parted.partition(at)
        last = parted[at]
        some = (points >= last).nonzero()[0]
        if len(some) > 2 * end:
            some = _fewer(ids, points, last, end)
        ids, points = ids.take(some), points.take(some)
    order = np.lexsort((ids, -points))[start:end]
    return list(zip(ids.take(order).tolist(), points.take(order).tolist(), strict=True))


def _fewer(ids: Array, points: Array, last: float, end: int) -> Array:
    """Where those better than ``last`` stand, and of those as good the lowest ids, ``end`` in
    all."""
    above = np.flatnonzero(points > last)
    equal = np.flatnonzero(points == last)
    wanted = end - len(above)
    lowest = np.argpartition(ids.take(equal), wanted - 1)[:wanted]
    return np.concatenate((above, equal.take(lowest)))


NOTHING = Found(np.zeros(0, np.intp))
