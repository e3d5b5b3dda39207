"""Searching, and the one writer, over the files that Whoosh keeps.

Whoosh's own searchers are not used. Given an empty set its filters let everything through, and
under its time limit they are passed over; one that is refreshed may show what was withdrawn, and
one that two threads share answers wrongly. What is asked here is answered from arrays that never
change (``open_shelf``), so that any number of threads may share them; the tests hold the answers
beside Whoosh's own. numpy comes with the first search or write, not with the program.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from storybank.clock import now
from storybank.errors import NotReady, StorybankError
from storybank.search.folder import Folder
from storybank.search.index import Document, Hits, Holds, Matches
from storybank.search.kinds import PASSAGES, STORIES, Kind, stem
from storybank.search.query import Node
from storybank.search.whoosh_passages import WhooshPassages, ranking

if TYPE_CHECKING:
    from storybank.search.seating import Stand
    from storybank.search.whoosh_shelves import Shelves

MISSING = "There is no search index yet. Run: storybank reindex"
UNWRITABLE = "The search index could not be written. See whether the disk is full."
UNREADABLE = "The search index cannot be read. Run: storybank reindex"
KINDS = (STORIES, PASSAGES)

Result = TypeVar("Result")
Stamp = tuple[int, int, int] | None


class WhooshIndex:
    """Keeps the index under ``root``. Safe to share between threads and processes."""

    def __init__(self, root: Path) -> None:
        self.folder = Folder(root)
        self._lock = threading.Lock()
        self._stands: dict[str, tuple[Stamp, Stand]] = {}
        self.passages = WhooshPassages(self._read, self._write)

    def stem(self, word: str) -> str:
        return str(stem(word))

    def find(self, query: Node, allow: Collection[int]) -> Matches:
        hits = self.look(query, allow)
        return Matches(dict(hits.best(0, hits.total)), hits.complete)

    def look(self, query: Node, allow: Collection[int]) -> Hits:
        of = ranking()
        return self._read(STORIES, lambda stand: of(stand, query, allow))

    def versions(self, story_ids: Collection[int] | None = None) -> dict[int, int]:
        held = self._read(STORIES, lambda stand: stand.pairs("version"))
        return held if story_ids is None else {n: held[n] for n in story_ids if n in held}

    def story_ids(self) -> set[int]:
        return set(self.versions())

    def put(self, documents: Iterable[Document]) -> None:
        self._write(STORIES, lambda shelves: shelves.put(documents))

    def forget(self, story_ids: Collection[int]) -> None:
        self._write(STORIES, lambda shelves: shelves.forget(story_ids))

    def built(self) -> datetime:
        return self.folder.changed_over() or now()

    def owes(self) -> bool:
        current = self._current()
        return any(_debts(current, kind) for kind in KINDS)

    def erase(self) -> None:
        """What is to stay is copied apart, while others search and write; then it is moved in."""
        with self.folder.rebuilding():
            try:
                for kind in KINDS:
                    while some := _debts(self._current(), kind):
                        self._replace(kind, some)
            except OSError:
                raise NotReady(UNWRITABLE) from None
            finally:
                self.folder.clear()

    def _replace(self, kind: Kind, some: list[str]) -> None:
        from storybank.search.whoosh_shelves import Shelves

        current = self._current()
        with _sound():
            copy = Shelves(current, kind).copied(some, self.folder.new())
        self._write(kind, lambda shelves: shelves.replace(some, copy))

    def _current(self) -> Path:
        current = self.folder.current()
        if current is None:
            raise NotReady(MISSING)
        return current

    def prepare(self) -> None:
        """Make an empty index where there is none; one of another version waits to be built."""
        with self.folder.writing():
            if self.folder.current() is None and not self.folder.outdated():
                self.folder.use(_tidied(_empty(self.folder.new())))

    def rebuild(self, fill: Callable[[Holds], None], catch_up: Callable[[Holds], None]) -> None:
        with self.folder.rebuilding():
            try:
                path = _empty(self.folder.new())
                fresh = _Fresh(path)
                fill(fresh)
                with self.folder.writing():
                    catch_up(fresh)
                    self.folder.use(_tidied(path))
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
                deleted = _deleted(current)
            for story_id in sorted(deleted):
                yield story_id, f"search index: story {story_id} is not erased from the files yet"

    def close(self) -> None:
        """Let go of open files; the next search opens them again."""
        with self._lock:
            self._stands = {}

    def _write(self, kind: Kind, work: Callable[[Shelves], None]) -> None:
        from storybank.search.whoosh_shelves import Shelves

        with self.folder.writing():
            current = self._current()
            with _sound():
                try:
                    work(Shelves(current, kind))
                finally:
                    _tidied(current)
            self.folder.clear_unfinished()

    def _read(self, kind: Kind, work: Callable[[Stand], Result]) -> Result:
        for _ in range(3):
            try:
                return work(self._stand(kind))
            except StorybankError:
                raise
            except Exception:
                # Most likely a writer put files away that were still to be opened.
                continue
        raise NotReady(UNREADABLE)

    def _stand(self, kind: Kind) -> Stand:
        """The index as it is at the last commit, opened anew where another commit came."""
        stamp = self.folder.stamp()
        known = self._stands.get(kind.name)
        if known is not None and stamp is not None and known[0] == stamp:
            return known[1]
        from storybank.search.standing import stand_at
        from storybank.search.whoosh_commits import generation

        current = self._current()
        number = generation(current, kind)
        stand = known[1] if known else None
        if stand is None or stand.key != (current, number):
            stand = stand_at(current, kind, number, stand)
        with self._lock:
            self._stands[kind.name] = stamp, stand
        return stand


class _Fresh:
    """A new index while it is being filled: nobody else knows of it."""

    def __init__(self, path: Path) -> None:
        from storybank.search.whoosh_shelves import Shelves

        self._stories = Shelves(path, STORIES)
        self.passages = Shelves(path, PASSAGES)
        self.put = self._stories.put
        self.forget = self._stories.forget
        self.versions = self._stories.editions


def _debts(path: Path, kind: Kind) -> list[str]:
    """The shelves that are to be written anew next, as one."""
    from storybank.search.whoosh_shelves import Shelves

    with _sound():
        return Shelves(path, kind).debts()


def _deleted(path: Path) -> set[int]:
    """The stories of which words are on the disk that cannot be found."""
    from storybank.search.whoosh_shelves import Shelves

    return Shelves(path, STORIES).deleted("story") | Shelves(path, PASSAGES).deleted("story")


def _empty(path: Path) -> Path:
    from storybank.search.whoosh_shelves import Shelves

    for kind in KINDS:
        Shelves.create(path, kind)
    return path


def _tidied(path: Path) -> Path:
    from storybank.search.whoosh_commits import tidy
    from storybank.search.whoosh_shelves import Shelves

    tidy(path, {name for kind in KINDS for name in Shelves(path, kind).known()})
    return path


@contextmanager
def _sound() -> Iterator[None]:
    """Whatever is raised over broken files becomes one sentence that quotes nothing."""
    try:
        yield
    except StorybankError:
        raise
    except Exception:
        raise NotReady(UNREADABLE) from None
