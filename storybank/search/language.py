"""What people may type into the search box: read into a tree.

Words, "exact phrases", AND OR NOT, -word, prefix*, brackets, and narrowing by code:, family: and
the facts about a story. Nothing else has a meaning: no ranges, no patterns, no other fields. All
limits are checked here, before any index is asked.
"""

from __future__ import annotations

import re

from storybank.search.query import (
    FIELDS,
    And,
    Asked,
    Narrow,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
    words_in,
)
from storybank.stories.canon import one_line

MAX_LETTERS = 300
MAX_WORDS = 16
MAX_DEPTH = 4
MIN_PREFIX = 3


def parse(text: str) -> Asked:
    """Understand what was typed. Never raises, whatever it is."""
    if len(text) > 4 * MAX_LETTERS:
        return _refused(_TOO_LONG)
    text = one_line(text.translate(_QUOTES))
    if len(text) > MAX_LETTERS:
        return _refused(_TOO_LONG)
    reader = _Reader(text)
    try:
        tree = reader.either(0)
    except _TooMuch as problem:
        return _refused(str(problem))
    narrow = tuple(dict.fromkeys(reader.narrow))
    if isinstance(tree, And) and not narrow and all(isinstance(p, Not) for p in tree.parts):
        return _refused("Say what to look for, not only what to leave out.")
    return Asked(tree, narrow, tuple(dict.fromkeys(reader.left_out)))


_TOO_LONG = f"That is too long. Use at most {MAX_LETTERS} letters."
_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'))
_ITEM = re.compile(
    r"\s+"
    r"|(?P<minus>-*)(?:"
    r'(?P<field>[A-Za-z_]+):\s*(?:"(?P<quoted>[^"]*)"?|(?P<value>[^\s()"]*))'
    r'|"(?P<phrase>[^"]*)"?'
    r"|(?P<bracket>[()])"
    r'|(?P<chunk>[^\s()"-][^\s()"]*))'
    r"|-+"
)


def _refused(sentence: str) -> Asked:
    return Asked(left_out=(sentence,), refused=True)


class _TooMuch(Exception):
    """More than a search may hold; the message is a sentence for the person."""


class _Reader:
    """Reads a search from left to right. It forgives what is unfinished."""

    def __init__(self, text: str) -> None:
        self.items = [item for item in _ITEM.finditer(text) if item[0].strip(" -")]
        self.at = 0
        self.words = 0
        self.narrow: list[Narrow] = []
        self.left_out: list[str] = []

    def either(self, depth: int) -> Node | None:
        """Parts with OR between them, up to a closing bracket or the end."""
        before = len(self.narrow)
        parts = [self.all_of(depth)]
        while self._next_is("OR"):
            self.at += 1
            parts.append(self.all_of(depth))
        if (len(parts) > 1 or depth) and len(self.narrow) > before:
            for narrow in self.narrow[before:]:
                self.left_out.append(f"Put {narrow.field}: outside brackets and OR.")
            del self.narrow[before:]
        found = []
        for part in parts:
            alone = isinstance(part, And) and all(isinstance(p, Not) for p in part.parts)
            if alone and (len(parts) > 1 or depth):
                self.left_out.append("Beside NOT, say what to look for, in the same brackets.")
            elif part is not None:
                found.append(part)
        return Or(tuple(found)) if len(found) > 1 else found[0] if found else None

    def all_of(self, depth: int) -> Node | None:
        """Parts that must all hold, up to OR, a closing bracket or the end."""
        parts: list[Node] = []
        negated = False
        while self.at < len(self.items) and not self._next_is("OR"):
            item = self.items[self.at]
            if item["bracket"] == ")" and depth:
                break
            self.at += 1
            if item["chunk"] == "NOT":
                negated = not negated
            elif item["chunk"] != "AND":
                unwanted = negated != bool(item["minus"])
                negated = False
                part = self._part(item, depth, unwanted)
                if part is not None:
                    parts.append(Not(part) if unwanted else part)
        if len(parts) == 1 and not isinstance(parts[0], Not):
            return parts[0]
        return And(tuple(parts)) if parts else None

    def _part(self, item: re.Match[str], depth: int, unwanted: bool) -> Node | None:
        if item["bracket"] == "(":
            if depth == MAX_DEPTH:
                raise _TooMuch(f"Use at most {MAX_DEPTH} brackets inside each other.")
            part = self.either(depth + 1)
            self.at += 1  # the closing bracket, or the end
            return part
        if item["field"] is not None:
            self._narrow(item["field"], item["quoted"] or item["value"] or "", unwanted)
        elif item["phrase"] is not None:
            return self._words(item["phrase"])
        elif item["chunk"] is not None:
            read = self._prefix if "*" in item["chunk"] else self._words
            return read(item["chunk"])
        return None

    def _words(self, text: str) -> Node | None:
        words = words_in(text)
        self._count(len(words))
        return (Word(words[0]) if len(words) == 1 else Phrase(tuple(words))) if words else None

    def _prefix(self, chunk: str) -> Node | None:
        words = words_in(chunk)
        if len(words) != 1 or not re.search(r"\w\*\W*$", chunk) or chunk.count("*") > 1:
            self.left_out.append("A star may stand only at the end of a word, as in nurs*.")
            return None
        if len(words[0]) < MIN_PREFIX:
            self.left_out.append(f"Write at least {MIN_PREFIX} letters before a star.")
            return None
        self._count(1)
        return Prefix(words[0])

    def _narrow(self, field: str, value: str, without: bool) -> None:
        self._count(1)
        name, value = field.lower(), value.strip()
        if name not in FIELDS:
            self.left_out.append(f"Only these may stand before a colon: {', '.join(FIELDS)}.")
        elif not value:
            self.left_out.append(f"Write something after {name}:")
        else:
            self.narrow.append(Narrow(name, value, without))

    def _count(self, words: int) -> None:
        self.words += words
        if self.words > MAX_WORDS:
            raise _TooMuch(f"Use at most {MAX_WORDS} words at a time.")

    def _next_is(self, operator: str) -> bool:
        return self.at < len(self.items) and self.items[self.at]["chunk"] == operator
