"""From harmless HTML to blocks: what Markdown and web pages share. Runs in the child."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from storybank.stories.canon import BlockKind, Part, Run

HEADS = frozenset(f"h{level}" for level in range(1, 7))
BLOCKS = HEADS.union(
    "p li ul ol blockquote pre table tr td th hr".split(),
    "div section article aside main header footer nav address dl dt dd figure figcaption".split(),
    "form fieldset legend details summary center caption thead tbody tfoot body html".split(),
)
_SAME = {"i": "em", "b": "strong"}
INLINE = frozenset(("em", "strong", *_SAME))
_WHITE = re.compile("[ \t\r\n]+")


class Walker(HTMLParser):
    """Gathers runs until a tag ends the block they are in."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._done: list[Part] = []
        self._runs: list[Run] = []
        self.menus: list[str] = []
        """What stands in menus, which is no part of a text."""
        self._depth = dict.fromkeys((*BLOCKS, *INLINE), 0)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._runs.append(Run("\n"))
        elif tag in INLINE:
            self._depth[_SAME.get(tag, tag)] += 1
        elif tag in BLOCKS:
            self._end_block()
            self._depth[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self._end_block()
        tag = _SAME.get(tag, tag)
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
        heads = [int(tag[1]) for tag in HEADS if self._depth[tag]]
        if heads:
            kind, level = "h", heads[0]
        elif self._depth["li"]:
            kind, level = "li", self._depth["li"] - 1
        elif self._depth["blockquote"]:
            kind = "q"
        if self._depth["nav"]:
            self.menus += filter(None, [" ".join("".join(run.text for run in self._runs).split())])
        elif self._runs:
            self._done.append(Part(kind, self._runs, level))
        self._runs = []
