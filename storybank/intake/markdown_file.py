"""Markdown: rendered as it is for pages, then walked to blocks. Runs in the child."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser

from storybank.stories.canon import BlockKind, Canon, Part, Run, from_blocks
from storybank.web.text import markdown_to_html

_HEADS = frozenset(f"h{level}" for level in range(1, 7))
_BLOCKS = _HEADS.union("p li ul ol blockquote pre table tr td th hr".split())
_WHITE = re.compile("[ \t\r\n]+")
_INLINE = frozenset(("em", "strong"))


def read_markdown(source: str) -> Canon:
    """Return the canon of a Markdown text; its title is its first heading, if it has one."""
    walker = _Walker()
    walker.feed(str(markdown_to_html(source, headings=_HEADS)))
    walker.close()
    canon = from_blocks(walker.parts())
    first = next((block for block in canon.blocks if block.kind == "h"), None)
    title = canon.text[first.start : first.end] if first else None
    return replace(canon, title=title)


class _Walker(HTMLParser):
    """Gathers runs until a tag ends the block they are in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._done: list[Part] = []
        self._runs: list[Run] = []
        self._depth = dict.fromkeys((*_BLOCKS, *_INLINE), 0)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._runs.append(Run("\n"))
        elif tag in _INLINE:
            self._depth[tag] += 1
        elif tag in _BLOCKS:
            self._end_block()
            self._depth[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_block()
        if tag in self._depth:
            self._depth[tag] = max(0, self._depth[tag] - 1)

    def handle_data(self, data: str) -> None:
        if not self._depth["pre"]:
            data = _WHITE.sub(" ", data)
        self._runs.append(Run(data, bool(self._depth["em"]), bool(self._depth["strong"])))

    def parts(self) -> Iterator[Part]:
        """Yield the blocks read so far."""
        self._end_block()
        yield from self._done

    def _end_block(self) -> None:
        kind: BlockKind = "p"
        level = 0
        heads = [int(tag[1]) for tag in _HEADS if self._depth[tag]]
        if heads:
            kind, level = "h", heads[0]
        elif self._depth["li"]:
            kind, level = "li", self._depth["li"] - 1
        elif self._depth["blockquote"]:
            kind = "q"
        if self._runs:
            self._done.append(Part(kind, self._runs, level))
        self._runs = []
