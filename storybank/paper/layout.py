"""How words are set on a card, so that they fit: worked out here, since paper cannot scroll.

Lengths are millimetres, widths of letters are parts of the size of type. The face on cards is
the one the house brings along, so that a card is the same on every computer.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from storybank.paper.deck import PaperCard

POINT = 0.3528
LEADING = 1.4
PADDING = 10
HEAD = 8
"""The line over every card that says which it is."""
FOOT = 28
"""Under every card: what may be done with it, until when, its mark and its square."""
NAME_POINTS = 12
NOTE_POINTS = 11
BEFORE = "Before you read: "
Sizes = tuple[tuple[str, int, int, int, tuple[int, ...]], ...]
SIZES: Sizes = (
    # Name, cards on a side, width, height, sizes of type from the most readable down.
    ("quarter", 4, 105, 148, (20, 17, 15, 13, 12)),
    ("half", 2, 210, 148, (15, 13, 12)),
    ("whole", 1, 210, 296, (15, 13, 12)),
)
SMALL: Sizes = (("a6", 1, 105, 148, (20, 17, 15, 13, 12)),)
NARROW = frozenset("iljI!|.,;:'’‘()[] ")
MIDDLING = frozenset('frt-"“”/')
BROAD = frozenset("mwMW@%—…")


@dataclass(frozen=True)
class Setting:
    """The size of a card (a part of an A4 side, or A6) and of its type in points."""

    size: str
    a_side: int
    points: int
    over: bool = False
    """Even so the words run over to the next side."""


def setting(words: str, name: str, note: str = "", sizes_of: Sizes = SIZES) -> Setting:
    """The smallest card these words fit on with this name and note, set as large as they can be.

    Words that fit on no card are set small on the largest, and run over to the next.
    """
    for size, a_side, width, height, sizes in sizes_of:
        measure = width - 2 * PADDING
        room = height - 2 * PADDING - HEAD - FOOT - _height(name, NAME_POINTS, measure) - 6
        room -= _height(BEFORE + note, NOTE_POINTS, measure) + 5 if note else 0
        for points in sizes:
            if _height(words, points, measure) <= room:
                return Setting(size, a_side, points)
    return Setting(size, a_side, points, over=True)


@dataclass(frozen=True)
class Side:
    """One side of paper: cards of one size, each with the size of its type in points."""

    size: str
    cards: tuple[tuple[PaperCard, int], ...]
    over: bool = False
    """One card, with more words than the side holds."""


def sides(cards: Sequence[PaperCard], sizes_of: Sizes = SIZES) -> list[Side]:
    """Cards laid on sides: four quarters, two halves or one whole, each size in pack order."""
    laid = [(c, setting(c.words, c.attribution, c.note, sizes_of)) for c in cards]
    made = []
    for size, a_side, *_ in sizes_of:
        fits = [(card, how.points) for card, how in laid if how.size == size and not how.over]
        made += [
            Side(size, tuple(fits[start : start + a_side])) for start in range(0, len(fits), a_side)
        ]
        over = [(card, how.points) for card, how in laid if how.size == size and how.over]
        made += [Side(size, (one,), over=True) for one in over]
    return made


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


@lru_cache(maxsize=4096)
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
