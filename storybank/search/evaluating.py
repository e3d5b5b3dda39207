"""What a search finds on the shelves of one commit, among what is allowed.

What is not allowed, or was deleted, is left out of every list as soon as it is read: nothing of it
is counted, and no score made from it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from storybank.search import adjacency
from storybank.search.arrays import Array
from storybank.search.kinds import FORMS, stem
from storybank.search.open_shelf import OpenShelf
from storybank.search.query import And, Fuzzy, Near, Node, Not, Or, Phrase, Prefix, Word
from storybank.search.scoring import NOTHING, Either, Found, boost, joined, summed, weighed
from storybank.search.seating import Numbers, Seats, Stock
from storybank.search.together import together

MOST_WORK = 15_000_000
"""How many postings one search may look at: 0.1 s, and twice that on a busy machine."""
A_PLACE = 2
"""How many postings the work with one place counts for."""


class TooMuch(Exception):
    """The search would look at more than it may."""


def found(query: Node | None, seats: Seats) -> Found:
    """Documents that match, with their scores when asked for; all where nothing is asked.

    Raises TooMuch.
    """
    if query is None:
        return Found(np.flatnonzero(seats.mask))
    if isinstance(query, Word):
        known = seats.known.get(stem(query.text).encode())
        if known is not None:
            return known
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
            case And(parts):
                return self._all(parts)
            case Or(parts):
                return self._either([self.node(part) for part in parts])
            case Phrase(words):
                return self._phrase(words)
            case Prefix(start):
                return self._beginning(start.encode())
            case Fuzzy(text):
                return self._alike(stem(text))
            case Near(first, second, words):
                return self._near(first, second, words)
            case Not():
                return self._all((node,))
        raise TypeError(node)

    def _spend(self, work: int) -> None:
        self.left -= work
        if self.left < 0:
            raise TooMuch

    def _spend_places(self, many: int) -> None:
        self._spend(A_PLACE * many)

    def _word(self, word: bytes) -> Found:
        known = self.seats.known.get(word)
        if known is not None:
            return known
        numbers = self.stock.numbers(word)
        some = [self._term(field, numbers) for field in self.stock.fields]
        fields = [(docs, points) for docs, points in some if len(docs)]
        if not fields:
            return self.seats.keep(word, NOTHING.docs, NOTHING.docs)
        return self.seats.keep(word, *(fields[0] if len(fields) == 1 else joined(fields)))

    def _term(self, field: str, numbers: Numbers) -> tuple[Array, Array]:
        """The documents allowed that have one word, whose number on each shelf this is, in one
        field, and what each scores for it."""
        docs, times = [], []
        for shelf, base, number in zip(self.stock.shelves, self.stock.bases, numbers, strict=False):
            if number is not None:
                spread = shelf.fields[field]
                here = spread.stretch(number, number + 1)
                if here.start < here.stop:
                    docs.append(_moved(spread.docs[here], base))
                    times.append(spread.times[here])
        if not docs:
            return NOTHING.docs, NOTHING.docs
        every, often = (
            (docs[0], times[0]) if len(docs) == 1 else (np.concatenate(docs), np.concatenate(times))
        )
        self._spend(len(every))
        if not self.seats.all:
            keep = self.seats.mask.take(every)
            every, often = every[keep], often[keep]
        rarity = boost(field) * self.seats.rarity(len(every))
        return every, weighed(often, self.seats.damped(field).take(every), rarity)

    def _beginning(self, start: bytes) -> Found:
        ranges = [shelf.beginning(start) for shelf in self.stock.shelves]
        return self._any((*self.stock.fields, FORMS), [[one] for one in ranges])

    def _alike(self, word: str) -> Found:
        numbers = [
            [(number, number + 1) for number in shelf.alike(word)] for shelf in self.stock.shelves
        ]
        return self._any(self.stock.fields, numbers)

    def _any(self, fields: Sequence[str], ranges: Sequence[Sequence[tuple[int, int]]]) -> Found:
        """Documents with any of these words; on each shelf the words lie in some ranges. Each
        field counts once."""
        sums = np.zeros(self.stock.many, np.float32)
        for field in fields:
            docs = []
            for shelf, base, some in zip(
                self.stock.shelves, self.stock.bases, ranges, strict=False
            ):
                spread = shelf.fields[field]
                for first, last in some:
                    here = spread.stretch(first, last) if first < last else slice(0, 0)
                    if here.start < here.stop:
                        self._spend(here.stop - here.start)
                        docs.append(_moved(spread.docs[here], base))
            if docs:
                there = np.zeros(self.stock.many, bool)
                for one in docs:
                    there[one] = True
                there &= self.seats.mask
                sums += there * np.float32(boost(field))
        return Either(sums, [])

    def _either(self, parts: Sequence[Found]) -> Found:
        some = [part for part in parts if part.total]
        if len(some) < 2:
            return some[0] if some else NOTHING
        return Either(summed(some, self.stock.many), some)

    def _all(self, parts: Sequence[Node]) -> Found:
        wanted = []
        for part in parts:
            if not isinstance(part, Not):
                wanted.append(self.node(part))
                if not wanted[-1].total:
                    return NOTHING
        wanted.sort(key=lambda part: part.total)
        if wanted:
            docs, points = wanted[0].docs, wanted[0].points
        else:
            docs = np.flatnonzero(self.seats.mask)
            points = np.ones(len(docs), np.float32)
        for other in wanted[1:]:
            more = other.at(docs)
            both = more > 0
            docs, points = docs[both], (points + more)[both]
        for part in parts:
            if isinstance(part, Not):
                without = self.node(part.part).at(docs) == 0
                docs, points = docs[without], points[without]
        return Found(docs, lambda: points)

    def _phrase(self, words: Sequence[str]) -> Found:
        stems = [stem(word).encode() for word in words]
        if len(stems) == 1:
            return self._word(stems[0])

        def runs(shelf: OpenShelf, numbers: Sequence[int]) -> Array:
            return adjacency.runs(shelf, numbers, self._spend_places)

        return together(self.seats, stems, runs)

    def _near(self, first: Word | Phrase, second: Word | Phrase, apart: int) -> Found:
        one, other = (
            [
                stem(word).encode()
                for word in (part.words if isinstance(part, Phrase) else (part.text,))
            ]
            for part in (first, second)
        )

        def close(shelf: OpenShelf, numbers: Sequence[int]) -> Array:
            here, there = numbers[: len(one)], numbers[len(one) :]
            return adjacency.near(shelf, here, there, apart, self._spend_places)

        return together(self.seats, [*one, *other], close)


def _moved(docs: Array, base: int) -> Array:
    moved = docs.astype(np.intp)
    if base:
        moved += base
    return moved
