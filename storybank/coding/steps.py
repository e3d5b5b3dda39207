"""Steps by a word: where a passage may begin or end when its ends are moved. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum

from storybank.coding.rules import clean_place
from storybank.errors import BadInput

NEAR = 2_000
"""How far a step looks for the next word, in code points."""
# Scripts without spaces go letter by letter, and a letter keeps the marks on it.
_ALONE = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_MARKS = "\u0300-\u036f\u3099\u309a\ufe00-\ufe0f\U000e0100-\U000e01ef"
_RUN = re.compile(f"[{_ALONE}][{_MARKS}]*|[^\\s{_ALONE}]+")


class Edge(StrEnum):
    """An end of a passage."""

    START = "start"
    END = "end"


def nudged(text: str, start: int, end: int, edge: Edge, by: int) -> tuple[int, int]:
    """The passage with one end a word further on (``by`` 1) or back (-1).

    Signs around a word count as a step of their own, so that a full stop can be left out.
    Raises BadInput where there is no further word, or nothing would be left.
    """
    at = start if edge is Edge.START else end
    first, last = max(0, at - NEAR), min(len(text), at + NEAR)
    stops = sorted(set(_stops(text, first, last, edge)))
    beyond = [stop for stop in stops if (stop > at if by > 0 else stop < at)]
    if not beyond:
        raise BadInput("There are no more words that way.")
    stop = beyond[0] if by > 0 else beyond[-1]
    place = (stop, end) if edge is Edge.START else (start, stop)
    if place[0] >= place[1] or not text[slice(*place)].strip():
        raise BadInput("A coding holds one word at least. To take it off, use Remove.")
    return clean_place(text, *place)


def _stops(text: str, first: int, last: int, edge: Edge) -> Iterator[int]:
    for run in _RUN.finditer(text, first, last):
        start, end = run.span()
        # A run that the window cuts is no whole word.
        if (start == first and first > 0) or (end == last and last < len(text)):
            continue
        yield start if edge is Edge.START else end
        yield _bare_start(text, start, end) if edge is Edge.START else _bare_end(text, start, end)


def _bare_start(text: str, start: int, end: int) -> int:
    at = start
    while at < end and _is_sign(text[at]):
        at += 1
    return start if at == end or unicodedata.category(text[at])[0] == "M" else at


def _bare_end(text: str, start: int, end: int) -> int:
    at = end
    while at > start and _is_sign(text[at - 1]):
        at -= 1
    return end if at == start else at


def _is_sign(letter: str) -> bool:
    return unicodedata.category(letter)[0] == "P"
