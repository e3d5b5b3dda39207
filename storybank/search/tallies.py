"""Which stories carry what: one row of bits for each thing, so that counting is adding bits up.

Bit n of a row is story n. Nothing here changes once it is made: a change makes another.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Row = npt.NDArray[np.uint64]
Ids = npt.NDArray[np.int64]

WORD = 64


@dataclass(frozen=True)
class Tallies:
    """``numbers`` says which row is whose."""

    numbers: Mapping[Hashable, int]
    rows: npt.NDArray[np.uint64]
    """One row for each thing, a bit for each story."""

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, Hashable]], highest: int) -> Tallies:
        """From (story id, what it carries); no story has a number above ``highest``."""
        numbers: dict[Hashable, int] = {}
        things, stories = [], []
        for story_id, thing in pairs:
            stories.append(story_id)
            things.append(numbers.setdefault(thing, len(numbers)))
        width = highest // WORD + 1
        carries = np.zeros((len(numbers), width * WORD), bool)
        carries[things, stories] = True
        rows = np.packbits(carries.ravel(), bitorder="little").view(np.uint64)
        return cls(numbers, rows.reshape(len(numbers), width))

    def changed(
        self, story_ids: Collection[int], pairs: Iterable[tuple[int, Hashable]], highest: int
    ) -> Tallies:
        """The same, where these stories carry just what ``pairs`` says of them."""
        fresh = Tallies.of(pairs, highest)
        numbers = dict(self.numbers)
        for thing in fresh.numbers:
            numbers.setdefault(thing, len(numbers))
        rows = np.zeros((len(numbers), max(self.width, fresh.width)), np.uint64)
        rows[: len(self.rows), : self.width] = self.rows
        rows &= ~bits(np.fromiter(story_ids, np.int64, len(story_ids)), rows.shape[1])
        for thing, number in fresh.numbers.items():
            rows[numbers[thing], : fresh.width] |= fresh.rows[number]
        return Tallies(numbers, rows)

    @property
    def width(self) -> int:
        """Words of bits in a row."""
        return int(self.rows.shape[1])

    @cached_property
    def things(self) -> tuple[Hashable, ...]:
        """What there are rows of, in order."""
        return tuple(self.numbers)

    def counts(self, those: Row) -> list[int]:
        """How many of those stories carry each thing, in order."""
        return [int(n) for n in np.bitwise_count(self.rows & those).sum(axis=1, dtype=np.int64)]

    def count_of_any(self, things: Iterable[Hashable], those: Row) -> int:
        """How many of those stories carry one of these things or more."""
        return int(np.bitwise_count(self.any(things) & those).sum(dtype=np.int64))

    def any(self, things: Iterable[Hashable]) -> Row:
        """The stories that carry one of these things or more."""
        some = [self.numbers[thing] for thing in things if thing in self.numbers]
        row: Row = np.zeros(self.width, np.uint64)
        for number in some:
            row |= self.rows[number]
        return row


def bits(story_ids: Ids, width: int) -> Row:
    """A row with the bits of these stories. Those beyond its end are left out."""
    there = np.zeros(width * WORD, bool)
    there[story_ids[story_ids < len(there)]] = True
    return np.packbits(there, bitorder="little").view(np.uint64)


def ids(row: Row) -> Ids:
    """The stories of a row, in order."""
    return np.flatnonzero(np.unpackbits(row.view(np.uint8), bitorder="little"))
