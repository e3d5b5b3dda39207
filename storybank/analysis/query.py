"""A query over codings as a small tree, and how to write it down again.

``str(node)`` is the query line that means the tree; ``language.parse`` reads it back as the same.
What each part means is said in ``queries``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from storybank.search.query import NEAR_MOST, NEAR_USUALLY, Fuzzy, Leaf, Phrase, Prefix, Word
from storybank.stories.rules import ATTRIBUTES

CODES = ("code", "family")
OF_CODINGS = ("by", "flag", "has", "use")
TEXT = "text"
FIELDS = (*CODES, *ATTRIBUTES, *OF_CODINGS, TEXT)
"""What may stand before a colon."""


class Unit(StrEnum):
    """What a distance is counted in."""

    WORDS = "WORDS"
    CHARACTERS = "CHARACTERS"
    SENTENCES = "SENTENCES"


MOST = {Unit.WORDS: NEAR_MOST, Unit.CHARACTERS: 10_000, Unit.SENTENCES: 100}
"""The longest distance in each unit."""


@dataclass(frozen=True)
class Distance:
    """At most so many words, characters (code points) or sentences."""

    number: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.number} {self.unit}"


class How(StrEnum):
    """How one passage stands to another in the same story."""

    NEAR = "NEAR"
    OVERLAPPING = "OVERLAPPING"
    WITHIN = "WITHIN"
    CONTAINING = "CONTAINING"
    FOLLOWED_BY = "FOLLOWED BY"
    AFTER = "AFTER"
    SAME_STORY = "IN STORY WITH"


MEASURED = frozenset({How.NEAR, How.FOLLOWED_BY, How.AFTER})
"""Those that may say a distance."""
USUALLY = Distance(NEAR_USUALLY, Unit.WORDS)
"""How near is near where nobody says."""


@dataclass(frozen=True)
class Words:
    """Words of the story itself: in the passage, or beside it."""

    leaf: Leaf

    def __str__(self) -> str:
        match self.leaf:
            case Word(text):
                # The one letter whose small form is two: written large it is read back as one.
                return text.replace("i\u0307", "\u0130")
            case Fuzzy(text):
                return f"{text}~".replace("i\u0307", "\u0130")
            case Prefix(start):
                return f"{start}*".replace("i\u0307", "\u0130")
            case Phrase(words):
                return f'"{" ".join(words)}"'.replace("i\u0307", "\u0130")


@dataclass(frozen=True)
class Has:
    """A code, a family, or a fact about a coding or its story: any one of these values."""

    field: str
    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.field}:{','.join(map(_quoted, self.values))}"


@dataclass(frozen=True)
class Not:
    part: Node

    def __str__(self) -> str:
        return f"NOT {_in_brackets(self.part, And, Or, Not, Beside)}"


@dataclass(frozen=True)
class And:
    """Two parts or more, in the same brackets."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " AND ".join(_in_brackets(part, And, Or) for part in self.parts)


@dataclass(frozen=True)
class Or:
    """Two parts or more."""

    parts: tuple[Node, ...]

    def __str__(self) -> str:
        return " OR ".join(_in_brackets(part, Or) for part in self.parts)


@dataclass(frozen=True)
class Beside:
    """Passages of ``left`` that stand so to one of ``right``; or, ``without``, to none."""

    left: Node
    how: How
    right: Node
    distance: Distance | None = None
    without: bool = False

    def __str__(self) -> str:
        left = _in_brackets(self.left, And, Or, Not)
        right = _in_brackets(self.right, And, Or, Not, Beside)
        far = f" {self.distance}" if self.distance else ""
        return f"{left} {'NOT ' if self.without else ''}{self.how}{far} {right}"


Node = Words | Has | Not | And | Or | Beside

_PLAIN = re.compile(r'[^\s(),":]+')


def _quoted(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else f'"{value}"'


def _in_brackets(node: Node, *kinds: type) -> str:
    return f"({node})" if isinstance(node, kinds) else str(node)


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case And(parts) | Or(parts):
            return parts
        case Not(part):
            return (part,)
        case Beside(left, _, right):
            return (left, right)
    return ()


def leaves(node: Node) -> Iterator[Words | Has]:
    """Everything that is named in it, wanted or not."""
    if isinstance(node, Words | Has):
        yield node
    for part in children(node):
        yield from leaves(part)


def finds_passages(node: Node) -> bool:
    """Does it choose passages by itself? Else it is only a condition on passages."""
    if isinstance(node, Beside):
        return True
    if isinstance(node, Has):
        return node.field in CODES
    return any(map(finds_passages, children(node)))


def only_words(node: Node) -> bool:
    """Does it speak of nothing but words of the story?"""
    if isinstance(node, Beside | Has):
        return False
    return isinstance(node, Words) or all(map(only_words, children(node)))
