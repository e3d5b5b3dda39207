"""Where on the shelves of one commit those stand which may be found.

Documents of all shelves are numbered one after the other. What is not allowed, or was deleted, has
no seat.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from storybank.search.arrays import Array
from storybank.search.index import Allowed
from storybank.search.open_shelf import OpenShelf
from storybank.search.scoring import NOTHING, Found, Term, damped

MOST_KEPT = 24_000_000
"""Bytes that what was found of words may take, for those who ask again with one permission."""
MOST_NUMBERS = 10_000
"""Of how many words the numbers on the shelves are remembered."""

Numbers = Sequence[int | None]
"""The number of a word on each shelf, where it has one."""


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
        self._numbers: dict[bytes, Numbers] = {}
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

    def numbers(self, word: bytes) -> Numbers:
        """Where the words of each shelf have this one."""
        known = self._numbers.get(word)
        if known is None:
            if len(self._numbers) >= MOST_NUMBERS:
                self._numbers = {}
            known = self._numbers[word] = [shelf.number(word) for shelf in self.shelves]
        return known


class Seats:
    """Where the documents that are allowed stand, and what there is to know of them alone."""

    def __init__(self, stock: Stock, mask: Array) -> None:
        self.stock = stock
        self.mask = mask
        self.many = int(np.count_nonzero(mask))
        self.all = self.many == len(mask)
        self.known: dict[bytes, Found] = {}
        self._kept = 0
        self._damped: dict[str, Array] = {}
        self._holders: dict[tuple[str, bytes], int] = {}

    def keep(self, word: bytes, docs: Array, points: Array) -> Found:
        """Remember where a word stands among what is allowed, for as long as there is room."""
        term = Term(docs, points, self.stock.many) if len(docs) else None
        self._kept += term.size if term else len(word)
        if self._kept > MOST_KEPT:
            self.known, self._kept = {}, 0
        kept = self.known[word] = term or NOTHING
        return kept

    def damped(self, field: str) -> Array:
        """What of the scores of a field depends on the lengths of documents alone: theirs, and how
        many words the field has in the middle of those allowed."""
        if field not in self._damped:
            lengths = self.stock.lengths[field]
            those = lengths if self.all else lengths[self.mask]
            average = float(those.sum(dtype=np.float64)) / max(1, self.many) or 1.0
            self._damped[field] = damped(lengths, average)
        return self._damped[field]

    def rarity(self, holders: int) -> float:
        """What a word counts for that so many of the documents allowed have."""
        return math.log(self.many / (holders + 1)) + 1

    def holders(self, field: str, word: bytes) -> int:
        """How many of the documents allowed have this word in this field."""
        known = self._holders.get((field, word))
        if known is None:
            known = 0
            stock = self.stock
            rows = zip(stock.shelves, stock.bases, stock.numbers(word), strict=False)
            for shelf, base, number in rows:
                if number is not None:
                    spread = shelf.fields[field]
                    here = spread.stretch(number, number + 1)
                    known += (
                        here.stop - here.start
                        if self.all
                        else int(
                            np.count_nonzero(
                                self.mask[base : base + shelf.many].take(spread.docs[here])
                            )
                        )
                    )
            if len(self._holders) >= MOST_NUMBERS:
                self._holders = {}
            self._holders[field, word] = known
        return known


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
