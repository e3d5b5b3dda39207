"""Putting what was found in order, as far as anybody asks."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property

import numpy as np

from storybank.search.arrays import Array
from storybank.search.evaluating import TooMuch, found
from storybank.search.query import Node
from storybank.search.scoring import NOTHING, Found
from storybank.search.seating import Seats, Stand


class Ranked:
    """Hits (``index.Hits``)."""

    def __init__(self, those: Found, seats: Seats, complete: bool = True) -> None:
        self.complete = complete
        self.total = len(those.docs)
        self._found = those
        self._seats = seats

    @classmethod
    def of(
        cls,
        stand: Stand,
        query: Node | None,
        allow: Collection[int],
        narrow: Mapping[str, Collection[int]] | None = None,
    ) -> Ranked:
        """``narrow`` holds numbers that columns must have."""
        seats = stand.narrowed(stand.seats(allow), narrow or {})
        try:
            return cls(found(query, seats), seats)
        except TooMuch:
            return cls(NOTHING, seats, complete=False)

    @cached_property
    def ids(self) -> Array:
        return self._seats.stock.ids.take(self._found.docs)

    @cached_property
    def _scores(self) -> Array:
        return self._found.scores(self._found.docs)

    def best(self, start: int, end: int) -> list[tuple[int, float]]:
        scores, docs = self._scores, self._found.docs
        if 4 * end < self.total:
            # Only those as good as the last one asked for need to be put in order.
            enough = np.partition(scores, self.total - end)[self.total - end]
            some = np.flatnonzero(scores >= enough)
            scores, docs = scores.take(some), docs.take(some)
        ids = self._seats.stock.ids.take(docs)
        order = np.lexsort((ids, -scores))[start:end]
        return list(zip(ids.take(order).tolist(), scores.take(order).tolist(), strict=True))
