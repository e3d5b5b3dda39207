"""The Whoosh index on disk, as its only writer sees it.

Whoosh marks a deleted document and leaves its words in the files. So a document is hidden first, in
a few milliseconds; then each shelf it stood on is written anew without it: a small one at once, a
large one by ``WhooshIndex.erase``. Beside the files of a shelf that Whoosh reads lie the same words
as arrays, which is what our own searches read; both are there before a commit names them.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from whoosh import index
from whoosh.filedb.filestore import FileStorage

from storybank.search import whoosh_files
from storybank.search.arrays import Array, save
from storybank.search.index import Document, Passage
from storybank.search.inverting import Press, Shelf
from storybank.search.kinds import FORMS, Kind
from storybank.search.merging import merged
from storybank.search.open_shelf import OpenShelf
from storybank.search.whoosh_commits import arrays_of, generation, segments

MOST_DOCUMENTS = 34_000
MOST_LETTERS = 64_000_000
"""How much goes onto one shelf while an index is built: 400 MB of memory. A search looks at each
shelf, which takes 0.02 ms a word and more."""
QUICK_BYTES = 4_000_000
"""A shelf of so many bytes is written anew at once: 0.3 s."""
MOST_BYTES = 64_000_000
"""Shelves are put together up to so many bytes; the next rebuild makes larger ones."""
MANY = 8
"""How many shelves of about one size may stand before they are put together."""
_STEPS = (QUICK_BYTES / 2, QUICK_BYTES * MANY / 2)


class Copy(NamedTuple):
    """Shelves written as one in a folder apart; ``segment`` is None where nothing was left."""

    folder: Path
    segment: Any
    ids: Any


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

    def editions(self, stories: Collection[int] | None = None) -> dict[int, int]:
        """{id: edition} of what can be found, of these stories or of all."""
        found: dict[int, int] = {}
        for segment in self._segments:
            live, columns = self._live(segment), self._shelf(segment).columns
            if stories is not None:
                live &= np.isin(columns["story"], np.fromiter(stories, np.int64, len(stories)))
            ids, editions = (columns[name][live].tolist() for name in self.kind.columns[:2])
            found |= dict(zip(ids, editions, strict=True))
        return found

    def stories(self) -> dict[int, int]:
        """{id: story id} of what can be found."""
        found: dict[int, int] = {}
        for segment in self._segments:
            live, columns = self._live(segment), self._shelf(segment).columns
            ids, stories = columns[self.kind.columns[0]], columns["story"]
            found |= dict(zip(ids[live].tolist(), stories[live].tolist(), strict=True))
        return found

    def deleted(self, column: str) -> set[int]:
        """The numbers in this column of what cannot be found any more, but is on the disk."""
        return {
            number
            for segment in self._segments
            if segment.has_deletions()
            for number in self._shelf(segment).columns[column][~self._live(segment)].tolist()
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
        self.tend()

    def forget(self, ids: Collection[int]) -> None:
        """First out of sight; then out of the files that are quickly written."""
        self.hide(ids)
        self.tend()

    def hide(self, ids: Collection[int]) -> None:
        """Find these no more."""
        if self._mark(ids):
            self._commit(self._segments)

    def tend(self) -> None:
        """Write each small shelf anew that holds words of what was deleted, and put some together
        where there are many."""
        sizes = self._sizes()
        for segment in list(self._segments):
            if segment.has_deletions() and sizes[segment.segment_id()] <= QUICK_BYTES:
                self._rewrite([segment])
        few = self._crowd(self._sizes(), QUICK_BYTES)
        if few:
            self._rewrite(few)

    def debts(self) -> list[str]:
        """The names of shelves to be written anew as one: one with words of what was deleted, or
        several of about one size."""
        for segment in self._segments:
            if segment.has_deletions():
                return [segment.segment_id()]
        crowd = self._crowd(self._sizes(), MOST_BYTES)
        return [segment.segment_id() for segment in crowd]

    def copied(self, names: Collection[str], folder: Path) -> Copy:
        """These shelves as one, without what was deleted, in a folder apart."""
        some = [segment for segment in self._segments if segment.segment_id() in names]
        shelf, beside = self._merged(some), Shelves.create(folder, self.kind)
        fresh = None if shelf is None else beside._write(shelf)
        return Copy(folder, fresh, None if shelf is None else shelf[self.kind.columns[0]])

    def replace(self, names: Collection[str], copy: Copy) -> None:
        """Have a copy in the place of these shelves, without what was deleted meanwhile; nothing
        is done where they are not all there any more."""
        some = [segment for segment in self._segments if segment.segment_id() in names]
        if len(some) < len(names):
            return
        left = [segment for segment in self._segments if segment not in some]
        if copy.segment is not None:
            here = [self._ids(segment)[self._live(segment)] for segment in some]
            for path in copy.folder.glob(f"{copy.segment.segment_id()}.*"):
                path.rename(self.path / path.name)
            for number in np.flatnonzero(~np.isin(copy.ids, np.concatenate(here))).tolist():
                copy.segment.delete_document(number)
            left.append(copy.segment)
        self._commit(left)

    def _add(self, press: Press) -> None:
        shelf = press.shelf()
        fresh = self._write(_last_of_each(shelf, self.kind))
        self._mark(shelf[self.kind.columns[0]].tolist())
        self._commit([*self._segments, fresh])

    def _mark(self, ids: Collection[int]) -> int:
        """Mark these as deleted, and say how many there were; it takes a commit to be seen."""
        wanted, many = np.fromiter(ids, np.int64, len(ids)), 0
        for segment in self._segments if len(ids) else ():
            for number in np.flatnonzero(
                np.isin(self._ids(segment), wanted) & self._live(segment)
            ).tolist():
                segment.delete_document(number)
                many += 1
        return many

    def _rewrite(self, some: Sequence[Any]) -> None:
        """Write these shelves anew, as one, without what was deleted."""
        left = [segment for segment in self._segments if segment not in some]
        shelf = self._merged(some)
        self._commit(left if shelf is None else [*left, self._write(shelf)])

    def _merged(self, some: Sequence[Any]) -> Shelf | None:
        kept = [self._live(segment) for segment in some]
        if not any(keep.any() for keep in kept):
            return None
        return merged(self.kind, [self._shelf(segment).arrays for segment in some], kept)

    def _write(self, shelf: Shelf) -> Any:
        segment = whoosh_files.write(self._storage, self.kind, shelf)
        files = self.path.glob(f"{segment.segment_id()}.*")
        beside = {path.name: path.stat().st_size for path in files}
        said = {
            "beside": beside,
            "columns": self.kind.columns,
            "fields": (*self.kind.fields, FORMS),
        }
        save(arrays_of(self.path, segment), shelf, said)
        return segment

    def _commit(self, some: list[Any]) -> None:
        self._number += 1
        index.TOC(self.kind.schema, some, self._number).write(self._storage, self.kind.name)
        index.clean_files(self._storage, self.kind.name, self._number, some)
        self._segments = some

    def _crowd(self, sizes: dict[str, int], most: int) -> list[Any]:
        """The smallest shelves of about one size, where there are many; together not above
        ``most`` bytes."""
        for below, above in pairwise((0, *_STEPS)):
            here = [s for s in self._segments if below <= sizes[s.segment_id()] < above]
            here.sort(key=lambda segment: sizes[segment.segment_id()])
            totals = accumulate(sizes[segment.segment_id()] for segment in here)
            fitting = [s for s, total in zip(here, totals, strict=True) if total <= most]
            if len(here) >= MANY and len(fitting) > 1:
                return fitting
        return []

    def _sizes(self) -> dict[str, int]:
        """Bytes of each shelf."""
        sizes = dict.fromkeys((segment.segment_id() for segment in self._segments), 0)
        for file in os.scandir(self.path):
            name = file.name.partition(".")[0]
            if name in sizes:
                sizes[name] += file.stat().st_size
        return sizes

    def _ids(self, segment: Any) -> Array:
        return self._shelf(segment).columns[self.kind.columns[0]]

    def _live(self, segment: Any) -> Array:
        live = np.ones(segment.doc_count_all(), bool)
        live[list(segment.deleted_docs())] = False
        return live

    def _shelf(self, segment: Any) -> OpenShelf:
        name = segment.segment_id()
        if name not in self._open:
            self._open[name] = OpenShelf(arrays_of(self.path, segment))
        return self._open[name]

    def known(self) -> set[str]:
        """The names of the files that belong to the last commit."""
        shelves = {segment.segment_id() for segment in self._segments}
        toc = f"_{self.kind.name}_{self._number}.toc"
        return {
            path.name
            for path in self.path.iterdir()
            if path.name == toc or path.name.partition(".")[0] in shelves
        }


def _last_of_each(shelf: dict[str, Array], kind: Kind) -> dict[str, Array]:
    """Of a document put twice at once, the one that came last."""
    ids = shelf[kind.columns[0]]
    _, last = np.unique(ids[::-1], return_index=True)
    if len(last) == len(ids):
        return shelf
    keep = np.zeros(len(ids), bool)
    keep[len(ids) - 1 - last] = True
    return merged(kind, [shelf], [keep])
