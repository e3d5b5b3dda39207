"""The Whoosh index on disk, as its only writer sees it.

Whoosh marks a deleted document and leaves its words in the files. So a document is hidden first, in
a few milliseconds; then each shelf it stood on is written anew without it: a small one at once, a
large one when ``erase`` is called. Beside the files of a shelf that Whoosh reads lie the same words
as arrays, which is what our own searches read; both are there before a commit names them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
from whoosh import index
from whoosh.filedb.filestore import FileStorage

from storybank.search import whoosh_files
from storybank.search.arrays import Array, save
from storybank.search.folder import sync
from storybank.search.index import Document, Passage
from storybank.search.inverting import Press, Shelf, merged
from storybank.search.kinds import Kind, stem
from storybank.search.open_shelf import OpenShelf

MOST_DOCUMENTS = 25_000
MOST_LETTERS = 64_000_000
"""How much goes onto one shelf while an index is built: 400 MB of memory. A search looks at each
shelf, which takes 0.02 ms a word and more."""
QUICK_BYTES = 4_000_000
"""A shelf of so many bytes is written anew at once: 0.3 s."""
MANY = 8
"""How many shelves of about one size may stand before they are put together."""
ARRAYS = ".arrays"

_on_disk: dict[Path, set[Path]] = {}
"""Files of each index that this process has had written to the disk itself."""

__all__ = ["ARRAYS", "Shelves", "generation", "segments", "stem"]


def generation(path: Path, kind: Kind) -> int:
    """The number of the last commit; below 0 where there is none."""
    return int(index.TOC._latest_generation(FileStorage(str(path)), kind.name))


def segments(path: Path, kind: Kind, number: int) -> list[Any]:
    """The shelves of a commit, and what was deleted on them, as Whoosh says."""
    storage = FileStorage(str(path))
    return list(index.TOC.read(storage, kind.name, gen=number, schema=kind.schema).segments)


def arrays_of(path: Path, segment: Any) -> Path:
    return path / segment.make_filename(ARRAYS)


class Shelves:
    """One kind of documents in a folder that nobody else writes to."""

    def __init__(self, path: Path, kind: Kind) -> None:
        self.path = path
        self.kind = kind
        self._storage = FileStorage(str(path))
        self._number = generation(path, kind)
        self._segments = segments(path, kind, self._number)
        self._open: dict[str, OpenShelf] = {}

    @classmethod
    def create(cls, path: Path, kind: Kind) -> Shelves:
        FileStorage(str(path)).create_index(kind.schema, kind.name)
        return cls(path, kind)

    def versions(self) -> dict[int, int]:
        """{id: edition} of what can be found."""
        found: dict[int, int] = {}
        for segment in self._segments:
            live = self._live(segment)
            ids, editions = (self._shelf(segment).columns[name] for name in self.kind.columns[:2])
            found |= dict(zip(ids[live].tolist(), editions[live].tolist(), strict=True))
        return found

    def deleted(self) -> set[int]:
        """What cannot be found any more, and has words on the disk."""
        return {
            number
            for segment in self._segments
            for number in self._shelf(segment)
            .columns[self.kind.columns[0]][~self._live(segment)]
            .tolist()
        }

    def put(self, documents: Iterable[Document | Passage]) -> None:
        """A shelf at a time, so that memory stays small and a cut loses one shelf."""
        press = Press(self.kind)
        for document in documents:
            press.add(document)
            if len(press) >= MOST_DOCUMENTS or press.letters >= MOST_LETTERS:
                self._add(press)
                press = Press(self.kind)
        if len(press):
            self._add(press)
        self.tend(QUICK_BYTES)

    def forget(self, ids: Collection[int]) -> None:
        """First out of sight; then out of the files that are quickly written."""
        self.hide(ids)
        self.tend(QUICK_BYTES)

    def hide(self, ids: Collection[int]) -> None:
        """Find these no more."""
        if self._mark(ids):
            self._commit(self._segments)

    def tend(self, most: float = float("inf")) -> None:
        """Write each shelf of at most so many bytes anew that holds words of what was deleted, and
        put small ones together."""
        for segment in list(self._segments):
            if segment.has_deletions() and self._bytes(segment) <= most:
                self._rewrite([segment])
        for together in self._crowds(most):
            self._rewrite(together)

    def _add(self, press: Press) -> None:
        shelf = press.shelf()
        fresh = self._write(_last_of_each(shelf, self.kind))
        self._mark(shelf[self.kind.columns[0]].tolist())
        self._commit([*self._segments, fresh])

    def _mark(self, ids: Collection[int]) -> int:
        """Mark these as deleted, and say how many there were; it takes a commit to be seen."""
        wanted, many = np.fromiter(ids, np.int64, len(ids)), 0
        for segment in self._segments if len(ids) else ():
            held = self._shelf(segment).columns[self.kind.columns[0]]
            for number in np.flatnonzero(np.isin(held, wanted) & self._live(segment)).tolist():
                segment.delete_document(number)
                many += 1
        return many

    def _rewrite(self, some: Sequence[Any]) -> None:
        """Write these shelves anew, as one, without what was deleted."""
        left = [segment for segment in self._segments if segment not in some]
        kept = [self._live(segment) for segment in some]
        if any(keep.any() for keep in kept):
            shelves = [self._shelf(segment).arrays for segment in some]
            left.append(self._write(merged(self.kind, shelves, kept)))
        self._commit(left)

    def _write(self, shelf: Shelf) -> Any:
        segment = whoosh_files.write(self._storage, self.kind, shelf)
        beside = {path.name: path.stat().st_size for path in self._files(segment)}
        said = {
            "beside": beside,
            "columns": self.kind.columns,
            "fields": (*self.kind.fields, "forms"),
        }
        save(arrays_of(self.path, segment), shelf, said)
        return segment

    def _commit(self, some: list[Any]) -> None:
        self._number += 1
        index.TOC(self.kind.schema, some, self._number).write(self._storage, self.kind.name)
        index.clean_files(self._storage, self.kind.name, self._number, some)
        self._segments = some

    def _crowds(self, most: float) -> Iterator[list[Any]]:
        """Shelves to put together: several of about one size, that are then not above ``most``."""
        sizes = {segment.segment_id(): self._bytes(segment) for segment in self._segments}
        by_size = sorted(self._segments, key=lambda segment: sizes[segment.segment_id()])
        totals = list(accumulate(sizes[segment.segment_id()] for segment in by_size))
        small = [s for s in by_size if sizes[s.segment_id()] < min(most, QUICK_BYTES) / 2]
        fitting = [s for s, total in zip(small, totals, strict=False) if total <= most]
        if len(small) >= MANY and len(fitting) > 1:
            yield fitting

    def _live(self, segment: Any) -> Array:
        live = np.ones(segment.doc_count_all(), bool)
        live[list(segment.deleted_docs())] = False
        return live

    def _shelf(self, segment: Any) -> OpenShelf:
        name = segment.segment_id()
        if name not in self._open:
            self._open[name] = OpenShelf(arrays_of(self.path, segment))
        return self._open[name]

    def _files(self, segment: Any) -> list[Path]:
        return list(self.path.glob(f"{segment.segment_id()}.*"))

    def _bytes(self, segment: Any) -> int:
        return sum(path.stat().st_size for path in self._files(segment))

    def known(self) -> set[str]:
        """The names of the files that belong to the last commit."""
        shelves = {segment.segment_id() for segment in self._segments}
        toc = f"_{self.kind.name}_{self._number}.toc"
        return {
            path.name
            for path in self.path.iterdir()
            if path.name == toc or path.name.partition(".")[0] in shelves
        }


def tidy(path: Path, known: Collection[str]) -> None:
    """Remove what a killed writer left, and have the rest on the disk itself."""
    there = set()
    for file in path.iterdir():
        if file.name in known:
            there.add(file)
        else:
            file.unlink()
    # A file of a shelf is written once and never again. What this process has not seen on the
    # disk itself may have been left by one that was killed.
    fresh = there - _on_disk.get(path, set())
    for file in fresh:
        sync(file)
    _on_disk[path] = there
    if fresh:
        sync(path)


def _last_of_each(shelf: dict[str, Array], kind: Kind) -> dict[str, Array]:
    """Of a document put twice at once, the one that came last."""
    ids = shelf[kind.columns[0]]
    _, last = np.unique(ids[::-1], return_index=True)
    if len(last) == len(ids):
        return shelf
    keep = np.zeros(len(ids), bool)
    keep[len(ids) - 1 - last] = True
    return merged(kind, [shelf], [keep])
