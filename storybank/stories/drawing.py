"""A story as a page shows it. Drawing only adds tags: no letter is changed, moved or left out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from html import escape
from itertools import groupby
from operator import attrgetter

from markupsafe import Markup

from storybank.stories.canon import Block, Mark
from storybank.stories.reading import StoryText
from storybank.stories.rules import MASK

_start = attrgetter("start")
TAGS = {"p": "p", "li": "li", "q": "blockquote"}

LEFT_OUT = "A part is left out here"
_MASKED = re.compile(f"{MASK}+")
# As a picture with words beside it, the bar is read out once and not letter by letter; its
# letters stay in the page, so that places do.
_BAR = f'<span class=sb-left-out role=img aria-label="{LEFT_OUT}">'


def body(story: StoryText) -> Markup:
    """The blocks of a story as HTML; each carries its start, in code points, in ``data-s``."""
    marks = sorted(story.marks, key=_start)
    more = beside(story)
    parts: list[str] = []
    for is_list, group in groupby(story.blocks, key=lambda block: block.kind == "li"):
        drawn = [_block(story.text, block, marks, more.get(block.start, "")) for block in group]
        parts += ["<ul>", *drawn, "</ul>"] if is_list else drawn
    return Markup("\n".join(parts))  # every piece of text in it was escaped


def beside(story: StoryText) -> dict[int, str]:
    """{start of a block: attributes of its element}: that an interviewer says it, and when it is
    said. Style sheets write both above the words; in the page's text is no letter of it."""
    found: dict[int, str] = {}
    stretches, times = iter((*story.asides, None)), iter((*story.times, None))
    asked, time = next(stretches), next(times)
    for block in story.blocks:
        while asked is not None and asked[1] <= block.start:
            asked = next(stretches)
        while time is not None and time.at < block.start:
            time = next(times)
        more = ""
        if asked is not None and asked[0] <= block.start:
            who = ' data-who="Interviewer"' if asked[0] == block.start else ""
            more = f" data-asked{who}"
        if time is not None and time.at < block.end:
            more += f" data-t={clock(time.ms)}"
        if more:
            found[block.start] = more
    return found


def clock(ms: int) -> str:
    """A place in a recording as people read it: 0:12:31."""
    minutes, seconds = divmod(ms // 1000, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def tag_of(block: Block) -> str:
    """The element for a block. Headings start at h2: the page's h1 is the title."""
    if block.kind == "h":
        return f"h{min(6, max(2, block.level + 1))}"
    return TAGS[block.kind]


def words(text: str) -> Markup:
    """Some words as HTML: each run of what is masked is a bar that says so, and nothing more."""
    escaped = escape(text, quote=False)  # lighter, and safe between tags
    if MASK not in escaped:
        return Markup(escaped)
    return Markup(_MASKED.sub(lambda run: f"{_BAR}{run[0]}</span>", escaped))


def all_left_out(text: str) -> bool:
    """Is there nothing in these words but what is masked?"""
    return bool(text.strip()) and not text.replace(MASK, "").strip()


def _block(text: str, block: Block, marks: Sequence[Mark], more: str = "") -> str:
    # A story may have tens of thousands of blocks and marks: each is looked at once.
    first, last = (bisect_left(marks, place, key=_start) for place in (block.start, block.end))
    inside = marks[first:last]
    cuts = sorted({block.start, block.end, *(m.start for m in inside), *(m.end for m in inside)})
    pieces = []
    coming, on = iter((*inside, None)), list[Mark]()
    following = next(coming)
    for left, right in zip(cuts, cuts[1:], strict=False):
        on = [mark for mark in on if mark.end > left]
        while following is not None and following.start <= left:
            on.append(following)
            following = next(coming)
        piece = str(words(text[left:right]))
        for mark in on:
            piece = f"<{mark.kind}>{piece}</{mark.kind}>"
        pieces.append(piece)
    tag = tag_of(block)
    return f'<{tag} data-s="{block.start}"{more}>{"".join(pieces)}</{tag}>'
