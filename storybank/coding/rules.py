"""Rules of coding: what a passage may be, and how a story with codings is cut for showing."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storybank.errors import BadInput
from storybank.stories.canon import Block

MAX_PASSAGE = 20_000
"""The longest passage that may carry a code, in code points."""


@dataclass(frozen=True)
class Span:
    """A coding as the page draws it: ``start``/``end`` in code points, and its number."""

    id: int
    start: int
    end: int
    family: str


@dataclass(frozen=True)
class Segment:
    """A stretch of one block under the same codings; no segment crosses a coding's end."""

    start: int
    end: int
    spans: tuple[Span, ...]


def clean_place(text: str, start: int, end: int) -> tuple[int, int]:
    """A passage without the white space at its ends, inside the text.

    Raises BadInput when nothing is left, or it is longer than a passage may be.
    """
    start, end = max(0, start), min(end, len(text))
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end <= start:
        raise BadInput("Choose some words first.")
    if end - start > MAX_PASSAGE:
        raise BadInput("That passage is too long. Choose a few sentences.")
    return start, end


def segments(blocks: Sequence[Block], spans: Iterable[Span]) -> list[list[Segment]]:
    """For each block, its stretches in order: together they are the block's text, once.

    Takes time in proportion to the blocks plus the cuts, not their product.
    """
    ordered = sorted(spans, key=lambda span: (span.start, -span.end, span.id))
    cuts = sorted({cut for span in ordered for cut in (span.start, span.end)})
    result: list[list[Segment]] = []
    open_spans: list[Span] = []
    upcoming = 0
    for block in blocks:
        inside = cuts[bisect_right(cuts, block.start) : bisect_left(cuts, block.end)]
        edges = [block.start, *inside, block.end]
        pieces = []
        for left, right in zip(edges, edges[1:], strict=False):
            while upcoming < len(ordered) and ordered[upcoming].start <= left:
                open_spans.append(ordered[upcoming])
                upcoming += 1
            open_spans = [span for span in open_spans if span.end > left]
            pieces.append(Segment(left, right, tuple(open_spans)))
        result.append(pieces)
    return result


def runs(
    sentences: Sequence[tuple[int, int]], blocks: Sequence[Block], ticked: Iterable[int]
) -> list[tuple[int, int]]:
    """Ticked sentences as passages (start, end): neighbours inside one block become one.

    ``ticked`` holds positions in ``sentences``. Raises BadInput for none, or one not there.
    """
    numbers = sorted(set(ticked))
    if not numbers:
        raise BadInput("Tick at least one sentence.")
    if numbers[0] < 0 or numbers[-1] >= len(sentences):
        raise BadInput("Tick sentences that are on this page.")
    starts = [block.start for block in blocks]
    found: list[tuple[int, int]] = []
    last = (-1, -1)
    for number in numbers:
        start, end = sentences[number]
        here = (number, bisect_right(starts, start))
        if here == (last[0] + 1, last[1]):
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
        last = here
    return found


def part_of(text: str, start: int, end: int, first: str, last: str) -> tuple[int, int]:
    """The part of text[start:end] that begins with ``first`` and ends with ``last``.

    Either may be blank. Capitals, kinds of quotation mark and numbers of spaces do not count.
    Raises BadInput where the words are not there in that order.
    """
    inside = text[start:end]
    begin = 0
    found: re.Match[str] | None
    if first.strip():
        found = _pattern(first).search(inside)
        if found is None:
            raise BadInput("The first words are not in the sentences you ticked.")
        begin = found.start()
    stop = len(inside)
    if last.strip():
        found = _pattern(last).search(inside, begin)
        if found is None:
            raise BadInput("The last words do not come after the first words there.")
        stop = found.end()
    return start + begin, start + stop


def _pattern(words: str) -> re.Pattern[str]:
    pieces = (
        "".join(_ALIKE.get(letter, re.escape(letter)) for letter in word) for word in words.split()
    )
    return re.compile(r"\s+".join(pieces), re.IGNORECASE)


_ALIKE = {
    letter: f"[{alike}]"
    for alike in ("'\u2018\u2019", '"\u201c\u201d', "\\-\u2013\u2014")
    for letter in alike.replace("\\", "")
}
