"""Side by side: which lane of the margin each coding's bar stands in. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Iterable


def lanes(spans: Iterable[tuple[int, int, int]]) -> dict[int, int]:
    """{number: lane from 0} for (number, start, end): codings that overlap have lanes of their
    own, and each takes the innermost that is free. Time grows as n log n."""
    free: list[int] = []
    busy: list[tuple[int, int]] = []
    count = 0
    found: dict[int, int] = {}
    for number, start, end in sorted(spans, key=lambda one: (one[1], -one[2], one[0])):
        while busy and busy[0][0] <= start:
            heapq.heappush(free, heapq.heappop(busy)[1])
        if free:
            lane = heapq.heappop(free)
        else:
            lane, count = count, count + 1
        found[number] = lane
        heapq.heappush(busy, (end, lane))
    return found
