"""Rules of coding: what a passage may be, and how a story with codings is cut for showing."""

from __future__ import annotations

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
