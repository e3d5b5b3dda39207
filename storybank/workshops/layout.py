"""How words are set on a card, so that they fit: worked out here, since paper cannot scroll.

Lengths are millimetres, widths of letters are parts of the size of type. The face on cards is
the one the house brings along, so that a card is the same on every computer.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

POINT = 0.3528
LEADING = 1.4
PADDING = 10
FOOT = 20
"""The lines under every card: what may be done with it, until when, and its mark."""
NAME_POINTS = 12
SIZES = (
    # Name, cards on a side, width, height, sizes of type from the most readable down.
    ("quarter", 4, 105, 148, (20, 17, 15, 13, 12)),
    ("half", 2, 210, 148, (15, 13, 12)),
    ("whole", 1, 210, 296, (15, 13, 12)),
)
NARROW = frozenset("iljI!|.,;:'’‘()[] ")
MIDDLING = frozenset('frt-"“”/')
BROAD = frozenset("mwMW@%—…")


@dataclass(frozen=True)
class Setting:
    """The size of a card (quarter, half or whole of an A4 side) and of its type in points."""

    size: str
    a_side: int
    points: int


def setting(words: str, name: str) -> Setting:
    """The smallest card these words fit on with this name, set as large as they can be.

    Words that fit on no card are set small on a whole side, and run over to the next.
    """
    for size, a_side, width, height, sizes in SIZES:
        measure = width - 2 * PADDING
        room = height - 2 * PADDING - FOOT - _height(name, NAME_POINTS, measure) - 6
        for points in sizes:
            if _height(words, points, measure) <= room:
                return Setting(size, a_side, points)
    return Setting(size, a_side, points)


def _height(words: str, points: int, measure: float) -> float:
    em = points * POINT
    return sum(_lines(line, measure / em) for line in words.split("\n")) * em * LEADING


def _lines(line: str, measure: float) -> int:
    """How many lines one paragraph takes, its words wrapped as a browser does."""
    lines, used = 1, 0.0
    for word in line.split(" "):
        width = sum(map(_width, word))
        if used and used + width > measure:
            lines, used = lines + 1, 0.0
        # A word longer than a line is broken.
        lines += int(width // measure)
        used += width % measure + _width(" ")
    return lines


def _width(letter: str) -> float:
    if letter in NARROW:
        return 0.32
    if letter in MIDDLING:
        return 0.42
    if letter in BROAD:
        return 0.95
    if unicodedata.combining(letter):
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.05
    if letter.isascii():
        return 0.7 if letter.isupper() or letter.isdigit() else 0.58
    return 0.75
