"""A search as a small tree, what counts as a word, and how to say a search in plain words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from storybank.stories.rules import ATTRIBUTES

CODES = ("code", "family")
OF_CODINGS = ("by", "has")
FIELDS = (*CODES, *ATTRIBUTES, *OF_CODINGS)
"""What may stand before a colon, in searches and in queries over codings alike."""

NEAR_USUALLY, NEAR_MOST = 10, 1_000
"""How many words may stand between two that are near each other: where nobody says, and at most."""

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
class Fuzzy:
    """Stories with a word spelt nearly so: the stems (``Finds.stem``) begin with the same two
    letters, and one becomes the other by adding, taking away or changing one letter, or by
    swapping two neighbours; the word itself counts too."""

    text: str


@dataclass(frozen=True)
class Near:
    """Stories in whose text, or title, two of these stand with at most so many words between
    them, in either order. They share no word: a word is not near itself."""

    first: Word | Phrase
    second: Word | Phrase
    words: int = NEAR_USUALLY


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


Leaf = Word | Phrase | Prefix | Fuzzy
Node = Leaf | Near | Not | And | Or


def alike(one: str, other: str) -> bool:
    """Are these stems spelt nearly alike, as ``Fuzzy`` means it?"""
    if one == other:
        return True
    if one[:2] != other[:2] or abs(len(one) - len(other)) > 1:
        return False
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if at is None:
        return True
    if len(one) != len(other):
        long, short = sorted((one, other), key=len, reverse=True)
        return long[at + 1 :] == short[at:]
    swapped = one[at : at + 2] == other[at : at + 2][::-1] and one[at + 2 :] == other[at + 2 :]
    return one[at + 1 :] == other[at + 1 :] or swapped


@dataclass(frozen=True)
class Narrow:
    """Only stories that carry this code, a code of this family, or this fact; or none of them."""

    field: str
    value: str
    without: bool = False

    def __str__(self) -> str:
        return f"{self.field.replace('_', ' ')} {self.value}"

    @property
    def line(self) -> str:
        """As it is typed."""
        value = self.value.replace('"', "")
        value = f'"{value}"' if re.search(r"[\s(),]", value) else value
        return f"{'-' if self.without else ''}{self.field}:{value}"


@dataclass(frozen=True)
class Within:
    """These words, in a passage with this code, or a code of this family."""

    part: Node
    narrow: Narrow


@dataclass(frozen=True)
class Asked:
    """A search as it was understood. ``left_out`` holds a sentence for each part that was not."""

    tree: Node | None = None
    narrow: tuple[Narrow, ...] = ()
    left_out: tuple[str, ...] = ()
    within: tuple[Within, ...] = ()
    """Words that must stand in a passage with such a code; ``tree`` and ``narrow`` ask for both
    too, so that only stories with both need looking at."""
    hints: tuple[str, ...] = ()
    """Sentences about what was understood, but may have been meant otherwise."""
    refused: bool = False
    """True where nothing is to be searched at all: ``left_out`` says why."""

    @property
    def understood(self) -> str:
        """One sentence that says what is looked for."""
        inside = [
            f"with {say(one.part, True)} in a passage with {one.narrow}" for one in self.within
        ]
        told = [one.narrow for one in self.within]
        if [one.part for one in self.within] == [self.tree]:
            said = f"Stories {inside.pop()}"
        else:
            said = f"Stories with {say(self.tree)}" if self.tree else "All stories"
        for without, joined in ((False, "narrowed to"), (True, "leaving out")):
            narrow = [one for one in self.narrow if one.without is without and one not in told]
            said += f", {joined} {', '.join(map(str, narrow))}" if narrow else ""
        return f"{', '.join([said, *inside])}."


def leaves(node: Node | None) -> Iterator[Leaf | Near]:
    """What is looked for, without what is to be absent."""
    if isinstance(node, And | Or):
        for part in node.parts:
            yield from leaves(part)
    elif node is not None and not isinstance(node, Not):
        yield node


def say(node: Node, inside: bool = False) -> str:
    """A tree in words."""
    match node:
        case Word(text):
            return text
        case Phrase(words):
            return f"\u201c{' '.join(words)}\u201d"
        case Prefix(start):
            return f"words that begin with {start}"
        case Fuzzy(text):
            return f"words spelt nearly like {text}"
        case Near(first, second, words):
            apart = "1 word" if words == 1 else f"{words} words"
            return f"{say(first)} and {say(second)} at most {apart} apart"
        case Not(part):
            return f"not {say(part, True)}"
        case And(parts):
            wanted = [say(p, True) for p in parts if not isinstance(p, Not)]
            unwanted = [say(p.part, True) for p in parts if isinstance(p, Not)]
            said = " and ".join(wanted)
            if unwanted:
                said = f"{said or 'any words'} but without {' or '.join(unwanted)}"
        case Or(parts):
            said = " or ".join(say(p, True) for p in parts)
    return f"({said})" if inside else said
