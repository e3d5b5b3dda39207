"""The query line: what may be typed, read into a tree.

    line      = all-of (OR all-of)*
    all-of    = beside (AND beside)*
    beside    = group ([NOT] relation [distance] group)*
    relation  = NEAR | OVERLAPPING | WITHIN | CONTAINING | FOLLOWED BY | AFTER | IN STORY WITH
    distance  = number (WORDS | CHARACTERS | SENTENCES)       also NEAR:10words
    group     = item+                                         side by side is AND
    item      = (NOT | -) item | "(" line ")" | field:value[,value...] | words
    words     = "some words" | word | beginning* | nearly~

Operators are in capital letters, for in small letters they are words to look for; fields may be
written either way. Everything is bounded here, before anything is asked of a database.
"""

from __future__ import annotations

import re

from storybank.analysis.query import (
    FIELDS,
    MEASURED,
    MOST,
    TEXT,
    USUALLY,
    And,
    Beside,
    Distance,
    Has,
    How,
    Node,
    Not,
    Or,
    Unit,
    Words,
    leaves,
)
from storybank.errors import BadInput
from storybank.search.language import MIN_FUZZY, MIN_PREFIX
from storybank.search.query import Fuzzy, Phrase, Prefix, Word, words_in
from storybank.stories.canon import one_line

MAX_LETTERS = 2_000
MAX_PARTS = 40
MAX_DEPTH = 10

_QUOTES = str.maketrans(dict.fromkeys("\u201c\u201d\u201e\u00ab\u00bb", '"'))
_VALUE = r'(?:"[^"]*"|[^\s(),"]+)'
_TOKEN = re.compile(
    r"\s+"
    rf"|(?P<field>[A-Za-z_]+):\s*(?P<values>{_VALUE}(?:,{_VALUE})*)?"
    r'|(?P<phrase>"[^"]*")'
    r"|(?P<open>\()|(?P<close>\))"
    r"|(?P<minus>-+)(?=\S)"
    r'|(?P<chunk>[^\s()"]+)'
    r'|(?P<stray>")'
)
_PIECE = re.compile(rf"{_VALUE}")
_UNITS = {
    name: unit
    for unit in Unit
    for name in (unit.value, unit.value[:-1], unit.value[0])
} | {"CHARS": Unit.CHARACTERS, "CHAR": Unit.CHARACTERS}  # fmt: skip
_FAR = re.compile(r"([0-9]{1,6})\s*([A-Za-z]+)")
_RELATIONS: dict[str, tuple[How, tuple[str, ...]]] = {
    how.value.split()[0]: (how, tuple(how.value.split()[1:])) for how in How
}


class Mistake(BadInput):
    """A line that cannot be understood: its sentence says up to where it was, and what to do.

    ``line`` is the line as it was read, ``at`` the position in it where reading stopped.
    """

    def __init__(self, sentence: str, line: str, at: int) -> None:
        clear = line[:at].strip()
        if len(clear) > 60:
            clear = f"\u2026{clear[-60:]}"
        where = f"Up to \u201c{clear}\u201d it is clear. Then: " if clear else ""
        super().__init__(where + sentence)
        self.line, self.at = line, at


def parse(line: str) -> Node:
    """The tree that a line means.

    Raises Mistake, which is a BadInput, in time in proportion to the line.
    """
    if len(line) > 4 * MAX_LETTERS:
        raise Mistake(_TOO_LONG, "", 0)
    line = one_line(line.translate(_QUOTES))
    if len(line) > MAX_LETTERS:
        raise Mistake(_TOO_LONG, "", 0)
    if not line:
        raise Mistake("Say what to look for, such as code:EN-PEER.", "", 0)
    return _Reader(line).whole()


_TOO_LONG = f"That is too long. Use at most {MAX_LETTERS} letters."


def hint(node: Node) -> str:
    """A sentence where a word that is looked for may have been meant to join others; or blank."""
    for leaf in leaves(node):
        if isinstance(leaf, Words) and isinstance(leaf.leaf, Word):
            word = leaf.leaf.text
            if word.upper() in _JOINING:
                return (
                    f"\u201c{word}\u201d is taken as a word of the story. To join what stands "
                    f"beside it, write it in capital letters: {word.upper()}."
                )
    return ""


