"""Where the codes of a network stand, so that those which come together are near each other.

Springs and repulsion after Fruchterman and Reingold, "Graph drawing by force-directed placement"
(Software: Practice and Experience 21, 1991), with a pull to the middle so that loose pieces stay
in the picture. Pure, and the same every time: codes begin on a circle in their order.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 960, 720
"""Of the picture, in pixels."""
EDGE = 44
"""How far from the sides codes keep."""
STEPS = 45
LETTER, LINE = 7.4, 16
"""How wide a letter and how high a line of a label is drawn, in pixels."""

NUMBERED = 8
"""How many of the strongest links may carry their number."""

Link = tuple[int, int, float]
"""Positions of two codes in the list, and how strong the link is, above nought."""


@dataclass(frozen=True)
class Spot:
    """Where a code stands, and its label: ``anchor`` is start, middle or end."""

    x: float
    y: float
    radius: float
    label_x: float
    label_y: float
    anchor: str


def layout(count: int, links: Sequence[Link]) -> list[tuple[float, float]]:
    """A place for each of this many codes, in a square from -1 to 1 either way."""
    if count < 2:
        return [(0.0, 0.0)] * count
    turn = 2 * math.pi / count
    xs = [math.cos(turn * i) for i in range(count)]
    ys = [math.sin(turn * i) for i in range(count)]
    apart = 1.9 / math.sqrt(count)
    push, most = apart * apart, max((weight for *_, weight in links), default=1.0)
    # Where each code has many links, each pulls less: else all would lie in one heap.
    ease = 0.5 / max(1.0, math.sqrt(2 * len(links) / count))
    pulls = [(a, b, ease * (0.35 + 0.65 * weight / most) / apart) for a, b, weight in links]
    for step in range(STEPS):
        dx = [-0.35 * x for x in xs]
        dy = [-0.35 * y for y in ys]
        for a in range(1, count):
            xa, ya, sum_x, sum_y = xs[a], ys[a], 0.0, 0.0
            for b in range(a):
                x, y = xa - xs[b], ya - ys[b]
                force = push / (x * x + y * y + 1e-6)
                x *= force
                y *= force
                sum_x += x
                sum_y += y
                dx[b] -= x
                dy[b] -= y
            dx[a] += sum_x
            dy[a] += sum_y
        for a, b, pull in pulls:
            x, y = xs[a] - xs[b], ys[a] - ys[b]
            force = math.hypot(x, y) * pull
            dx[a] -= x * force
            dy[a] -= y * force
            dx[b] += x * force
            dy[b] += y * force
        warmth = 0.22 * (1 - step / STEPS)
        for i in range(count):
            length = math.hypot(dx[i], dy[i]) or 1.0
            way = min(length, warmth) / length
            xs[i] += dx[i] * way
            ys[i] += dy[i] * way
    return _fitted(xs, ys)


def _fitted(xs: list[float], ys: list[float]) -> list[tuple[float, float]]:
    """Each direction stretched to the whole square."""
    (left, right), (top, bottom) = (min(xs), max(xs)), (min(ys), max(ys))
    wide, high = (right - left) or 1.0, (bottom - top) or 1.0
    return [
        (2 * (x - left) / wide - 1, 2 * (y - top) / high - 1) for x, y in zip(xs, ys, strict=True)
    ]


def spots(labels: Sequence[str], sizes: Sequence[int], links: Sequence[Link]) -> list[Spot]:
    """Places in the picture, with labels set where they cover least: the larger codes first.

    ``sizes`` is how often each code was used: the area of its sign goes with it.
    """
    places = layout(len(labels), links)
    most = max(sizes, default=1) or 1
    radii = [9 + 15 * math.sqrt(size / most) for size in sizes]
    across, down = WIDTH / 2 - EDGE - 90, HEIGHT / 2 - EDGE
    points = [(WIDTH / 2 + x * across, HEIGHT / 2 + y * down) for x, y in places]
    signs = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(points, radii, strict=True)]
    taken: list[tuple[float, float, float, float]] = []
    found: dict[int, Spot] = {}
    for i in sorted(range(len(labels)), key=lambda i: (-sizes[i], i)):
        (x, y), r, wide = points[i], radii[i], len(labels[i]) * LETTER
        best: tuple[float, Spot, tuple[float, float, float, float]] | None = None
        for order, (label_x, label_y, anchor) in enumerate(
            (
                (x + r + 8, y + 5, "start"), (x - r - 8, y + 5, "end"),
                (x, y + r + LINE + 3, "middle"), (x, y - r - 9, "middle"),
                (x + r * 0.7 + 3, y + r * 0.7 + 13, "start"),
                (x - r * 0.7 - 3, y + r * 0.7 + 13, "end"),
                (x + r * 0.7 + 3, y - r * 0.7 - 4, "start"),
                (x - r * 0.7 - 3, y - r * 0.7 - 4, "end"),
            )
        ):  # fmt: skip
            left = label_x - {"start": 0.0, "middle": wide / 2, "end": wide}[anchor]
            box = (left, label_y - LINE + 3, left + wide, label_y + 4)
            covers = sum(_common(box, other) for other in taken)
            covers += sum(_common(box, sign) for j, sign in enumerate(signs) if j != i)
            outside = max(0.0, -box[0]) + max(0.0, box[2] - WIDTH)
            cost = covers + outside * LINE * 4 + order
            if best is None or cost < best[0]:
                best = (cost, Spot(x, y, r, label_x, label_y, anchor), box)
        assert best is not None
        found[i] = best[1]
        taken.append(best[2])
    return [found[i] for i in range(len(labels))]


def numbers(found: Sequence[Spot], links: Sequence[Link]) -> list[tuple[float, float, int]]:
    """(x, y, count) of the numbers to stand in the middle of links: of the first ones, those that
    cover neither a sign nor each other."""
    placed: list[tuple[float, float, int]] = []
    for a, b, count in links[:NUMBERED]:
        x, y = (found[a].x + found[b].x) / 2, (found[a].y + found[b].y) / 2
        near = [math.hypot(x - other, y - top) < 24 for other, top, _ in placed]
        near += [math.hypot(x - one.x, y - one.y) < one.radius + 12 for one in found]
        if not any(near):
            placed.append((x, y, int(count)))
    return placed


def _common(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """The area two boxes share."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide * high if wide > 0 and high > 0 else 0.0
