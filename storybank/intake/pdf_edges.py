"""What a page of a PDF bears besides its text: heads, feet, numbers of pages and lines. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise

from storybank.intake.pdf_pages import Line, Page
from storybank.stories.canon import Note

EDGE = 3
"""Lines at the top and at the foot of a page that may be its head or its number."""
MOST_SHOWN = 1_000
"""Code points of what stood at one place of many pages that are shown."""
FEWEST = 5
"""How many numbers must count upwards in a margin to be numbers of lines."""

_NUMBER = re.compile(r"(?:page\s*)?[-\u2013\s]*(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:of|/)\s*\d{1,4})?"
                     r"[-\u2013\s]*", re.I)  # fmt: skip
_DIGITS = re.compile(r"\d+")
_BEFORE = re.compile(r"(\d{1,5})(?:\s+(?=\S)|$)")


def without_edges(pages: Sequence[Page]) -> tuple[list[Page], list[Note]]:
    """Return pages without what is no part of their text, and that as notes without a place."""
    bare, numbers = _without_margins(pages)
    seen: Counter[tuple[bool, str]] = Counter()
    edges = [_edges(page) for page in bare]
    for some in edges:
        seen.update({(top, _alike(line)) for top, lines in some for line in lines})
    most = {key for key, count in seen.items() if count > 2 and count * 5 > len(pages) * 2}
    kept: list[Page] = []
    found: dict[tuple[bool, str], list[str]] = defaultdict(list)
    for page, some in zip(bare, edges, strict=True):
        drop: set[Line] = set()
        for top, lines in some:
            for line in lines:
                key = (top, _alike(line))
                number = len(pages) > 1 and _NUMBER.fullmatch(line.text)
                if not number and key not in most:
                    break
                drop.add(line)
                found[key].append(line.text)
        kept.append(page._replace(lines=[line for line in page.lines if line not in drop]))
    said = [list(dict.fromkeys(lines)) for lines in (*found.values(), numbers) if lines]
    return kept, [Note("edge", _shown(lines)) for lines in said]


def _shown(lines: Sequence[str]) -> str:
    words = " \u00b7 ".join(lines)
    return words if len(words) <= MOST_SHOWN else f"{words[:MOST_SHOWN]}\u2026"


def _edges(page: Page) -> tuple[tuple[bool, list[Line]], tuple[bool, list[Line]]]:
    """(top?, lines) of the first and the last few rows by where they stand, outermost first."""
    lines = sorted(page.lines, key=lambda line: -line.foot)
    return (True, lines[:EDGE]), (False, lines[: max(len(lines) - EDGE, 0) or None : -1][:EDGE])


def _alike(line: Line) -> str:
    """A line but for its figures: "Page 3 of 12" and "Page 4 of 12" are one."""
    return _DIGITS.sub("0", " ".join(line.text.split()))


def _without_margins(pages: Sequence[Page]) -> tuple[list[Page], list[str]]:
    """Pages without numbers of lines or paragraphs, which count upwards beside the text."""
    alone = [
        line
        for page in pages
        for line in page.lines
        if line.text.isdecimal() and _beside(line, page)
    ]
    figures = [int(line.text) for line in alone if len(line.text) < 6]
    counting = sum(after - before in (1, 5) for before, after in pairwise(figures))
    if len(figures) >= FEWEST and counting * 10 >= 8 * (len(figures) - 1):
        gone = set(map(id, alone))
        kept = [
            page._replace(lines=[line for line in page.lines if id(line) not in gone])
            for page in pages
        ]
        return kept, [line.text for line in alone]
    return _without_numbers_before(pages)


def _beside(line: Line, page: Page) -> bool:
    """Whether a line stands left or right of all the longer ones of its page."""
    others = [other for other in page.lines if len(other.text) > 20]
    return bool(others) and (
        line.right <= min(other.left for other in others)
        or line.left >= max(other.right for other in others)
    )


def _without_numbers_before(pages: Sequence[Page]) -> tuple[list[Page], list[str]]:
    """Pages without the number of each line before its words, where nearly all lines have one."""
    numbered = [_BEFORE.match(line.text) for page in pages for line in page.lines]
    figures = [int(found[1]) for found in numbered if found]
    counting = sum(after - before == 1 or after == 1 for before, after in pairwise(figures))
    if len(figures) < 2 * FEWEST or len(figures) * 10 < 9 * len(numbered):
        return list(pages), []
    if counting * 10 < 9 * (len(figures) - 1):
        return list(pages), []
    kept = [page._replace(lines=[_unnumbered(line) for line in page.lines]) for page in pages]
    return kept, list(map(str, figures))


def _unnumbered(line: Line) -> Line:
    return line._replace(text=_BEFORE.sub("", line.text, count=1))
