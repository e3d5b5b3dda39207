"""The Whoosh index on disk: what is in it, and how it is written.

It keeps ids, versions and lists of words to find by: no text, no title, no spelling list. Whoosh
marks a deleted story and leaves its words in the file, so the files are kept small ("shelves")
and a shelf with something deleted is written anew at once.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from whoosh import columns, fields, formats, index
from whoosh.analysis import StemmingAnalyzer
from whoosh.filedb.filestore import FileStorage
from whoosh.lang import porter
from whoosh.reading import SegmentReader

from storybank.search.folder import sync
from storybank.search.index import Document
from storybank.search.query import WORD, words_in

NAME = "stories"
SHELF_LETTERS = 600_000
"""Letters of text that go onto one shelf: about 110,000 words. Forgetting a story writes one shelf
anew, which takes 0.8 s; a search looks at each shelf, which takes 0.1 ms and more."""
SHELF_BYTES = 1_500_000
SMALL_SHELVES = 8
"""How many half-empty shelves may stand before some are put together."""

_analyzer = StemmingAnalyzer(expression=WORD, stoplist=None, minsize=1)
SCHEMA = fields.Schema(
    story=fields.COLUMN(columns.NumericColumn("i")),
    version=fields.COLUMN(columns.NumericColumn("i")),
    title=fields.TEXT(analyzer=_analyzer, stored=False, spelling=False, vector=None),
    text=fields.TEXT(analyzer=_analyzer, stored=False, spelling=False, vector=None),
    # Words that do not begin their own stem: without them "community*" would miss "commun".
    forms=fields.FieldType(formats.Existence(), _analyzer, stored=False),
)

MOST_HELD = 5_000
"""How many shelves' contents a process remembers: numbers only, 16 bytes a story."""
_held: dict[str, list[tuple[int, int]]] = {}
_on_disk: dict[Path, set[Path]] = {}
"""Files of each index that this process has had written to the disk itself."""

stem = lru_cache(maxsize=100_000)(porter.stem)


def open_searcher(path: Path) -> Any:
    """A new searcher over the last commit."""
    return FileStorage(str(path)).open_index(NAME, SCHEMA).searcher()


def generation(path: Path) -> int:
    """The number of the last commit."""
    return int(index.TOC._latest_generation(FileStorage(str(path)), NAME))