_JOINING = {"AND", "OR", "NOT", *_RELATIONS}


class _Reader:
    """Reads a line from left to right, one token at a time."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.tokens = [token for token in _TOKEN.finditer(line) if not token[0].isspace()]
        self.at = 0
        self.parts = 0

    def whole(self) -> Node:
        found = self.either(0)
        if self.at < len(self.tokens):
            raise self.mistake("Take this bracket away, or open one before it.")
        return found

    def either(self, depth: int) -> Node:
        parts = [self.all_of(depth)]
        while self._take("OR"):
            parts.append(self.all_of(depth))
        return Or(tuple(parts)) if len(parts) > 1 else parts[0]

    def all_of(self, depth: int) -> Node:
        parts = self.beside(depth)
        while self._take("AND"):
            parts += self.beside(depth)
        return And(tuple(parts)) if len(parts) > 1 else parts[0]

    def beside(self, depth: int) -> list[Node]:
        """Parts that stand side by side; one part where a relation joins two such groups."""
        first = self.at
        parts = self.group(depth)
        while (relation := self._relation()) is not None:
            if len(parts) == 1 and isinstance(parts[0], Not) and self._bare_not(first):
                self.at = first
                raise self.mistake("Put brackets round what NOT means, as in NOT (a NEAR b).")
            how, without = relation
            far = self._distance(how)
            right = _joined(self.group(depth))
            parts = [Beside(_joined(parts), how, right, far, without)]
        return parts

    def group(self, depth: int) -> list[Node]:
        parts = [self.item(depth)]
        while not self._ends():
            parts.append(self.item(depth))
        return parts

    def item(self, depth: int) -> Node:
        if self.at == len(self.tokens):
            raise self.mistake("Say what comes next: the line ends too soon.")
        token = self.tokens[self.at]
        if depth > MAX_DEPTH:
            raise self.mistake(f"Use at most {MAX_DEPTH} brackets or NOTs inside each other.")
        if token["minus"] or token["chunk"] == "NOT":
            self.at += 1
            return Not(self.item(depth + 1))
        if token["open"]:
            self.at += 1
            found = self.either(depth + 1)
            if self.at == len(self.tokens):
                raise self.mistake("Close the bracket.")
            self.at += 1
            return found
        if token["close"]:
            raise self.mistake("Say what to look for before this bracket.")
        if token["stray"]:
            raise self.mistake("Close the quotation mark.")
        if (
            token["chunk"] in ("AND", "OR")
            or token["chunk"] in _RELATIONS
            and self._relation_here()
        ):
            raise self.mistake(f"Say what to look for before {token['chunk']}.")
        self.parts += 1
        if self.parts > MAX_PARTS:
            raise self.mistake(f"Use at most {MAX_PARTS} parts in one question.")
        found = self._field(token) if token["field"] else self._words(token[0])
        self.at += 1
        return found

    def mistake(self, sentence: str) -> Mistake:
        """The mistake at the token that is being read."""
        ends = self.at >= len(self.tokens)
        return Mistake(
            sentence, self.line, len(self.line) if ends else self.tokens[self.at].start()
        )

    def _field(self, token: re.Match[str]) -> Node:
        name = token["field"].lower()
        if name not in FIELDS:
            known = ", ".join(FIELDS)
            raise self.mistake(f"Only these may stand before a colon: {known}.")
        values = [one.strip('"').strip() for one in _PIECE.findall(token["values"] or "")]
        if not values or not all(values):
            raise self.mistake(f"Write something after {name}:")
        if name == TEXT:
            found = [self._words(value) for value in values]
            return Or(tuple(found)) if len(found) > 1 else found[0]
        return Has(name, tuple(dict.fromkeys(values)))

    def _words(self, chunk: str) -> Words:
        words = words_in(chunk)
        if not words:
            raise self.mistake("Write a word here, or take this away.")
        if "*" in chunk:
            if len(words) != 1 or not re.search(r"\w\*\W*$", chunk) or chunk.count("*") > 1:
                raise self.mistake("A star may stand only at the end of a word, as in nurs*.")
            if len(words[0]) < MIN_PREFIX:
                raise self.mistake(f"Write at least {MIN_PREFIX} letters before a star.")
            return Words(Prefix(words[0]))
        if re.search(r"\w~[0-9]*$", chunk):
            words = words_in(chunk.rpartition("~")[0])
            if len(words) != 1:
                raise self.mistake("A wavy line may stand only after one word, as in nurse~.")
            if len(words[0]) < MIN_FUZZY:
                raise self.mistake(f"Write at least {MIN_FUZZY} letters before a wavy line.")
            return Words(Fuzzy(words[0]))
        return Words(Word(words[0]) if len(words) == 1 else Phrase(tuple(words)))

    def _relation_here(self) -> bool:
        at = self.at
        found = self._relation()
        self.at = at
        return found is not None

    def _relation(self) -> tuple[How, bool] | None:
        """A relation if one comes next, with NOT before it or without; it is passed over."""
        at = self.at
        without = self._chunk(at) == "NOT"
        at += without
        word = self._chunk(at)
        if word not in _RELATIONS:
            return None
        how, more = _RELATIONS[word]
        for position, wanted in enumerate(more, at + 1):
            if self._chunk(position) != wanted:
                return None
        self.at = at + 1 + len(more)
        # NEAR:10words is one token, and FOLLOWED BY:10words two: the distance is read from it.
        if self._name(self.at - 1):
            self.at -= 1
        return how, without

    def _distance(self, how: How) -> Distance | None:
        token = self.tokens[self.at] if self.at < len(self.tokens) else None
        if token and self._name(self.at):
            wanted = _FAR.fullmatch((token["values"] or "").strip('"'))
            taken = 1
        else:
            wanted = _FAR.fullmatch(f"{self._chunk(self.at)} {self._chunk(self.at + 1)}")
            taken = 2
            if not wanted or wanted[2].upper() not in _UNITS:
                return USUALLY if how is How.NEAR else None
        unit = _UNITS.get(wanted[2].upper()) if wanted else None
        if how not in MEASURED:
            raise self.mistake(f"{how} takes no distance.")
        if not wanted or unit is None or not 0 < int(wanted[1]) <= MOST[unit]:
            raise self.mistake(
                f"A distance is a number with WORDS (to {MOST[Unit.WORDS]}), CHARACTERS "
                f"(to {MOST[Unit.CHARACTERS]}) or SENTENCES (to {MOST[Unit.SENTENCES]})."
            )
        self.at += taken
        return Distance(int(wanted[1]), unit)

    def _name(self, at: int) -> str:
        """The relation whose distance a token such as ``near:10words`` gives; else blank."""
        token = self.tokens[at] if at < len(self.tokens) else None
        if token is None or not token["field"]:
            return ""
        name = token["field"].upper()
        if name == "BY" and at and self.tokens[at - 1]["chunk"] == "FOLLOWED":
            return name
        return name if name in (How.NEAR, How.AFTER) else ""

    def _chunk(self, at: int) -> str:
        """The operator or word at a position; blank where there is none."""
        if at >= len(self.tokens):
            return ""
        return self._name(at) or self.tokens[at]["chunk"] or ""

    def _bare_not(self, first: int) -> bool:
        token = self.tokens[first]
        return bool(token["minus"] or token["chunk"] == "NOT")

    def _take(self, operator: str) -> bool:
        found = self._chunk(self.at) == operator
        self.at += found
        return found

    def _ends(self) -> bool:
        if self.at >= len(self.tokens) or self.tokens[self.at]["close"]:
            return True
        return self._chunk(self.at) in ("AND", "OR") or self._relation_here()


def _joined(parts: list[Node]) -> Node:
    return And(tuple(parts)) if len(parts) > 1 else parts[0]
