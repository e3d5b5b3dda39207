"""How a story with its codings is drawn: pure, and light enough for a very long story.

Rendering only puts tags round words. The text of every element with ``data-s`` is exactly
``text[start:end]`` of its block, so that a place in the page is a place in the story.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from storybank.coding.lanes import lanes
from storybank.coding.rules import Segment, Span, segments
from storybank.stories import drawing
from storybank.stories.canon import Block, Mark
from storybank.stories.labels import labels

LANES = 4
"""How many families have a line of their own under the words; further ones share the last."""
SPEAKER = "b"
"""The element of a name that says who speaks."""
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
    initial: str = ""


@dataclass(frozen=True)
class Tag:
    """A code on a passage that begins in one paragraph, and how many codings there carry it."""

    code_id: int
    label: str
    style: str
    count: int
    mine: bool
    initial: str = ""


@dataclass(frozen=True)
class Row:
    """One paragraph of the page: its element with marks in it, and what stands beside it."""

    number: int
    element: Markup
    tags: tuple[Tag, ...]
    from_above: int
    """How many codings reach in from the paragraph before; their tags stand there."""
    bars: str = ""
    """For the margin: "id,lane,start,end,code" for each coding here, with one's own marked by a
    sixth part; places from the start of the paragraph, where they may reach beyond it."""


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
    beside: Mapping[int, str] | None = None,
) -> list[Row]:
    """The rows of a story, or only those at the positions given. ``beside``: more attributes of
    the elements of some blocks, by where they start."""
    there = {coding.id: coding for coding in codings}
    lane_of = lanes((one.id, one.start, one.end) for one in there.values())
    spans = [Span(one.id, one.start, one.end, one.style) for one in there.values()]
    # Emphasis is cut with the codings, under a number no coding has.
    spans += [Span(0, mark.start, mark.end, mark.kind) for mark in marks]
    spans += [
        Span(0, blocks[position].start, label.end, SPEAKER)
        for position, label in labels(text, blocks).items()
    ]
    wanted = range(len(blocks)) if only is None else sorted(only)
    shown = [blocks[position] for position in wanted]
    rows = []
    for position, block, pieces in zip(wanted, shown, segments(shown, spans), strict=True):
        here = [there[number] for number in _numbers(pieces)]
        begun = [coding for coding in here if coding.start >= block.start]
        inside = "".join(_piece(text, piece, there) for piece in pieces)
        element = _element(text, block, inside, (beside or {}).get(block.start, ""))
        bars = " ".join(_bar(one, lane_of[one.id], block.start) for one in here)
        rows.append(Row(position + 1, element, _tags(begun), len(here) - len(begun), bars))
    return rows


def _bar(one: Drawn, lane: int, at: int) -> str:
    own = ",1" if one.mine else ""
    return f"{one.id},{lane},{one.start - at},{one.end - at},{one.code_id}{own}"


def _numbers(pieces: Iterable[Segment]) -> Iterable[int]:
    return dict.fromkeys(span.id for piece in pieces for span in piece.spans if span.id)


def _element(text: str, block: Block, inside: str, beside: str) -> Markup:
    name = f"h{min(block.level + 1, 6)}" if block.kind == "h" else _ELEMENTS[block.kind]
    more = " class=li" if block.kind == "li" else ""
    if _RIGHT_TO_LEFT.search(text, block.start, block.end):
        more += " dir=auto"
    return Markup(f"<{name}{more} data-s={block.start}{beside}>{inside}</{name}>")


def _piece(text: str, piece: Segment, there: Mapping[int, Drawn]) -> str:
    words = str(drawing.words(text[piece.start : piece.end]))
    if not piece.spans:
        return words
    for kind in sorted({span.family for span in piece.spans if not span.id}):
        words = f"<{kind}>{words}</{kind}>"
    codings = [span for span in piece.spans if span.id]
    if not codings:
        return words
    classes = sorted({span.family for span in codings})
    if len(codings) > 1:
        classes.append(f"d{min(len(codings), DEEPEST)}")
    codes = dict.fromkeys(str(there[span.id].code_id) for span in codings)
    return f"<mark class={_value(classes)} data-c={_value(codes)}>{words}</mark>"


def _value(words: Collection[str]) -> str:
    """An attribute's value, with quotation marks only where it needs them: there are many."""
    joined = " ".join(words)
    return f'"{joined}"' if len(words) > 1 else joined


def _tags(codings: Iterable[Drawn]) -> tuple[Tag, ...]:
    by_code: dict[int, list[Drawn]] = {}
    for coding in codings:
        by_code.setdefault(coding.code_id, []).append(coding)
    return tuple(
        Tag(
            code_id,
            group[0].label,
            group[0].style,
            len(group),
            any(one.mine for one in group),
            group[0].initial,
        )  # fmt: skip
        for code_id, group in by_code.items()
    )