class Shelves:
    """One index on disk, as its only writer sees it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._index = FileStorage(str(path)).open_index(NAME, SCHEMA)

    @classmethod
    def create(cls, path: Path) -> Shelves:
        FileStorage(str(path)).create_index(SCHEMA, NAME)
        return cls(path)

    def versions(self) -> dict[int, int]:
        with self._index.reader() as reader:
            return {story: version for _, story, version in rows(reader)}

    def deleted(self) -> set[int]:
        with self._index.reader() as reader:
            return {story for _, story, _ in rows(reader, deleted=True)}

    def put(self, documents: Iterable[Document]) -> None:
        """A shelf at a time, so that memory stays small and a cut loses one shelf."""
        waiting, letters = [], 0
        for document in documents:
            waiting.append(document)
            letters += len(document.text)
            if letters >= SHELF_LETTERS:
                self._add(waiting)
                waiting, letters = [], 0
        if waiting:
            self._add(waiting)
        self._erase()
        self._put_together()

    def forget(self, story_ids: Collection[int]) -> None:
        """First out of sight, in a few milliseconds; then out of the files."""
        with self._writer() as writer:
            if _delete(writer, story_ids):
                writer.commit(merge=False)
        self._erase()

    def _add(self, documents: list[Document]) -> None:
        with self._writer() as writer:
            _delete(writer, {document.story_id for document in documents})
            for document in documents:
                words, title = words_in(document.text), words_in(document.title)
                writer.add_document(
                    story=document.story_id,
                    version=document.version,
                    title=[stem(word) for word in title],
                    text=[stem(word) for word in words],
                    forms=[w for w in {*words, *title} if not stem(w).startswith(w)],
                )
            writer.commit(merge=False)

    def _erase(self) -> None:
        """Write each shelf anew that still holds words of what was deleted."""
        for shelf in self._shelves():
            if shelf.has_deletions():
                self._rewrite({shelf.segment_id()})

    def _put_together(self) -> None:
        """Make one shelf of several small ones, when there are many."""
        sizes = {shelf.segment_id(): self._bytes(shelf) for shelf in self._shelves()}
        small = sorted((s for s in sizes if sizes[s] < SHELF_BYTES / 2), key=sizes.__getitem__)
        if len(small) >= SMALL_SHELVES:
            totals = accumulate(sizes[shelf] for shelf in small)
            fitting = {s for s, total in zip(small, totals, strict=True) if total <= SHELF_BYTES}
            self._rewrite(fitting)

    def _rewrite(self, shelf_ids: set[str]) -> None:
        """Write these shelves anew, as one, without what was deleted."""

        def policy(writer: Any, segments: list[Any]) -> list[Any]:
            for shelf in segments:
                if shelf.segment_id() in shelf_ids and shelf.doc_count():
                    reader = SegmentReader(writer.storage, writer.schema, shelf)
                    writer.add_reader(reader)
                    reader.close()
            return [shelf for shelf in segments if shelf.segment_id() not in shelf_ids]

        with self._writer() as writer:
            writer.commit(mergetype=policy)

    def _shelves(self) -> list[Any]:
        return list(self._index._read_toc().segments)

    def _bytes(self, shelf: Any) -> int:
        return sum(f.stat().st_size for f in self.path.glob(f"{shelf.segment_id()}.*"))

    @contextmanager
    def _writer(self) -> Iterator[Any]:
        writer = self._index.writer(timeout=5, compound=False)
        try:
            yield writer
        finally:
            if not writer.is_closed:
                writer.cancel()

    def tidy(self) -> None:
        """Remove what a killed writer left, and have the rest on the disk itself."""
        toc = self._index._read_toc()
        ours = {f"_{NAME}_{toc.generation}.toc", f"{NAME}_WRITELOCK"}
        shelves = {shelf.segment_id() for shelf in toc.segments}
        there = set()
        for path in self.path.iterdir():
            if path.name in ours or path.name.partition(".")[0] in shelves:
                there.add(path)
            elif path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        # A file of a shelf is written once and never again. What this process has not seen on
        # the disk itself may have been left by one that was killed.
        for path in there - _on_disk.get(self.path, set()):
            sync(path)
        _on_disk[self.path] = there
        sync(self.path)


def rows(reader: Any, deleted: bool = False) -> Iterator[tuple[int, int, int]]:
    """(document number, story id, version) of each document there is, or that was deleted."""
    for leaf, offset in reader.leaf_readers():
        # An index with nothing in it has a reader that stands for no shelf.
        gone = set(leaf.segment().deleted_docs()) if leaf.doc_count_all() else set()
        if leaf.doc_count_all() and (gone or not deleted):
            for number, (story, version) in enumerate(_held_by(leaf)):
                if (number in gone) == deleted:
                    yield offset + number, story, version


def _held_by(leaf: Any) -> list[tuple[int, int]]:
    """(story id, version) of each document of a shelf, which is read once: it never changes."""
    # The name of a shelf is drawn by lot; two folders may draw the same.
    name = f"{leaf.storage().folder}/{leaf.segment().segment_id()}"
    if name not in _held:
        many = range(leaf.doc_count_all())
        stories, versions = leaf.column_reader("story"), leaf.column_reader("version")
        while len(_held) >= MOST_HELD:
            _held.pop(next(iter(_held)), None)
        _held[name] = [(int(stories[n]), int(versions[n])) for n in many]
    return _held[name]


def _delete(writer: Any, story_ids: Collection[int]) -> int:
    """Mark these stories as deleted; how many there were."""
    wanted = set(story_ids)
    with writer.reader() as reader:
        numbers = [number for number, story, _ in rows(reader) if story in wanted]
    for number in numbers:
        writer.delete_document(number)
    return len(numbers)
