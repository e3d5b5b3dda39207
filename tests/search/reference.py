"""What a search means, by looking at the words of every story: the measure of any index.

Each story is read once. A search is then answered from plain sets and lists, with nothing of the
index but the stem of a word.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator

from storybank.search.index import Document
from storybank.search.query import (
    And,
    Fuzzy,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
    alike,
    words_in,
)

Stem = Callable[[str], str]


class Text:
    """The words of a title or a text."""

    def __init__(self, text: str, stem: Stem) -> None:
        words = words_in(text)
        self.stems = [stem(word) for word in words]
        self.there = {*self.stems}
        self.begun = self.there | {*words}
        """All that a beginning may be one of."""

    def runs(self, stems: list[str]) -> list[tuple[int, int]]:
        """Where these stand one after the other: (first, after the last)."""
        if not self.there.issuperset(stems):
            return []
        many = len(stems)
        return [
            (at, at + many)
            for at, one in enumerate(self.stems)
            if one == stems[0] and self.stems[at : at + many] == stems
        ]


class Reference:
    """Every story that is held now."""

    def __init__(self, stem: Stem) -> None:
        self.stem = stem
        self.held: dict[int, tuple[Text, Text]] = {}
        self._words: set[str] | None = None

    def put(self, documents: Iterable[Document]) -> None:
        self._words = None
        for one in documents:
            self.held[one.story_id] = Text(one.title, self.stem), Text(one.text, self.stem)

    def forget(self, story_ids: Iterable[int]) -> None:
        self._words = None
        for story_id in story_ids:
            del self.held[story_id]

    def find(self, node: Node) -> set[int]:
        """The stories that match."""
        match node:
            case Word(text):
                return self._where(lambda one: self.stem(text) in one.there)
            case Phrase(words):
                stems = [self.stem(word) for word in words]
                return self._where(lambda one: bool(one.runs(stems)))
            case Prefix(start):
                known = {word for word in self._known() if word.startswith(start)}
                return self._where(lambda one: not known.isdisjoint(one.begun))
            case Fuzzy(text):
                stem = self.stem(text)
                near = {word for word in self._known() if word[:1] == stem[:1]}
                near = {word for word in near if alike(stem, word)}
                return self._where(lambda one: not near.isdisjoint(one.there))
            case Near(first, second, apart):
                one, other = self._stems(first), self._stems(second)
                return self._where(lambda text: _near(text.runs(one), text.runs(other), apart))
            case Or(parts):
                return set().union(*map(self.find, parts))
            case And(parts):
                wanted = [self.find(part) for part in parts if not isinstance(part, Not)]
                left = set.intersection(*wanted) if wanted else {*self.held}
                for part in parts:
                    if isinstance(part, Not):
                        left = left - self.find(part.part)
                return left
        raise TypeError(node)

    def _where(self, fits: Callable[[Text], bool]) -> set[int]:
        return {number for number, texts in self.held.items() if any(map(fits, texts))}

    def _known(self) -> set[str]:
        if self._words is None:
            every = (one.begun for texts in self.held.values() for one in texts)
            self._words = set().union(*every)
        return self._words

    def _stems(self, part: Word | Phrase) -> list[str]:
        words = part.words if isinstance(part, Phrase) else (part.text,)
        return [self.stem(word) for word in words]


def _near(left: list[tuple[int, int]], right: list[tuple[int, int]], apart: int) -> bool:
    return any(0 <= max(a[0], b[0]) - min(a[1], b[1]) <= apart for a in left for b in right)


class Questions:
    """Searches drawn by lot from the words of real stories, as people might type them."""

    def __init__(self, documents: Iterable[Document], seed: int) -> None:
        self.lot = random.Random(seed)
        self.texts = [words for one in documents if len(words := words_in(one.text)) > 12]

    def drawn(self, many: int) -> Iterator[Node]:
        for _ in range(many):
            yield self.one()

    def one(self, depth: int = 2) -> Node:
        lot, words = self.lot, self.lot.choice(self.texts)
        at = lot.randrange(len(words) - 6)
        word = lot.choice(words)
        match lot.randrange(11 if depth else 7):
            case 0 | 1:
                return Word(word)
            case 2:
                return Phrase(tuple(words[at : at + lot.randint(2, 4)]))
            case 3:
                return Phrase((words[at], lot.choice(words)))
            case 4:
                return Prefix(word[: lot.randint(2, 6)])
            case 5:
                cut = lot.randrange(len(word))
                return Fuzzy(
                    word[:cut] + lot.choice(["", "e", word[cut] * 2]) + word[cut + 1 :] or "x"
                )
            case 6:
                first = Phrase(tuple(words[at : at + 2])) if lot.random() < 0.3 else Word(words[at])
                return Near(first, Word(words[at + lot.randint(2, 6)]), lot.randint(0, 8))
            case 7 | 8:
                return Or(tuple(self.one(depth - 1) for _ in range(lot.randint(2, 3))))
        parts = [self.one(depth - 1) for _ in range(lot.randint(1, 3))]
        return And(tuple(Not(one) if lot.random() < 0.25 else one for one in parts))
