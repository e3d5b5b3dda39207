"""A web page: made harmless by nh3, then walked to blocks as Markdown is. Runs in the child."""

from __future__ import annotations

from dataclasses import replace

import nh3

from storybank.intake.html_walk import BLOCKS, INLINE, Walker
from storybank.stories.canon import Canon, from_blocks

_GONE = {"script", "style", "title", "template", "noscript", "svg", "math", "iframe", "object"}


def read_html(source: str) -> Canon:
    """Return the canon of a page's words; its title is its first heading, if it has one."""
    kept = set(BLOCKS) | set(INLINE) | {"br"}
    clean = nh3.clean(source, tags=kept, clean_content_tags=_GONE, attributes={}, link_rel=None)
    walker = Walker()
    walker.feed(clean)
    walker.close()
    canon = from_blocks(walker.parts())
    first = next((block for block in canon.blocks if block.kind == "h"), None)
    return replace(canon, title=canon.text[first.start : first.end] if first else None)
