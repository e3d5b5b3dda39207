"""A story with its likely details marked. Drawing only adds tags: no letter is changed."""

from __future__ import annotations

from bisect import bisect_left
from itertools import groupby

from markupsafe import Markup

from storybank.details.reading import Mention, Page, Thing
from storybank.details.rules import Answer
from storybank.stories import drawing
from storybank.stories.canon import Block

Cut = tuple[int, int, str, str]
"""(start, end, what opens it, what closes it)."""


def body(page: Page) -> Markup:
    """The blocks of the story; each mention is a link to where it is answered."""
    cuts: list[Cut] = [
        (one.start, one.end, *_tags(thing, one)) for thing in page.things for one in thing.mentions
    ]
    for mark in page.replaced:
        said = '<span class="sb-detail sb-detail--in" title="Other words stand here">'
        cuts.append((mark.start, mark.end, said, "</span>"))
    cuts = _apart(cuts)
    starts = [cut[0] for cut in cuts]
    parts: list[str] = []
    for is_list, group in groupby(page.story.blocks, key=lambda block: block.kind == "li"):
        drawn = [_block(page.story.text, block, cuts, starts) for block in group]
        parts += ["<ul>", *drawn, "</ul>"] if is_list else drawn
    return Markup("\n".join(parts))  # every piece of text in it was escaped


def _block(text: str, block: Block, cuts: list[Cut], starts: list[int]) -> str:
    at, pieces = block.start, []
    for start, end, before, after in cuts[bisect_left(starts, block.start) :]:
        if start >= block.end:
            break
        end = min(end, block.end)
        pieces += [drawing.words(text[at:start]), before, drawing.words(text[start:end]), after]
        at = end
    pieces.append(drawing.words(text[at : block.end]))
    tag = drawing.tag_of(block)
    return f'<{tag} data-s="{block.start}">{"".join(pieces)}</{tag}>'


def _tags(thing: Thing, one: Mention) -> tuple[str, str]:
    how = {Answer.REPLACE: "replace", Answer.KEEP: "keep", Answer.NOT_ONE: "not"}
    state = how[one.answer] if one.answer else one.tier.value
    opening = (
        f'<a class="sb-detail sb-detail--{state}" id="m{one.id}" href="#thing-{thing.number}">'
        "<mark>"
    )
    return opening, "</mark></a>"


def _apart(cuts: list[Cut]) -> list[Cut]:
    kept: list[Cut] = []
    for cut in sorted(cuts):
        if not kept or kept[-1][1] <= cut[0]:
            kept.append(cut)
    return kept
