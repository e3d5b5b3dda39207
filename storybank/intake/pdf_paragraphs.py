"""The lines of a PDF joined to paragraphs, list items and headings, by where they stand. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from storybank.intake.pdf_pages import Line, Page
from storybank.stories.canon import BlockKind, Part, Run

GAP = 1.35
"""From how many usual distances of lines a gap parts two paragraphs."""
LARGER = 1.15
"""From how many heights of the usual letters a line is a heading."""
LONGEST_HEAD = 200
"""Code points of the longest heading."""
AROUND = 6
"""Lines before and after one that say how those round it stand."""

_SPLIT = re.compile(r"(?<=[^\W\d_])[-\u2010]$")
_WORD_AT_END = re.compile(r"[^\W\d_][^\W_'\u2019-]*$")
_WORD_AT_START = re.compile(r"[^\W\d_][^\W_'\u2019-]*")
_ENDS = re.compile(r"[.?!:;\u2026][\"'\u201d\u2019)\]]*$")
_ITEM = re.compile(
    r"(?:[\u2022\u25cf\u25aa\u2023*\uf0b7\u2013-]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+(?=\S)"
)


class Join(NamedTuple):
    """A word that was split: as it was written on two lines, and as it is in the text."""

    split: str
    whole: str


class _Held:
    """A paragraph that is being put together."""

    def __init__(self, line: Line, item: bool) -> None:
        self.pieces = [line.text]
        self.last = line
        self.item = item
        self.left = line.left
        self.heights = [line.height]


def parts(pages: Sequence[Page], joins: list[Join]) -> Iterator[Part]:
    """Yield paragraphs, list items and headings, over the end of a page too.

    Words that were split are added to ``joins`` in their order.
    """
    lines = [line for page in pages for line in page.lines]
    usual = _usual(lines)
    pitch = _pitch(pages)
    known = Counter(word.casefold() for line in lines for word in line.text.split())
    held: _Held | None = None
    for page in pages:
        width = _width(page)
        for place, line in enumerate(page.lines):
            item = _ITEM.match(line.text) is not None
            near = _near(page, place, width)
            if held and not item and _goes_on(held, line, near, pitch, usual[0]):
                _join(held, line, known, joins)
                continue
            if held is not None:
                yield _part(held, usual)
            held = _Held(line, item)
    if held is not None:
        yield _part(held, usual)


def _part(held: _Held, usual: list[float]) -> Part:
    size = min(held.heights)
    words = "".join(held.pieces)
    if size >= LARGER * usual[0] and len(words) <= LONGEST_HEAD and not held.item:
        larger = [height for height in usual[1:] if height > size * 1.05]
        return Part("h", [Run(words)], min(len(larger) + 1, 6))
    kind: BlockKind = "li" if held.item else "p"
    return Part(kind, [Run(words)])


def _goes_on(held: _Held, line: Line, near: _Near, pitch: float, usual: float) -> bool:
    """Whether a line belongs to the paragraph before it."""
    last = held.last
    if last.split or _SPLIT.search(last.text):
        return True
    if not 0.88 < line.height / last.height < 1.14:
        return False
    down = last.foot - line.foot
    if down < -0.5 * line.height or down > 12 * pitch:  # another column or page
        return line.text[:1].islower() or not (held.item or _ENDS.search(last.text))
    if line.height >= LARGER * usual and 0 < down < 1.6 * line.height:
        return not held.item and not _ENDS.search(last.text)  # a heading of two lines
    if down > GAP * pitch:
        return False
    if abs(down) < 0.4 * line.height:
        return True
    amid = line.text[:1].islower() and not _ENDS.search(last.text)
    if amid and last.right - near.left > 0.5 * (near.right - near.left):
        return True
    shift = 0.8 * line.height
    if held.item and line.left < held.left - 2:
        return False
    if not held.item and abs(line.left - near.left) > shift >= abs(last.left - near.left):
        return False  # the first line of a paragraph begins further in, or further out
    letter = max(last.right - last.left, 1) / len(last.text)
    need = (len(line.text.split(maxsplit=1)[0]) + 1) * letter
    if near.right - last.right >= 1.2 * need:
        return False
    return near.prose or line.text[:1].islower()


def _join(held: _Held, line: Line, known: Counter[str], joins: list[Join]) -> None:
    """Add a line to a paragraph; a word that was split becomes one."""
    before, after = held.last.text, line.text
    split = held.last.split
    bare = _SPLIT.sub("", before)
    begun, rest = _WORD_AT_END.search(bare[-80:]), _WORD_AT_START.match(after)
    if (split or (bare != before and after[:1].islower())) and begun and rest:
        hyphened = f"{begun[0]}-{rest[0]}"
        keeps = known[hyphened.casefold()] > known[f"{begun[0]}{rest[0]}".casefold()]
        joins.append(Join(f"{begun[0]}- {rest[0]}", hyphened if keeps else begun[0] + rest[0]))
        held.pieces[-1] = bare
        held.pieces += ["-", after] if keeps else [after]
    elif split or bare != before:
        held.pieces.append(after)
    else:
        held.pieces += [" ", after]
    held.last = line
    held.heights.append(line.height)


def _usual(lines: Sequence[Line]) -> list[float]:
    """The height of most letters, then all heights of lines that are larger, each once."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[round(line.height, 1)] += len(line.text)
    usual = letters.most_common(1)[0][0] if letters else 1.0
    larger = sorted((height for height in letters if height >= LARGER * usual), reverse=True)
    distinct = [height for place, height in enumerate(larger)
                if not place or height < larger[place - 1] * 0.95]  # fmt: skip
    return [usual, *distinct]


def _pitch(pages: Sequence[Page]) -> float:
    """The usual distance from a line to the next, in points."""
    steps: Counter[float] = Counter()
    for page in pages:
        for before, after in pairwise(page.lines):
            down = before.foot - after.foot
            if 0.4 * after.height < down < 3 * after.height:
                steps[round(down * 2) / 2] += 1
    often = [step for step, count in steps.items() if count * 8 >= steps.total()]
    return min(often or steps, default=12.0)


class _Near(NamedTuple):
    """How lines stand round one of them."""

    left: float
    """Where most begin."""
    right: float
    """How far to the right they go."""
    prose: bool
    """Whether their ends are only where there was no more room, as far as can be seen."""


def _near(page: Page, place: int, width: float) -> _Near:
    """Look at the lines before and after one; ``width`` is that of the text on the page."""
    line = page.lines[place]
    some = [
        other
        for other in page.lines[max(place - AROUND, 0) : place + AROUND]
        if abs(other.left - line.left) < 3 * line.height
        and 0.88 < other.height / line.height < 1.14
    ]
    lefts = Counter(round(other.left) for other in some)
    right = max(other.right for other in some)
    amid = sum(other.text[:1].islower() for other in some)
    wide = right - min(other.left for other in some) > 0.5 * width
    return _Near(lefts.most_common(1)[0][0], right, wide or amid * 5 > len(some) * 2)


def _width(page: Page) -> float:
    """How wide the text on a page is, at the least."""
    left = min((line.left for line in page.lines), default=0)
    right = max((line.right for line in page.lines), default=0)
    return max(right - left, 0.6 * page.width)
