"""Searching with Whoosh.

Its own filters are not used: given an empty set they let everything through, and under its time
limit they are passed over. ``_Permitted`` does both in a few lines.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from whoosh import collectors, query

from storybank.errors import BadInput, NotReady, StorybankError
from storybank.search.folder import Folder
from storybank.search.index import Document, Hits, Holds, Matches
from storybank.search.query import And, Leaf, Node, Not, Or, Phrase, Prefix, Word, leaves
from storybank.search.whoosh_shelves import Shelves, generation, open_searcher, rows, stem

SECONDS = 2.0
"""The longest that stories are gathered for one search."""
MAX_BEGINNINGS = 1_500
"""How many different words the beginnings in one search may stand for."""
TITLE_BOOST = 2.0

MISSING = "There is no search index yet. Run: storybank reindex"
UNWRITABLE = "The search index could not be written. See whether the disk is full."
UNREADABLE = "The search index cannot be read. Run: storybank reindex"

Result = TypeVar("Result")


class WhooshIndex:
    """Keeps the index under ``root``. Safe to share between threads and processes."""

    def __init__(self, root: Path) -> None:
        self.folder = Folder(root)
        self._lock = threading.Lock()
        self._idle: list[_Edition] = []

    def stem(self, word: str) -> str:
        return str(stem(word))

    def find(self, query: Node, allow: Collection[int]) -> Matches:
        return self._read(lambda edition: edition.find(query, allow))

    def look(self, query: Node, allow: Collection[int]) -> Hits:
        return _Ordered(self.find(query, allow))

    def versions(self) -> dict[int, int]:
        return self._read(lambda edition: dict(edition.versions))

    def story_ids(self) -> set[int]:
        return set(self.versions())

    def put(self, documents: Iterable[Document]) -> None:
        self._write(lambda shelves: shelves.put(documents))

    def forget(self, story_ids: Collection[int]) -> None:
        self._write(lambda shelves: shelves.forget(story_ids))

    def erase(self) -> None:
        self.forget(())

    def prepare(self) -> None:
        with self.folder.writing():
            if self.folder.current() is None:
                fresh = Shelves.create(self.folder.new())
                fresh.tidy()
                self.folder.use(fresh.path)

    def rebuild(self, fill: Callable[[Holds], None], catch_up: Callable[[Holds], None]) -> None:
        with self.folder.rebuilding():
            try:
                fresh = Shelves.create(self.folder.new())
                fill(fresh)
                with self.folder.writing():
                    catch_up(fresh)
                    fresh.tidy()
                    self.folder.use(fresh.path)
            except OSError:
                raise NotReady(UNWRITABLE) from None
            finally:
                self.folder.clear()
        self.close()

    def leftovers(self) -> Iterator[tuple[int, str]]:
        for _ in self.folder.unfinished():
            yield 0, "search index: what is left of a rebuild that was cut off"
        current = self.folder.current()
        if current is not None:
            with _sound():
                gone = sorted(Shelves(current).deleted())
            for story_id in gone:
                yield story_id, f"search index: words of story {story_id}, no longer findable"

    def close(self) -> None:
        """Let go of the files that are open for reading; the next search opens them again."""
        with self._lock:
            idle, self._idle = self._idle, []
        for edition in idle:
            edition.close()

    def _write(self, work: Callable[[Shelves], None]) -> None:
        with self.folder.writing():
            current = self.folder.current()
            if current is None:
                raise NotReady(MISSING)
            with _sound():
                shelves = Shelves(current)
                try:
                    work(shelves)
                finally:
                    shelves.tidy()
            self.folder.clear_unfinished()
        self.close()

    def _read(self, work: Callable[[_Edition], Result]) -> Result:
        for _ in range(3):
            try:
                with self._edition() as edition:
                    return work(edition)
            except StorybankError:
                raise
            except Exception:
                # Most likely a writer put files away that this edition had yet to open.
                continue
        raise NotReady(UNREADABLE)

    @contextmanager
    def _edition(self) -> Iterator[_Edition]:
        """An edition that is up to date, for this thread alone while it needs it.

        A searcher is never refreshed and never used by two threads at once: both are ways in
        which Whoosh gives wrong answers.
        """
        state = self._state()
        with self._lock:
            fitting = [edition for edition in self._idle if edition.state == state]
            stale = [edition for edition in self._idle if edition.state != state]
            self._idle = fitting[:-1]
        for edition in stale:
            edition.close()
        edition = fitting[-1] if fitting else _Edition(state)
        try:
            yield edition
        except BaseException:
            edition.close()
            raise
        with self._lock:
            self._idle.append(edition)

    def _state(self) -> tuple[int, Path, int]:
        """What an edition must match. The process counts too: a fork must not share files."""
        current = self.folder.current()
        if current is None:
            raise NotReady(MISSING)
        return os.getpid(), current, generation(current)


class _Ordered:
    """Matches as hits."""

    def __init__(self, matches: Matches) -> None:
        self.scores = matches.scores
        self.complete = matches.complete
        self.total = len(matches.scores)

    @property
    def ids(self) -> Any:
        import numpy as np

        return np.fromiter(self.scores, np.int64, self.total)

    def best(self, start: int, end: int) -> list[tuple[int, float]]:
        return list(self.scores.items())[start:end]


class _Edition:
    """The index as it was at one commit, open for reading by one thread at a time."""

    def __init__(self, state: tuple[int, Path, int]) -> None:
        self.state = state
        self.searcher = open_searcher(state[1])
        held = list(rows(self.searcher.reader()))
        self.versions = {story: version for _, story, version in held}
        self._stories = {number: story for number, story, _ in held}
        self._numbers = {story: number for number, story, _ in held}

    def close(self) -> None:
        with suppress(Exception):
            self.searcher.close()

    __del__ = close

    def find(self, query: Node, allow: Collection[int]) -> Matches:
        self._check_beginnings(query)
        numbers = {self._numbers[story] for story in allow if story in self._numbers}
        if not numbers:
            return Matches({})
        collector = _Permitted(numbers, SECONDS)
        self.searcher.search_with_collector(_translate(query), collector)
        found = [(-score, self._stories[number]) for score, number in collector.items]
        return Matches({story: -score for score, story in sorted(found)}, collector.complete)

    def _check_beginnings(self, query: Node) -> None:
        # Counted before the search: Whoosh looks them all up before it gathers anything.
        reader, left = self.searcher.reader(), MAX_BEGINNINGS
        for leaf in leaves(query):
            if isinstance(leaf, Prefix):
                for field in ("title", "text", "forms"):
                    words = reader.expand_prefix(field, leaf.start)
                    left -= sum(1 for _ in islice(words, max(left, 0) + 1))
                if left < 0:
                    raise BadInput(f"Too many words begin with {leaf.start}. Add one more letter.")


class _Permitted(collectors.UnlimitedCollector):
    """Gathers matches among permitted documents, for a limited time."""

    def __init__(self, numbers: set[int], seconds: float) -> None:
        super().__init__()
        self.numbers = numbers
        self.until = time.monotonic() + seconds
        self.complete = True

    def collect_matches(self) -> None:
        for number in self.matches():
            if time.monotonic() > self.until:
                self.complete = False
                return
            if self.offset + number in self.numbers:
                self.collect(number)


def _translate(node: Node) -> Any:
    match node:
        case And(parts):
            every = [] if any(not isinstance(part, Not) for part in parts) else [query.Every()]
            return query.And([*every, *map(_translate, parts)])
        case Or(parts):
            return query.Or([_translate(part) for part in parts])
        case Not(part):
            # Never AndNot, which does not look at the first document it comes to.
            return query.Not(_translate(part))
        case Word() | Phrase() | Prefix():
            return query.Or(list(_leaf(node)))


def _leaf(leaf: Leaf) -> Iterator[Any]:
    for field, boost in (("text", 1.0), ("title", TITLE_BOOST)):
        match leaf:
            case Word(text):
                yield query.Term(field, stem(text), boost=boost)
            case Phrase(words):
                yield query.Phrase(field, [stem(word) for word in words], boost=boost)
            case Prefix(start):
                yield query.Prefix(field, start, boost=boost)
    if isinstance(leaf, Prefix):
        yield query.Prefix("forms", leaf.start)


@contextmanager
def _sound() -> Iterator[None]:
    """Whatever Whoosh raises over broken files becomes one sentence that quotes nothing."""
    try:
        yield
    except StorybankError:
        raise
    except Exception:
        raise NotReady(UNREADABLE) from None
