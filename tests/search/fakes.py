"""An honest little index in memory: the same answers, by looking at every word."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime

from storybank.clock import now
from storybank.errors import NotReady
from storybank.search.index import Document, Holds, Matches, Passage
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


class FakeHits:
    """What was found, in the order of a dictionary."""

    complete = True

    def __init__(self, scores: dict[int, float]) -> None:
        self.scores = scores
        self.total = len(scores)

    @property
    def ids(self):
        import numpy as np

        return np.fromiter(self.scores, np.int64, self.total)

    def best(self, start: int, end: int) -> list[tuple[int, float]]:
        every = sorted(self.scores.items(), key=lambda item: (-item[1], item[0]))
        return every[start:end]


class FakePassages:
    """Holds coded passages in a dictionary."""

    def __init__(self, stem: Callable[[str], str]) -> None:
        self.held: dict[int, Passage] = {}
        self.stem = stem

    def look(self, query, allow, codes=None, stories=None) -> FakeHits:
        found = [
            one.coding_id
            for one in self.held.values()
            if one.coding_id in allow
            and (codes is None or one.code_id in codes)
            and (stories is None or one.story_id in stories)
            and (query is None or matches(query, Document(0, 0, "", one.text), self.stem))
        ]
        return FakeHits(dict.fromkeys(found, 1.0))

    def codes_of(self, hits: FakeHits) -> dict[int, int]:
        return dict(Counter(self.held[coding_id].code_id for coding_id in hits.scores))

    def put(self, passages: Iterable[Passage]) -> None:
        self.held.update({passage.coding_id: passage for passage in passages})

    def forget(self, coding_ids: Collection[int]) -> None:
        for coding_id in coding_ids:
            self.held.pop(coding_id, None)

    def editions(self, story_ids: Collection[int] | None = None) -> dict[int, int]:
        return {
            coding_id: passage.edition
            for coding_id, passage in self.held.items()
            if story_ids is None or passage.story_id in story_ids
        }

    def stories(self) -> dict[int, int]:
        return {coding_id: passage.story_id for coding_id, passage in self.held.items()}


class FakeIndex:
    """Holds documents in a dictionary. Its stems are cruder than Porter's: plurals only."""

    def __init__(self, ready: bool = True) -> None:
        self.documents: dict[int, Document] = {}
        self.passages = FakePassages(self.stem)
        self.ready = ready

    def stem(self, word: str) -> str:
        return word.removesuffix("s") if len(word) > 3 else word

    def put(self, documents: Iterable[Document]) -> None:
        self._check()
        self.documents.update({document.story_id: document for document in documents})

    def forget(self, story_ids: Collection[int]) -> None:
        self._check()
        for story_id in story_ids:
            self.documents.pop(story_id, None)

    def versions(self, story_ids: Collection[int] | None = None) -> dict[int, int]:
        self._check()
        some = self.documents if story_ids is None else self.documents.keys() & set(story_ids)
        return {story_id: self.documents[story_id].version for story_id in some}

    def story_ids(self) -> set[int]:
        return set(self.versions())

    def prepare(self) -> None:
        self.ready = True

    def close(self) -> None:
        pass

    def rebuild(self, fill: Callable[[Holds], None], catch_up: Callable[[Holds], None]) -> None:
        fresh = FakeIndex()
        fill(fresh)
        catch_up(fresh)
        self.documents, self.passages, self.ready = fresh.documents, fresh.passages, True

    def leftovers(self) -> Iterator[tuple[int, str]]:
        return iter(())

    def built(self) -> datetime:
        return now()

    def owes(self) -> bool:
        return False

    def erase(self) -> None:
        self._check()

    def look(self, query: Node, allow: Collection[int]) -> FakeHits:
        return FakeHits(self.find(query, allow).scores)

    def find(self, query: Node, allow: Collection[int]) -> Matches:
        self._check()
        scores = {}
        for story_id in sorted(allow):
            document = self.documents.get(story_id)
            if document and matches(query, document, self.stem):
                scores[story_id] = 1.0
        return Matches(scores)

    def _check(self) -> None:
        if not self.ready:
            raise NotReady("There is no search index yet. Run: storybank reindex")


def matches(node: Node, document: Document, stem: Callable[[str], str]) -> bool:
    """Does the document match, by the meaning of the words alone?"""
    return (
        any(_in(node, document, stem, field) for field in ("title", "text"))
        if isinstance(node, Word | Phrase | Prefix | Fuzzy | Near)
        else _compound(node, document, stem)
    )


def _compound(node: Node, document: Document, stem: Callable[[str], str]) -> bool:
    match node:
        case And(parts):
            return all(matches(part, document, stem) for part in parts)
        case Or(parts):
            return any(matches(part, document, stem) for part in parts)
        case Not(part):
            return not matches(part, document, stem)
    raise TypeError(node)


def _in(node: Node, document: Document, stem: Callable[[str], str], field: str) -> bool:
    words = words_in(getattr(document, field))
    stems = [stem(word) for word in words]
    match node:
        case Word(text):
            return stem(text) in stems
        case Phrase(wanted):
            target = [stem(word) for word in wanted]
            return any(stems[n : n + len(target)] == target for n in range(len(stems)))
        case Prefix(start):
            return any(word.startswith(start) for word in (*words, *stems))
        case Fuzzy(text):
            return any(alike(one, stem(text)) for one in stems)
        case Near(first, second, apart):
            return any(
                0 <= b - end <= apart or 0 <= a - later <= apart
                for a, end in _at(first, stems, stem)
                for b, later in _at(second, stems, stem)
            )
    raise TypeError(node)


def _at(leaf: Word | Phrase, stems: list[str], stem: Callable[[str], str]) -> list[tuple[int, int]]:
    wanted = [stem(word) for word in ([leaf.text] if isinstance(leaf, Word) else leaf.words)]
    many = len(wanted)
    return [(n, n + many) for n in range(len(stems)) if stems[n : n + many] == wanted]
