"""How a story with its codings is drawn: pure, and light enough for a very long story.

Rendering only puts tags round words. The text of every element with ``data-s`` is exactly
``text[start:end]`` of its block, so that a place in the page is a place in the story.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from storybank.coding.rules import Segment, Span, segments
from storybank.stories.canon import Block, Mark, sentences

LANES = 4
"""How many families have a line of their own under the words; further ones share the last."""
DEEPEST = 4
"""Overlaps beyond this many look the same."""

_ELEMENTS = {"p": "p", "q": "blockquote", "li": "p"}
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff]")


@dataclass(frozen=True)
class Drawn:
    """A coding as it is drawn: its place, the label of its code, and whose it is."""

    id: int
    start: int
    end: int
    code_id: int
    label: str
    style: str
    mine: bool


@dataclass(frozen=True)
class Tag:
    """One code on one paragraph: how many codings with it, and whether one is the reader's."""

    label: str
    style: str
    ids: tuple[int, ...]
    mine: bool

    @property
    def numbers(self) -> str:
        return " ".join(map(str, self.ids))


@dataclass(frozen=True)
class Row:
    """One paragraph of the page: its words with marks, and the tags beside it."""

    number: int
    start: int
    opening: Markup
    words: Markup
    closing: Markup
    tags: tuple[Tag, ...]


def style_of(position: int) -> str:
    """The class of the family at this position in the codebook: f1 to f4."""
    return f"f{min(position, LANES - 1) + 1}"


def touched(blocks: Sequence[Block], places: Iterable[tuple[int, int]]) -> set[int]:
    """The positions of the blocks that these stretches (start, end) lie in."""
    starts = [block.start for block in blocks]
    found: set[int] = set()
    for start, end in places:
        first = max(0, bisect_right(starts, start) - 1)
        found.update(range(first, max(first + 1, bisect_left(starts, end))))
    return found


def draw(
    text: str,
    blocks: Sequence[Block],
    marks: Iterable[Mark],
    codings: Iterable[Drawn],
    only: Collection[int] | None = None,
) -> list[Row]:
    """The rows of a story, or only those at the positions given."""
    there = {coding.id: coding for coding in codings}
    spans = [Span(one.id, one.start, one.end, one.style) for one in there.values()]
    # Emphasis is cut with the codings, under a number no coding has.
    spans += [Span(0, mark.start, mark.end, mark.kind) for mark in marks]
    wanted = range(len(blocks)) if only is None else sorted(only)
    shown = [blocks[position] for position in wanted]
    stops = _stops(text, shown)
    rows = []
    for position, block, pieces in zip(wanted, shown, segments(shown, spans), strict=True):
        opening, closing = _element(text, block, stops.get(block.start, ""))
        words = Markup("").join(_piece(text, piece) for piece in pieces)
        tags = _tags(pieces, there)
        rows.append(Row(position + 1, block.start, opening, words, closing, tags))
    return rows


def _stops(text: str, blocks: Sequence[Block]) -> dict[int, str]:
    """By a block's start: where its sentences begin but the first, counted from that start."""
    starts = [block.start for block in blocks]
    found: dict[int, list[str]] = {}
    for start, _ in sentences(text, blocks):
        home = starts[bisect_right(starts, start) - 1]
        if start > home:
            found.setdefault(home, []).append(str(start - home))
    return {home: " ".join(offsets) for home, offsets in found.items()}


def _element(text: str, block: Block, stops: str) -> tuple[Markup, Markup]:
    name = f"h{min(block.level + 1, 6)}" if block.kind == "h" else _ELEMENTS[block.kind]
    more = ' class="li"' if block.kind == "li" else ""
    if _RIGHT_TO_LEFT.search(text, block.start, block.end):
        more += ' dir="auto"'
    if stops:
        more += f' data-q="{stops}"'
    return Markup(f'<{name}{more} data-s="{block.start}">'), Markup(f"</{name}>")


def _piece(text: str, piece: Segment) -> Markup:
    words = escape(text[piece.start : piece.end])
    if not piece.spans:
        return words
    for kind in sorted({span.family for span in piece.spans if not span.id}):
        words = Markup(f"<{kind}>{words}</{kind}>")
    codings = [span for span in piece.spans if span.id]
    if not codings:
        return words
    lanes = " ".join(sorted({span.family for span in codings}))
    ids = " ".join(str(span.id) for span in codings)
    depth = min(len(codings), DEEPEST)
    return Markup(f'<mark class="d{depth} {lanes}" data-c="{ids}">{words}</mark>')


def _tags(pieces: Iterable[Segment], there: Mapping[int, Drawn]) -> tuple[Tag, ...]:
    by_code: dict[int, list[Drawn]] = {}
    seen = dict.fromkeys(span.id for piece in pieces for span in piece.spans if span.id)
    for number in seen:
        by_code.setdefault(there[number].code_id, []).append(there[number])
    return tuple(
        Tag(
            group[0].label,
            group[0].style,
            tuple(coding.id for coding in group),
            any(coding.mine for coding in group),
        )
        for group in by_code.values()
    )
