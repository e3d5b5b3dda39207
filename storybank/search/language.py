"""What people may type into the search box: read into a tree.

Words, "exact phrases", AND OR NOT, -word, prefix*, fuzzy~, NEAR between words, brackets; narrowing
by code:, family:, the facts about a story, by: and has:; and words WITHIN a code. Nothing else has
a meaning: no patterns, no other fields. All limits are checked here, before any index is asked.
"""

from __future__ import annotations

import re

from storybank.search.query import (
    CODES,
    FIELDS,
    NEAR_MOST,
    NEAR_USUALLY,
    And,
    Asked,
    Fuzzy,
    Narrow,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Within,
    Word,
    leaves,
    words_in,
)
from storybank.stories.canon import one_line

MAX_LETTERS = 300
MAX_WORDS = 16
MAX_DEPTH = 4
MIN_PREFIX = 3
MIN_FUZZY = 4


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
    left_out = tuple(dict.fromkeys(reader.left_out))
    return Asked(tree, narrow, left_out, tuple(reader.within), _hints(tree))


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


def _hints(tree: Node | None) -> tuple[str, ...]:
    """Words that may have been meant to join others."""
    words = [leaf.text for leaf in leaves(tree) if isinstance(leaf, Word)]
    joining = [word for word in dict.fromkeys(words) if word.upper() in _JOINING]
    return tuple(
        f"\u201c{word}\u201d is taken as a word of the story. To join what stands beside it, write "
        f"it in capital letters: {word.upper()}."
        for word in joining[: len(words) - 1]
    )


_JOINING = ("AND", "OR", "NOT", "NEAR", "WITHIN")
_FAR = re.compile(r"([0-9]{1,6})\s*([A-Za-z]+)")
_OTHER_UNITS = ("S", "SENTENCE", "SENTENCES", "C", "CHARACTERS")
_A_DISTANCE = f"How near is a number with WORDS, from 1 to {NEAR_MOST}, as in NEAR 5 WORDS."


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
        self.within: list[Within] = []

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
            self.within = [one for one in self.within if one.narrow in self.narrow]
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
        beside: Node | None = None
        while self.at < len(self.items) and not self._next_is("OR"):
            item = self.items[self.at]
            if item["bracket"] == ")" and depth:
                break
            self.at += 1
            if item["chunk"] == "NOT":
                negated, beside = not negated, None
            elif (far := self._distance(item)) is not None:
                beside = self._near(parts, beside, far)
            elif item["chunk"] == "WITHIN":
                self._within(beside, depth)
                beside = None
            elif item["chunk"] == "AND":
                beside = None
            else:
                unwanted = negated != bool(item["minus"])
                negated = False
                part = self._part(item, depth, unwanted)
                if part is not None:
                    parts.append(Not(part) if unwanted else part)
                beside = None if unwanted else part
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
            if "*" in item["chunk"]:
                return self._prefix(item["chunk"])
            if re.search(r"\w~[0-9]*$", item["chunk"]):
                return self._fuzzy(item["chunk"])
            return self._words(item["chunk"])
        return None

    def _distance(self, item: re.Match[str]) -> int | None:
        """How many words may stand between, where this is NEAR or WITHIN so many WORDS; what
        says so is passed over. None for anything else."""
        name = (item["field"] or item["chunk"] or "").upper()
        if item["minus"] or name not in ("NEAR", "WITHIN") or item["chunk"] not in (None, name):
            return None
        if item["field"]:
            typed, taken = item["quoted"] or item["value"] or "", 0
        else:
            typed, taken = f"{self._chunk(self.at)} {self._chunk(self.at + 1)}", 2
            if re.fullmatch(r"[0-9]+[A-Za-z]+", self._chunk(self.at)):
                typed, taken = self._chunk(self.at), 1
        far = _FAR.fullmatch(typed.strip())
        known = far is not None and far[2].upper() in ("W", "WORD", "WORDS")
        other = far is not None and far[2].upper() in _OTHER_UNITS
        if not known and not other and not item["field"]:
            return NEAR_USUALLY if name == "NEAR" else None
        self.at += taken
        number = int(far[1]) if far is not None and known else 0
        if not 0 < number <= NEAR_MOST:
            self.left_out.append(_A_DISTANCE)
            return NEAR_USUALLY
        return number

    def _near(self, parts: list[Node], left: Node | None, words: int) -> Node | None:
        """Read what comes next, and put it beside what came before; what came next."""
        right = None
        item = self.items[self.at] if self.at < len(self.items) else None
        typed = item is not None and not item["minus"] and bool(item["chunk"] or item["phrase"])
        if item is not None and typed and item["chunk"] not in ("AND", "OR", "NOT"):
            self.at += 1
            right = self._part(item, 0, False)
        if isinstance(left, Word | Phrase) and isinstance(right, Word | Phrase):
            if parts and parts[-1] == left:
                parts.pop()
            parts.append(Near(left, right, words))
        else:
            self.left_out.append("NEAR stands between two words, or words in quotation marks.")
            if right is not None:
                parts.append(right)
        return right

    def _within(self, left: Node | None, depth: int) -> None:
        """Words in a passage with a code: what comes next must say which."""
        item = self.items[self.at] if self.at < len(self.items) else None
        field = (item["field"] or "").lower() if item is not None else ""
        if left is None or item is None or item["minus"] or field not in CODES or depth:
            where = ", outside brackets and OR" if depth else ""
            self.left_out.append(
                f"WITHIN stands between words and a code, as in bus WITHIN code:EN-PEER{where}."
            )
            return
        self.at += 1
        before = len(self.narrow)
        self._narrow(field, item["quoted"] or item["value"] or "", False)
        self.within += [Within(left, one) for one in self.narrow[before:]]

    def _fuzzy(self, chunk: str) -> Node | None:
        words = words_in(chunk.rpartition("~")[0])
        if len(words) != 1:
            self.left_out.append("A wavy line may stand only after one word, as in nurse~.")
            return self._words(chunk.rpartition("~")[0])
        if len(words[0]) < MIN_FUZZY:
            self.left_out.append(f"Write at least {MIN_FUZZY} letters before a wavy line.")
            return self._words(words[0])
        self._count(1)
        return Fuzzy(words[0])

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

    def _chunk(self, at: int) -> str:
        return (self.items[at]["chunk"] or "") if at < len(self.items) else ""

    def _next_is(self, operator: str) -> bool:
        return self.at < len(self.items) and self.items[self.at]["chunk"] == operator
