"""What a search finds on the shelves of one commit, among what is allowed.

Documents of all shelves are numbered one after the other. What is not allowed, or was deleted, is
left out of every list as soon as it is read: nothing of it is counted, and no score made from it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from storybank.search.arrays import Array
from storybank.search.index import Allowed
from storybank.search.kinds import FORMS, stem
from storybank.search.open_shelf import OpenShelf, Spread
from storybank.search.query import And, Fuzzy, Near, Node, Not, Or, Phrase, Prefix, Word

K1, B = 1.2, 0.75
"""BM25F as Whoosh has it (Robertson and Zaragoza 2009, section 3)."""
BOOSTS = {"title": 2.0}
MOST_WORK = 30_000_000
"""How many postings one search may look at: less than 0.2 s."""
MOST_KEPT = 1_000_000
"""Of how many documents, over all words, the scores are kept for those who ask again: 12 MB."""
A_PLACE = 4
"""How many postings the work with one place counts for."""

Numbers = Array


class TooMuch(Exception):
    """The search would look at more than it may."""


class Stock:
    """The shelves of an index together, whatever was deleted on them."""

    def __init__(self, shelves: Sequence[OpenShelf], column: str, fields: Sequence[str]) -> None:
        self.shelves = tuple(shelves)
        self.fields = tuple(fields)
        self.bases = [0]
        for shelf in shelves:
            self.bases.append(self.bases[-1] + shelf.many)
        self.many = self.bases[-1]
        self._columns: dict[str, Array] = {}
        self.ids = self.column(column)

    def column(self, name: str) -> Array:
        """One number of each document."""
        if name not in self._columns:
            parts = [shelf.columns[name] for shelf in self.shelves] or [np.zeros(0, np.int64)]
            self._columns[name] = parts[0] if len(parts) == 1 else np.concatenate(parts)
        return self._columns[name]

    @cached_property
    def lengths(self) -> dict[str, Array]:
        """How many words each field of each document has."""
        return {
            name: np.concatenate(
                [np.zeros(0, np.float32), *(shelf.fields[name].lengths for shelf in self.shelves)],
                dtype=np.float32,
                casting="unsafe",
            )
            for name in self.fields
        }


class Seats:
    """Where the documents that are allowed stand, and what there is to know of them alone."""

    def __init__(self, stock: Stock, mask: Array) -> None:
        self.stock = stock
        self.mask = mask
        self.many = int(np.count_nonzero(mask))
        self.all = self.many == len(mask)
        self.known: dict[bytes, Found] = {}
        self._kept = 0
        self._averages: dict[str, float] = {}

    def keep(self, word: bytes, found: Found) -> Found:
        """Remember where a word stands among what is allowed, for as long as there is room."""
        self._kept += len(found.docs)
        if self._kept > MOST_KEPT:
            self.known, self._kept = {}, len(found.docs)
        kept = self.known[word] = _Kept(found) if len(found.docs) else NOTHING
        return kept

    def average(self, field: str) -> float:
        """How many words the field has, in the middle; of the documents allowed."""
        if field not in self._averages:
            lengths = self.stock.lengths[field]
            total = float(lengths.sum(dtype=np.float64, where=self.mask))
            self._averages[field] = total / max(1, self.many) or 1.0
        return self._averages[field]


class Stand:
    """The index at one commit."""

    def __init__(self, key: Any, stock: Stock, deleted: Sequence[Collection[int]]) -> None:
        self.key = key
        self.stock = stock
        self.live = np.ones(stock.many, bool)
        for base, gone in zip(stock.bases, deleted, strict=False):
            if gone:
                self.live[np.fromiter(gone, np.int64, len(gone)) + base] = False

    def seats(self, allow: Collection[int]) -> Seats:
        """Empty means nobody."""
        if isinstance(allow, Allowed) and self.key in allow.seats:
            seats: Seats = allow.seats[self.key]
            return seats
        wanted = np.fromiter(allow, np.int64, len(allow))
        seats = Seats(self.stock, np.isin(self.stock.ids, wanted) & self.live)
        if isinstance(allow, Allowed):
            allow.seats.clear()
            allow.seats[self.key] = seats
        return seats

    def narrowed(self, seats: Seats, to: Mapping[str, Collection[int]]) -> Seats:
        """Only those whose numbers in these columns are among these."""
        mask = seats.mask
        for name, wanted in to.items():
            mask = mask & self._among(name, wanted)
        return Seats(self.stock, mask) if to else seats

    def held(self, stories: Collection[int] | None) -> dict[int, int]:
        """{id: edition} of every document, or of these stories."""
        some = self.live if stories is None else self.live & self._among("story", stories)
        return self._pairs(self.column("edition"), some)

    def pairs(self, column: str) -> dict[int, int]:
        """{id: number} of every document."""
        return self._pairs(self.column(column), self.live)

    def counts(self, column: str, ids: Array) -> dict[int, int]:
        """How many of these documents have each number."""
        numbers = self.column(column)[np.isin(self.stock.ids, ids) & self.live]
        values, times = np.unique(numbers, return_counts=True)
        return dict(zip(values.tolist(), times.tolist(), strict=True))

    def column(self, name: str) -> Array:
        return self.stock.column(name)

    def _among(self, column: str, wanted: Collection[int]) -> Array:
        return np.isin(self.column(column), np.fromiter(wanted, np.int64, len(wanted)))

    def _pairs(self, numbers: Array, some: Array) -> dict[int, int]:
        return dict(zip(self.stock.ids[some].tolist(), numbers[some].tolist(), strict=True))

    def found(self, query: Node | None, seats: Seats) -> Found:
        """Documents that match, with their scores when asked for; all where nothing is asked.

        Raises TooMuch.
        """
        if query is None:
            return Found(np.flatnonzero(seats.mask))
        return _Evaluation(self.stock, seats).node(query) if seats.many else NOTHING


class Found:
    """Documents that match, in order; ``scores`` are made when they are wanted."""

    def __init__(self, docs: Numbers) -> None:
        self.docs = docs

    def scores(self, docs: Numbers) -> Array:
        """Scores of some of these documents."""
        return np.ones(len(docs), np.float32)


@dataclass
class _Weighed(Found):
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
class _Level(Found):
    """Documents that all count the same."""

    docs: Numbers
    score: float

    def scores(self, docs: Numbers) -> Array:
        return np.full(len(docs), self.score, np.float32)


@dataclass
class _Sum(Found):
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


class _Kept(Found):
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


class _Evaluation:
    """One search: the shelves, who may be found, and how much may still be looked at."""

    def __init__(self, stock: Stock, seats: Seats) -> None:
        self.stock = stock
        self.seats = seats
        self.left = MOST_WORK

    def node(self, node: Node) -> Found:
        match node:
            case Word(text):
                return self._word(stem(text).encode())
            case Phrase(words):
                return self._phrase([stem(word).encode() for word in words])
            case Prefix(start):
                return self._beginning(start.encode())
            case Fuzzy(text):
                return self._alike(stem(text))
            case Near(first, second, words):
                return self._near(first, second, words)
            case Or(parts):
                return self._either([self.node(part) for part in parts])
            case And(parts):
                return self._all(parts)
            case Not():
                return self._all((node,))
        raise TypeError(node)

    def _spend(self, work: int) -> None:
        self.left -= work
        if self.left < 0:
            raise TooMuch

    def _word(self, word: bytes) -> Found:
        known = self.seats.known.get(word)
        return known if known is not None else self.seats.keep(word, self._anywhere(word))

    def _anywhere(self, word: bytes) -> Found:
        numbers = [shelf.number(word) for shelf in self.stock.shelves]
        if all(number is None for number in numbers):
            return NOTHING
        return self._either([self._term(field, numbers) for field in self.stock.fields])

    def _term(self, field: str, numbers: Sequence[int | None]) -> Found:
        """Documents with one word, whose number on each shelf this is, in one field."""
        docs, times = [], []
        for shelf, base, number in zip(self.stock.shelves, self.stock.bases, numbers, strict=False):
            if number is not None:
                spread = shelf.fields[field]
                here = spread.stretch(number, number + 1)
                if here.start < here.stop:
                    docs.append(_moved(spread.docs[here], base))
                    times.append(spread.times[here])
        if not docs:
            return NOTHING
        every, often = (
            (docs[0], times[0]) if len(docs) == 1 else (np.concatenate(docs), np.concatenate(times))
        )
        self._spend(len(every))
        if not self.seats.all:
            keep = self.seats.mask.take(every)
            every, often = every[keep], often[keep]
        boost = BOOSTS.get(field, 1.0)
        rarity = boost * (math.log(self.seats.many / (len(every) + 1)) + 1)
        return _Weighed(every, often, self.stock.lengths[field], rarity, self.seats.average(field))

    def _beginning(self, start: bytes) -> Found:
        ranges = [shelf.beginning(start) for shelf in self.stock.shelves]
        return self._either(
            [self._any(field, [[one] for one in ranges]) for field in (*self.stock.fields, FORMS)]
        )

    def _alike(self, word: str) -> Found:
        numbers = [
            [(number, number + 1) for number in shelf.alike(word)] for shelf in self.stock.shelves
        ]
        return self._either([self._any(field, numbers) for field in self.stock.fields])

    def _any(self, field: str, ranges: Sequence[Sequence[tuple[int, int]]]) -> Found:
        """Documents with any of these words; on each shelf the words lie in some ranges."""
        there = np.zeros(self.stock.many, bool)
        for shelf, base, some in zip(self.stock.shelves, self.stock.bases, ranges, strict=False):
            for first, last in some:
                if first < last:
                    docs = shelf.fields[field].docs[shelf.fields[field].stretch(first, last)]
                    self._spend(len(docs))
                    there[_moved(docs, base)] = True
        there &= self.seats.mask
        return _Level(np.flatnonzero(there), BOOSTS.get(field, 1.0))

    def _either(self, parts: Iterable[Found]) -> Found:
        some = [part for part in parts if len(part.docs)]
        if len(some) < 2:
            return some[0] if some else NOTHING
        there = np.zeros(self.stock.many, bool)
        for part in some:
            there[part.docs] = True
        return _Sum(np.flatnonzero(there), some, self.stock.many)

    def _all(self, parts: Sequence[Node]) -> Found:
        wanted = [self.node(part) for part in parts if not isinstance(part, Not)]
        if any(not len(part.docs) for part in wanted):
            return NOTHING
        wanted.sort(key=lambda part: len(part.docs))
        docs = wanted[0].docs if wanted else np.flatnonzero(self.seats.mask)
        for other in wanted[1:]:
            there = np.zeros(self.stock.many, bool)
            there[other.docs] = True
            docs = docs[there.take(docs)]
        for part in parts:
            if isinstance(part, Not):
                there = np.ones(self.stock.many, bool)
                there[self.node(part.part).docs] = False
                docs = docs[there.take(docs)]
        return _Sum(docs, wanted, self.stock.many) if wanted else Found(docs)

    def _phrase(self, words: Sequence[bytes]) -> Found:
        if len(words) == 1:
            return self._word(words[0])
        numbers = [[shelf.number(word) for shelf in self.stock.shelves] for word in words]
        return self._either(
            [
                self._where(field, numbers, lambda at, spread, here: self._runs(at, spread, here))
                for field in self.stock.fields
            ]
        )

    def _near(self, first: Word | Phrase, second: Word | Phrase, apart: int) -> Found:
        one, other = (
            [
                stem(word).encode()
                for word in (part.words if isinstance(part, Phrase) else (part.text,))
            ]
            for part in (first, second)
        )
        numbers = [[shelf.number(word) for shelf in self.stock.shelves] for word in (*one, *other)]

        def close(at: Sequence[int], spread: Spread, here: Array) -> Array:
            left = self._runs(at[: len(one)], spread, here)
            right = self._runs(at[len(one) :], spread, here)
            if not len(left) or not len(right):
                return left[:0]
            begin = left & ~_PLACE
            after = left + len(one)
            before = np.maximum(left - len(other) - apart, begin)
            found = np.searchsorted(right, after) < np.searchsorted(right, after + apart, "right")
            back = np.searchsorted(right, before)
            found |= back < np.searchsorted(right, left - len(other), "right")
            return left[found]

        return self._either([self._where(field, numbers, close) for field in self.stock.fields])

    def _where(
        self,
        field: str,
        numbers: Sequence[Sequence[int | None]],
        fits: Callable[[Sequence[int], Spread, Array], Array],
    ) -> Found:
        """Documents with all these words in one field, at places that fit."""
        found = []
        for at, (shelf, base) in enumerate(zip(self.stock.shelves, self.stock.bases, strict=False)):
            here = [some[at] for some in numbers]
            known = [number for number in here if number is not None]
            if len(known) == len(here):
                spread = shelf.fields[field]
                both = self._together(spread, known, base, shelf.many)
                if both.any():
                    runs = fits(known, spread, both)
                    docs = runs >> _BITS
                    found.append(docs[np.diff(docs, prepend=-1) > 0] + base)
        docs = np.concatenate(found) if found else NOTHING.docs
        if not len(docs):
            return NOTHING
        terms = [self._term(field, some) for some in numbers]
        return _Sum(docs, terms, self.stock.many)

    def _together(self, spread: Spread, words: Sequence[int], base: int, many: int) -> Array:
        """Which documents of a shelf are allowed and have all these words."""
        both = self.seats.mask[base : base + many]
        for word in sorted(
            set(words), key=lambda word: spread.starts[word + 1] - spread.starts[word]
        ):
            docs = spread.docs[spread.stretch(word, word + 1)]
            self._spend(len(docs))
            there = np.zeros(many, bool)
            there[docs] = True
            there &= both
            both = there
            if not both.any():
                break
        return both

    def _runs(self, words: Sequence[int], spread: Spread, among: Array) -> Array:
        """Where these words stand one after the other: the document and the first place."""
        order = sorted(
            range(len(words)), key=lambda n: spread.firsts[words[n] + 1] - spread.firsts[words[n]]
        )
        runs = self._places(spread, words[order[0]], among) - order[0]
        for n in order[1:]:
            others = self._places(spread, words[n], among) - n
            if not len(runs) or not len(others):
                return runs[:0]
            at = np.searchsorted(others, runs)
            np.minimum(at, len(others) - 1, out=at)
            runs = runs[others.take(at) == runs]
        return runs

    def _places(self, spread: Spread, word: int, among: Array) -> Array:
        """Document and place of each time a word stands in one of these documents, as one number,
        in order."""
        here = spread.stretch(word, word + 1)
        first, last = spread.firsts[word], spread.firsts[word + 1]
        docs, times = spread.docs[here], spread.times[here]
        keep = among.take(docs)
        places = spread.places[first:last]
        self._spend(A_PLACE * len(places))
        if not keep.all():
            places = places[np.repeat(keep, times)]
            docs, times = docs[keep], times[keep]
        return (np.repeat(docs.astype(np.int64), times) << _BITS) + places


_BITS = 32
_PLACE = (1 << _BITS) - 1


def _moved(docs: Array, base: int) -> Numbers:
    moved = docs.astype(np.intp)
    if base:
        moved += base
    return moved
