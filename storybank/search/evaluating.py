"""What a search finds on the shelves of one commit, among what is allowed.

What is not allowed, or was deleted, is left out of every list as soon as it is read: nothing of it
is counted, and no score made from it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from storybank.search.arrays import Array
from storybank.search.kinds import FORMS, stem
from storybank.search.open_shelf import Spread
from storybank.search.query import And, Fuzzy, Near, Node, Not, Or, Phrase, Prefix, Word
from storybank.search.scoring import NOTHING, Found, Level, Numbers, Sum, Weighed
from storybank.search.seating import Seats, Stock

BOOSTS = {"title": 2.0}
MOST_WORK = 30_000_000
"""How many postings one search may look at: less than 0.2 s."""
A_PLACE = 4
"""How many postings the work with one place counts for."""


class TooMuch(Exception):
    """The search would look at more than it may."""


def found(query: Node | None, seats: Seats) -> Found:
    """Documents that match, with their scores when asked for; all where nothing is asked.

    Raises TooMuch.
    """
    if query is None:
        return Found(np.flatnonzero(seats.mask))
    return _Evaluation(seats.stock, seats).node(query) if seats.many else NOTHING


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
        return Weighed(every, often, self.stock.lengths[field], rarity, self.seats.average(field))

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
        return Level(np.flatnonzero(there), BOOSTS.get(field, 1.0))

    def _either(self, parts: Iterable[Found]) -> Found:
        some = [part for part in parts if len(part.docs)]
        if len(some) < 2:
            return some[0] if some else NOTHING
        there = np.zeros(self.stock.many, bool)
        for part in some:
            there[part.docs] = True
        return Sum(np.flatnonzero(there), some, self.stock.many)

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
        return Sum(docs, wanted, self.stock.many) if wanted else Found(docs)

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
        return Sum(docs, terms, self.stock.many)

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
