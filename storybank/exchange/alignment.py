"""From a text as another program has it to our canonical text, place by place.

The canonical text drops, joins and respells characters and lays spaces anew, but keeps every
other character in its order. So the n-th character that is no space stays the n-th one.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from typing import NamedTuple
from unicodedata import category, is_normalized

from storybank.stories.characters import JOINERS, mark_class, normalise

_INSIDE = 12
"""How far into one letter with its marks a place is looked for, in code points."""


class Landed(NamedTuple):
    """A place in the canonical text, code points; ``exact`` False where an end lay in the middle
    of a letter and was moved outward."""

    start: int
    end: int
    exact: bool


class Alignment:
    """Says where a stretch of ``raw`` stands in ``text``, which was made from it.

    ``true`` is False where the two do not agree, letter for letter but for spaces: then no place
    can be told.
    """

    def __init__(self, raw: str, text: str) -> None:
        self._raw, self._text = raw, text
        self._solid = array("L", (at for at, letter in enumerate(text) if not letter.isspace()))
        self._before, self._inside, clean = _counted(raw)
        self.true = _solid(clean) == _solid(text)

    def land(self, start: int, end: int) -> Landed | None:
        """Where raw[start:end] stands; None for no letters at all."""
        if not self.true or not 0 <= start < end <= len(self._raw):
            return None
        exact = start not in self._inside and end not in self._inside
        while start in self._inside:
            start -= 1
        while end in self._inside:
            end += 1
        first, last = self._before[start], self._before[end]
        if first >= last:
            return None
        return Landed(self._solid[first], self._solid[last - 1] + 1, exact)

    def same(self, start: int, end: int, landed: Landed) -> bool:
        """Are the words there those that were marked, letter for letter but for spaces?"""
        return _solid(normalise(self._raw[start:end])[0]) == _solid(
            self._text[landed.start : landed.end]
        )


def _solid(text: str) -> str:
    return "".join(text.split())


def _counted(raw: str) -> tuple[array[int], set[int], str]:
    """For each place in ``raw`` how many solid characters of its canonical shape come before it;
    the places in the middle of a letter; and that shape."""
    whole = normalise(raw)[0]
    for pieces in (_letters, _words, _all):
        before, inside, clean = _count(pieces(raw))
        if clean == whole:
            return before, inside, clean
    raise AssertionError("the whole is itself")


def _count(pieces: Iterator[tuple[str, bool]]) -> tuple[array[int], set[int], str]:
    before, inside, clean = array("L", [0]), set[int](), list[str]()
    count = at = 0
    for piece, plain in pieces:
        if plain:
            clean.append(piece)
            steps = accumulate((not letter.isspace() for letter in piece), initial=count)
            next(steps)
            before.extend(steps)
            count = before[-1]
        else:
            lone = len(piece) == 1 and piece.isalpha()
            shape = piece if lone and is_normalized("NFC", piece) else normalise(piece)[0]
            clean.append(shape)
            for length in range(1, len(piece)):
                start = normalise(piece[:length])[0] if length <= _INSIDE else None
                if start is None or not shape.startswith(start) or _goes_on(shape[len(start) :]):
                    inside.add(at + length)
                    before.append(count)
                else:
                    before.append(count + len(_solid(start)))
            count += len(_solid(shape))
            before.append(count)
        at += len(piece)
    return before, inside, "".join(clean)


def _goes_on(rest: str) -> bool:
    """Is this the rest of a letter: a mark on it, or a joiner after it?"""
    return bool(rest) and (rest[0] in JOINERS or category(rest[0])[0] == "M")


@cache
def _pattern() -> re.Pattern[str]:
    marks = f"{mark_class()}{JOINERS}\u1160-\u11ff\ud7b0-\ud7fb\U000e0020-\U000e007f"
    plain = "[ -~\n]"
    return re.compile(
        f"(?P<plain>{plain}+(?={plain}|\\Z))|(?:\r\n|[\ud800-\udbff][\udc00-\udfff]|[^{marks}])"
        f"[{marks}]*|[{marks}]+",
        re.S,
    )


def _letters(raw: str) -> Iterator[tuple[str, bool]]:
    for found in _pattern().finditer(raw):
        yield found[0], found["plain"] is not None


def _words(raw: str) -> Iterator[tuple[str, bool]]:
    for found in re.finditer(r"\s+|\S+", raw):
        yield found[0], False


def _all(raw: str) -> Iterator[tuple[str, bool]]:
    yield raw, False


def is_word(letter: str) -> bool:
    """Part of a word: a letter, a mark on one, a number, or a joiner."""
    return letter.isalnum() or category(letter)[0] == "M" or letter in JOINERS
