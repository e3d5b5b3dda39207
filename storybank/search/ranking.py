"""Putting what was found in order, as far as anybody asks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property

from storybank.search.arrays import Array
from storybank.search.evaluating import TooMuch, found
from storybank.search.query import Node
from storybank.search.scoring import NOTHING, Best, Found
from storybank.search.seating import Seats, Stand


class Ranked:
    """Hits (``index.Hits``)."""

    def __init__(self, those: Found, seats: Seats, complete: bool = True) -> None:
        self.complete = complete
        self.total = those.total
        self._found = those
        self._ids = seats.stock.ids

    @classmethod
    def of(
        cls,
        stand: Stand,
        query: Node | None,
        allow: Collection[int],
        narrow: Mapping[str, Collection[int]] | None = None,
    ) -> Ranked:
        """``narrow`` holds numbers that columns must have."""
        seats = stand.narrowed(stand.seats(allow), narrow) if narrow else stand.seats(allow)
        try:
            return cls(found(query, seats), seats)
        except TooMuch:
            return cls(NOTHING, seats, complete=False)

    @cached_property
    def ids(self) -> Array:
        return self._ids.take(self._found.docs)

    def best(self, start: int, end: int) -> Best:
        return self._found.best(self._ids, start, end)
