"""How a program counts: in code points, UTF-16 units or bytes; a line end as one or as two.

The standard says code points, but programs differ. The places themselves tell: of several ways
to count, the right one lands on the ends of words and on the words a selection is named by.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storybank.exchange.alignment import is_word

POINTS, UNITS, BYTES = "code points", "UTF-16 units", "bytes"
AS_IS, ONE, TWO = "as it is", "as one", "as two"
BOM = "\ufeff"
OUT_OF_RANGE, SPLIT, NAMED = -4.0, -3.0, 4.0
_LONGEST_HINT = 200


@dataclass(frozen=True)
class Convention:
    """One way to count: what a character is, what a line end is, and whether the mark at the
    start of a file counts."""

    unit: str = POINTS
    line_end: str = AS_IS
    mark: bool = False

    def ruler(self, text: str) -> Ruler:
        """Measures ``text`` (without its mark) in this way."""
        first = {POINTS: 1, UNITS: 1, BYTES: 3}[self.unit] if self.mark else 0
        classes = {UNITS: "\U00010000-\U0010ffff", BYTES: "\x80-\U0010ffff"}.get(self.unit, "")
        classes += "\n" if self.line_end != AS_IS else ""
        odd = re.finditer(f"[{classes}]", text) if classes else ()
        return Ruler(len(text), first, ((one.start(), self._width(text, one)) for one in odd))

    def _width(self, text: str, found: re.Match[str]) -> int:
        letter = found[0]
        if letter == "\n":
            pair = found.start() > 0 and text[found.start() - 1] == "\r"
            return (1 if self.line_end == ONE else 2) - pair
        return 2 if self.unit == UNITS else len(letter.encode("utf-8", "surrogatepass"))


class Ruler:
    """The offset of each character of a text, told by those that are not one wide."""

    def __init__(self, length: int, first: int, odd: Iterable[tuple[int, int]]) -> None:
        self.first = first
        self._at, self._start, self._end = array("L"), array("L"), array("L")
        extra = first
        for at, width in odd:
            self._at.append(at)
            self._start.append(at + extra)
            self._end.append(at + extra + width)
            extra += width - 1
        self.last = length + extra

    def find(self, offset: int) -> tuple[int, bool]:
        """The character that begins at this offset or holds it, and whether it begins there."""
        near = bisect_right(self._start, offset) - 1
        if near < 0:
            return offset - self.first, True
        at, start, end = self._at[near], self._start[near], self._end[near]
        if offset >= end:
            return at + 1 + offset - end, True
        return at, offset == start


@dataclass(frozen=True)
class Selection:
    """A place as the file says it, and the words it is named by, if it is."""

    start: int
    end: int
    hint: str = ""


STANDARD = Convention()


def likely(text: str, origin: str, marked: bool) -> list[Convention]:
    """Ways to count that differ on this text, what this program is known for first."""
    astral = any(letter > "\uffff" for letter in text)
    units = [POINTS, *([UNITS] if astral else []), *([] if text.isascii() else [BYTES])]
    ends = [AS_IS]
    if "\n" in text:
        plain = text.count("\n") > text.count("\r\n")
        ends += [*([ONE] if "\r\n" in text else []), *([TWO] if plain else [])]
    first = UNITS if "nvivo" in origin.lower() and astral else POINTS
    units.sort(key=lambda unit: unit != first)
    marks = (False, True) if marked else (False,)
    return [Convention(unit, end, mark) for mark in marks for end in ends for unit in units]


def score(text: str, convention: Convention, selections: Sequence[Selection]) -> float:
    """How well the selections land on this text when counted so; more is better."""
    ruler = convention.ruler(text)
    total = 0.0
    for one in selections:
        if not ruler.first <= one.start <= one.end <= ruler.last:
            total += OUT_OF_RANGE
            continue
        start, whole = ruler.find(one.start)
        end, ends_whole = ruler.find(one.end)
        total += (0 if whole else SPLIT) + (0 if ends_whole else SPLIT)
        total += _at_edge(text, start) + _at_edge(text, end)
        total += 0.25 * (start < len(text) and not text[start].isspace())
        total += 0.25 * (0 < end <= len(text) and not text[end - 1].isspace())
        hint = "".join(one.hint[:_LONGEST_HINT].split()).rstrip(".\u2026")
        if len(hint) > 2:
            there = "".join(text[start : start + 2 * len(one.hint)].split())
            total += NAMED if there.startswith(hint) else 0
    return total


def _at_edge(text: str, at: int) -> float:
    if at <= 0 or at >= len(text):
        return 1.0
    return -1.0 if is_word(text[at - 1]) and is_word(text[at]) else 1.0


def detect(
    text: str, selections: Sequence[Selection], origin: str = "", marked: bool = False
) -> Convention:
    """The way to count that these selections bear witness to; the program's usual one, or the
    standard's, where they bear none."""
    ways = likely(text, origin, marked)
    if not selections or len(ways) == 1:
        return ways[0]
    # A few hundred are witnesses enough.
    some = selections[:: max(1, len(selections) // 400)]
    return max(ways, key=lambda way: score(text, way, some))
