"""A search as a small tree, what counts as a word, and how to say a search in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from storybank.stories.rules import ATTRIBUTES

FIELDS = ("code", "family", *ATTRIBUTES)

# Scripts that put no spaces between words: each character counts as a word of its own.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
WORD = re.compile(f"[{_UNSPACED}]|[^\\W_{_UNSPACED}]{{1,64}}")
"""What counts as one word, in stories and in searches alike."""


def words_in(text: str) -> list[str]:
    """The words of a text, in order, in small letters."""
    return [word.lower() for word in WORD.findall(text)]


@dataclass(frozen=True)
class Word:
    """Stories with this word, in any of its forms."""

    text: str


@dataclass(frozen=True)
class Phrase:
    """Stories with these words one after the other."""

    words: tuple[str, ...]


@dataclass(frozen=True)
class Prefix:
    """Stories with a word that begins so."""

    start: str


@dataclass(frozen=True)
class Not:
    """Stories without it. Stands only among the parts of an ``And``."""

    part: Node


@dataclass(frozen=True)
class And:
    """Stories with every part."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    """Stories with at least one part."""

    parts: tuple[Node, ...]


Leaf = Word | Phrase | Prefix
Node = Leaf | Not | And | Or


@dataclass(frozen=True)
class Narrow:
    """Only stories that carry this code, a code of this family, or this fact; or none of them."""

    field: str
    value: str
    without: bool = False


@dataclass(frozen=True)
class Asked:
    """A search as it was understood. ``left_out`` holds a sentence for each part that was not."""

    tree: Node | None = None
    narrow: tuple[Narrow, ...] = ()
    left_out: tuple[str, ...] = ()
    refused: bool = False
    """True where nothing is to be searched at all: ``left_out`` says why."""

    @property
    def understood(self) -> str:
        """One sentence that says what is looked for."""
        said = f"Stories with {_say(self.tree)}" if self.tree else "All stories"
        for without, joined in ((False, "narrowed to"), (True, "leaving out")):
            where = ", ".join(
                f"{one.field.replace('_', ' ')} {one.value}"
                for one in self.narrow
                if one.without is without
            )
            said += f", {joined} {where}" if where else ""
        return f"{said}."


def leaves(node: Node | None) -> Iterator[Leaf]:
    """What is looked for, without what is to be absent."""
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from leaves(part)
    elif node is not None and not isinstance(node, Not):
        yield node


def _say(node: Node, inside: bool = False) -> str:
    """A tree in words."""
    match node:
        case Word(text):
            return text
        case Phrase(words):
            return f"\u201c{' '.join(words)}\u201d"
        case Prefix(start):
            return f"words that begin with {start}"
        case Not(part):
            return f"not {_say(part, True)}"
        case And(parts):
            wanted = [_say(p, True) for p in parts if not isinstance(p, Not)]
            unwanted = [_say(p.part, True) for p in parts if isinstance(p, Not)]
            said = " and ".join(wanted)
            if unwanted:
                said = f"{said or 'any words'} but without {' or '.join(unwanted)}"
        case Or(parts):
            said = " or ".join(_say(p, True) for p in parts)
    return f"({said})" if inside else said
