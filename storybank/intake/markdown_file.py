"""Markdown: rendered as it is for pages, then walked to blocks. Runs in the child."""

from dataclasses import replace

from storybank.intake import rules
from storybank.intake.html_walk import HEADS, Walker
from storybank.markup import markdown_to_html
from storybank.stories.canon import Canon, from_blocks


def read_markdown(source: str) -> Canon:
    """Return the canon of a Markdown text; its title is its first heading, if it has one.

    Raises BadInput for one that is too long, before it is rendered.
    """
    rules.check_length(source)
    walker = Walker()
    walker.feed(str(markdown_to_html(source, headings=HEADS)))
    walker.close()
    canon = from_blocks(walker.parts())
    first = next((block for block in canon.blocks if block.kind == "h"), None)
    title = canon.text[first.start : first.end] if first else None
    return replace(canon, title=title)
