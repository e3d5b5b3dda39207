"""A memo's Markdown as a safe part of a page; the beginning of it as one plain line."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from storybank.stories.canon import one_line
from storybank.web import markdown_to_html

MOST_OPEN = 400
"""More opening brackets than this and the Markdown library would need minutes: see the tests."""
DEEPEST = 30
BEGINNING = 240

_DEEP = re.compile(r"(?m)^(?:[ \t]*(?:[>*+-]|\d+\.)){%d}" % DEEPEST)  # noqa: UP031
_MARKUP = re.compile(
    r"(?m)^[ \t]*(?:#{1,6}|>|[*+-]|\d+\.)[ \t]+|(?<!\w)[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}(?!\w)"
)
_LINK = re.compile(r"\[([^\]\[]{0,200})\]\([^()]{0,400}\)")


def html(body: str) -> Markup:
    """The memo as safe HTML; as plain lines where no person would write such Markdown."""
    if body.count("[") + body.count("<") <= MOST_OPEN and not _DEEP.search(body):
        try:
            return markdown_to_html(body, headings=("h3", "h4"))
        except RecursionError:
            pass
    lines = [escape(line) for line in body.split("\n")]
    return Markup("<p>{}</p>").format(Markup("<br>").join(lines))


def beginning(body: str) -> str:
    """The first words of a memo on one line, without the marks of Markdown."""
    words = one_line(_MARKUP.sub("", _LINK.sub(r"\1", body[: 4 * BEGINNING])))
    return words if len(words) <= BEGINNING else words[:BEGINNING].rsplit(" ", 1)[0] + "\u2026"
