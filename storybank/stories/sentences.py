"""Where sentences begin and end, so that a passage can be chosen without pointing.

A handful of rules for written and spoken English that do no harm in other languages. One pass
over the text, no look behind further than a word.
"""

import re
from collections.abc import Iterable
from typing import Protocol

_CLOSERS = "\"'\u2019\u201d\u00bb)\\]*_"
_OPENERS = "\"'\u2018\u201c\u00ab(\\[*_\u2014\u2013\\-"
_STOPS = ".!?\u2026\u061f\u06d4\u0964\u0965"
_STOP = re.compile(
    f"(?<![{_STOPS}])(?P<stop>[{_STOPS}]++)(?P<closed>[{_CLOSERS}]{{0,4}}) "
    "|[\u3002\uff01\uff1f]+[\u300d\u300f\u201d]? *"
)
_OPENING = re.compile(f"[{_OPENERS} ]{{0,8}}")
_WORD_BEFORE = re.compile(r"[^\s(\[\"'\u2018\u201c\u2014]+\Z")
_INITIALS = re.compile(r"[^\W\d_](?:\.[^\W\d_])*")  # J. and U.S.
_LONGEST_WORD = 40

ALWAYS_CONTINUED = frozenset(
    "dr mr mrs ms mx prof rev revd hon st messrs mme gen col capt sgt lt maj cllr e.g i.e eg ie "
    "viz cf vs v approx c ca fig figs vol pp ed eds np tzn m.in ul h.y e.e sef".split()
)
CONTINUED_BEFORE_A_NUMBER = frozenset("no nos p pp ch art sec tel ext para est".split())
CONTINUED_BEFORE_A_SMALL_LETTER = frozenset(
    "etc a.m p.m am pm jr sr inc ltd co dept al yrs mins hrs min hr tel r".split()
)


MASK = "\u2592"
"""What stands for each letter of a part that is kept back: a grey block, part of no word."""
_PIECES = re.compile(f"{MASK}+|[^{MASK}]+")


class Stretch(Protocol):
    """Anything with a start and an end in code points, such as a block."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


def sentences(text: str, blocks: Iterable[Stretch]) -> list[tuple[int, int]]:
    """Return (start, end) of each sentence: in order, inside one block, none empty.

    Together they cover every character of each block that is not white space. What is kept back
    stands by itself, so that what is beside it can be chosen.
    """
    found: list[tuple[int, int]] = []
    for block in blocks:
        start = block.start
        for stop in _STOP.finditer(text, block.start, block.end):
            if _ends_here(text, stop, block.end):
                _add(found, text, start, stop.end())
                start = stop.end()
        _add(found, text, start, block.end)
    return found


def _add(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if text.find(MASK, start, end) < 0:
        if start < end:
            found.append((start, end))
        return
    for piece in _PIECES.finditer(text, start, end):
        first, last = piece.span()
        while first < last and text[first].isspace():
            first += 1
        while last > first and text[last - 1].isspace():
            last -= 1
        if first < last:
            found.append((first, last))


def _ends_here(text: str, stop: re.Match[str], block_end: int) -> bool:
    if stop["stop"] is None:  # a full-width stop needs no space after it
        return True
    opening = _OPENING.match(text, stop.end(), block_end)
    after = opening.end() if opening else stop.end()
    following = text[after : min(after + 1, block_end)]
    small = following.islower()
    if small and (stop["closed"].strip("*_") or stop["stop"] in ("...", "\u2026")):
        return False  # "Stop!" she said; and then ... nothing
    if stop["stop"] != "." or stop["closed"].strip("*_"):
        return True
    word = _WORD_BEFORE.search(text[max(0, stop.start() - _LONGEST_WORD) : stop.start()])
    last = word[0].strip("*_").casefold() if word else ""
    if last in ALWAYS_CONTINUED:
        return False
    if following.isdigit() and last in CONTINUED_BEFORE_A_NUMBER:
        return False
    if small and (last in CONTINUED_BEFORE_A_SMALL_LETTER or len(last) < 2):
        return False
    initial = _INITIALS.fullmatch(last) and last not in ("i", "a")
    return not (initial and following.isupper())
