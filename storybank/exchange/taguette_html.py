"""The HTML of a document in Taguette: its text, as its highlights count it, and its blocks."""

from __future__ import annotations

from html.parser import HTMLParser

from storybank.stories.canon import BlockKind, Canon, Part, Run, from_blocks

_BLOCKS: dict[str, BlockKind] = {
    **dict.fromkeys(("p", "div", "td", "th", "tr", "table", "ul", "ol", "dl", "dt", "dd", "pre",
                     "body", "section", "article", "figure", "figcaption", "hr"), "p"),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "h"),
    "li": "li",
    "blockquote": "q",
}  # fmt: skip
_SKIPPED = ("script", "style", "head", "title")


class Page(HTMLParser):
    """``raw`` is the text of every text node one after the other, as a browser has them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self._pieces: list[str] = []
        self._parts: list[Part] = []
        self._line: list[str] = []
        self._kind: tuple[BlockKind, int] = ("p", 0)
        self._skipping = 0
        # Browsers and html5lib make one line end of each, and drop NUL, before they parse.
        self.feed(html.replace("\r\n", "\n").replace("\r", "\n").replace("\0", ""))
        self.close()
        self._end()
        self.raw = "".join(self._pieces)

    def canon(self) -> Canon:
        """The blocks of the page as a canonical text."""
        return from_blocks(self._parts)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _SKIPPED:
            self._skipping += 1
        elif tag in _BLOCKS:
            self._end()
            self._kind = (_BLOCKS[tag], int(tag[1]) if _BLOCKS[tag] == "h" else 0)
        elif tag == "br":
            self._end(self._kind)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SKIPPED:
            self._skipping = max(0, self._skipping - 1)
        elif tag in _BLOCKS:
            self._end()

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self._pieces.append(data)
            self._line.append(data)

    def _end(self, kind: tuple[BlockKind, int] = ("p", 0)) -> None:
        text = "".join(self._line)
        if text.strip():
            # A line end inside a block of HTML is a space.
            self._parts.append(Part(self._kind[0], [Run(text.replace("\n", " "))], self._kind[1]))
        self._line, self._kind = [], kind
