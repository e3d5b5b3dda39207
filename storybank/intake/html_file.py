"""A web page: made harmless by nh3, then walked to blocks as Markdown is. Runs in the child."""

from __future__ import annotations

from dataclasses import replace

import nh3

from storybank.intake.html_walk import BLOCKS, INLINE, Walker
from storybank.stories.canon import Canon, Note, from_blocks

MENUS_LEFT = "The menus of the page were left out."
MOST_SHOWN = 1_000
"""Code points of them that are shown."""

_GONE = {"script", "style", "title", "template", "noscript", "svg", "math", "iframe", "object"}


def read_html(source: str) -> Canon:
    """Return the canon of a page's words; its title is its first heading of the highest level.

    Its menus are a note beside it.
    """
    kept = set(BLOCKS) | set(INLINE) | {"br"}
    clean = nh3.clean(source, tags=kept, clean_content_tags=_GONE, attributes={}, link_rel=None)
    walker = Walker()
    walker.feed(clean)
    walker.close()
    canon = from_blocks(walker.parts())
    heads = [block for block in canon.blocks if block.kind == "h"]
    first = min(heads, key=lambda head: head.level, default=None)
    title = canon.text[first.start : first.end] if first else None
    if not walker.menus:
        return replace(canon, title=title)
    menus = Note("edge", " \u00b7 ".join(walker.menus)[:MOST_SHOWN])
    return replace(canon, title=title, notes=(menus,)).with_warnings([MENUS_LEFT])
