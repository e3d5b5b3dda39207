"""A story as a page shows it. Drawing only adds tags: no letter is changed, moved or left out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup, escape

from storybank.stories.canon import Block, Mark
from storybank.stories.reading import StoryText

TAGS = {"p": "p", "li": "li", "q": "blockquote"}


def body(story: StoryText) -> Markup:
    """The blocks of a story as HTML; each carries its start, in code points, in ``data-s``."""
    waiting = sorted(story.marks, key=lambda mark: mark.start)
    parts: list[str] = []
    for is_list, group in groupby(story.blocks, key=lambda block: block.kind == "li"):
        drawn = [_block(story.text, block, waiting) for block in group]
        parts += ["<ul>", *drawn, "</ul>"] if is_list else drawn
    return Markup("\n".join(parts))  # every piece of text in it was escaped


def tag_of(block: Block) -> str:
    """The element for a block. Headings start at h2: the page's h1 is the title."""
    if block.kind == "h":
        return f"h{min(6, max(2, block.level + 1))}"
    return TAGS[block.kind]


def _block(text: str, block: Block, marks: Sequence[Mark]) -> str:
    inside = [mark for mark in marks if block.start <= mark.start < block.end]
    cuts = sorted({block.start, block.end, *(m.start for m in inside), *(m.end for m in inside)})
    pieces = []
    for left, right in zip(cuts, cuts[1:], strict=False):
        piece = str(escape(text[left:right]))
        for mark in inside:
            if mark.start <= left and right <= mark.end:
                piece = f"<{mark.kind}>{piece}</{mark.kind}>"
        pieces.append(piece)
    tag = tag_of(block)
    return f'<{tag} data-s="{block.start}">{"".join(pieces)}</{tag}>'
