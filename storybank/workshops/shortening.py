"""A passage made shorter: the sentences that stay, and the use that asks whether it may be shown.

The storyteller's choice about their words is the door's own answer: a shortened text is another
use than the whole, and where they want to see it first, it is a yes to this very text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Protocol

from storybank.consent.rules import Use, Variant
from storybank.errors import BadInput
from storybank.stories.canon import Block
from storybank.stories.reading import sha256_of
from storybank.stories.rules import Kept, Place, shortened
from storybank.stories.sentences import sentences


class Item(Protocol):
    """A card in a pack, or in a frozen one."""

    @property
    def place(self) -> Place: ...
    @property
    def kept(self) -> list[list[int]] | None: ...


@dataclass(frozen=True)
class Sentence:
    """A sentence of a passage: where in its version, and whether it stays."""

    start: int
    end: int
    words: str
    stays: bool


def text_of(excerpt_words: str, place: Place, kept: Kept | None) -> str:
    """The text as it is shown: the parts that stay with " [...] " between, or all of it.

    ``excerpt_words`` are the words at ``place``; ``kept`` counts code points of the version.
    """
    return shortened(excerpt_words, place.start, kept) if kept else excerpt_words


def use_for(use: Use, item: Item, text: str) -> Use:
    """The use that stands for showing this text of a card: of the whole, or of a shorter one."""
    if not item.kept:
        return replace(use, variant=Variant.ORIGINAL, sha256="")
    return replace(use, variant=Variant.SHORTENED, sha256=sha256_of(text))


def parts_of(words: str, place: Place, kept: Kept | None) -> list[Sentence]:
    """The sentences of a passage in order, each with whether it stays."""
    return [
        Sentence(
            place.start + first, place.start + last, words[first:last],
            not kept or any(a <= place.start + first and place.start + last <= b for a, b in kept),
        )
        for first, last in sentences(words, _paragraphs(words))
    ]  # fmt: skip


def chosen(every: Sequence[Sentence], starts: Iterable[int]) -> list[list[int]] | None:
    """The parts that stay if these sentences do, neighbours joined; None where all of them stay.

    ``starts`` are where the sentences begin, in code points of the version. Raises BadInput
    where none stays.
    """
    wanted = set(starts)
    stay = [one for one in every if one.start in wanted]
    if not stay:
        raise BadInput("Let at least one sentence stay.")
    if len(stay) == len(every):
        return None
    following = {one.start: other.start for one, other in pairwise(every)}
    parts: list[list[int]] = []
    last: Sentence | None = None
    for one in stay:
        if last is not None and following[last.start] == one.start:
            parts[-1][1] = one.end
        else:
            parts.append([one.start, one.end])
        last = one
    return parts


def _paragraphs(words: str) -> list[Block]:
    blocks, start = [], 0
    for line in words.split("\n"):
        if line.strip():
            blocks.append(Block("p", start, start + len(line)))
        start += len(line) + 1
    return blocks
