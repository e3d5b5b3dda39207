"""What a search finds on the shelves of one commit, among what is allowed.

What is not allowed, or was deleted, is left out of every list as soon as it is read: nothing of it
is counted, and no score made from it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from storybank.search import adjacency
from storybank.search.arrays import Array
from storybank.search.kinds import FORMS, stem
from storybank.search.open_shelf import Spread
from storybank.search.query import And, Fuzzy, Near, Node, Not, Or, Phrase, Prefix, Word
from storybank.search.scoring import NOTHING, Either, Found, summed, weighed
from storybank.search.seating import Numbers, Seats, Stock

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
        return self.seats.keep(word, *(fields[0] if len(fields) == 1 else self._summed(fields)))

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
        rarity = BOOSTS.get(field, 1.0) * self.seats.rarity(len(every))
        return every, weighed(often, self.seats.damped(field).take(every), rarity)

    def _summed(self, fields: Sequence[tuple[Array, Array]]) -> tuple[Array, Array]:
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
                sums += there * np.float32(BOOSTS.get(field, 1.0))
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

        def runs(spread: Spread, numbers: Sequence[int]) -> Array:
            return adjacency.runs(spread, numbers, self._spend_places)

        return self._either([self._where(field, stems, runs) for field in self.stock.fields])

    def _near(self, first: Word | Phrase, second: Word | Phrase, apart: int) -> Found:
        one, other = (
            [
                stem(word).encode()
                for word in (part.words if isinstance(part, Phrase) else (part.text,))
            ]
            for part in (first, second)
        )

        def close(spread: Spread, numbers: Sequence[int]) -> Array:
            here, there = numbers[: len(one)], numbers[len(one) :]
            return adjacency.near(spread, here, there, apart, self._spend_places)

        return self._either(
            [self._where(field, [*one, *other], close) for field in self.stock.fields]
        )

    def _where(
        self,
        field: str,
        words: Sequence[bytes],
        fits: Callable[[Spread, Sequence[int]], Array],
    ) -> Found:
        """The documents allowed with all these words in one field, at places that fit."""
        docs, points = [], []
        numbers = [self.stock.numbers(word) for word in words]
        for at, (shelf, base) in enumerate(zip(self.stock.shelves, self.stock.bases, strict=False)):
            here = [some[at] for some in numbers]
            known = [number for number in here if number is not None]
            if len(known) < len(here):
                continue
            spread = shelf.fields[field]
            places = fits(spread, known)
            if not len(places):
                continue
            those = adjacency.documents(spread, places)
            if len(those) > 1 and (twice := those[1:] == those[:-1]).any():
                those = np.concatenate((those[:1], those[1:][~twice]))
            if not self.seats.all:
                those = those[self.seats.mask.take(those + base)]
            if len(those):
                docs.append(those + base)
                points.append(self._weighed(field, spread, words, known, those, base))
        if not docs:
            return NOTHING
        every = docs[0] if len(docs) == 1 else np.concatenate(docs)
        score = points[0] if len(points) == 1 else np.concatenate(points)
        return Found(every, lambda: score)

    def _weighed(
        self,
        field: str,
        spread: Spread,
        words: Sequence[bytes],
        numbers: Sequence[int],
        docs: Array,
        base: int,
    ) -> Array:
        """What these documents of a shelf, each of which has all these words, score for them."""
        times = np.empty((len(words), len(docs)), np.float32)
        rarities = np.empty((len(words), 1), np.float32)
        for n, (word, number) in enumerate(zip(words, numbers, strict=True)):
            here = spread.stretch(number, number + 1)
            those = spread.docs[here]
            times[n] = spread.times[here].take(those.searchsorted(docs.astype(those.dtype)))
            rarities[n] = BOOSTS.get(field, 1.0) * self.seats.rarity(
                self.seats.holders(field, word)
            )
        lengths = self.seats.damped(field).take(docs + base)
        return weighed(times, lengths, rarities).sum(axis=0)


def _moved(docs: Array, base: int) -> Array:
    moved = docs.astype(np.intp)
    if base:
        moved += base
    return moved
