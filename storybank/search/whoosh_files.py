"""Writes a shelf as Whoosh keeps one, word by word instead of posting by posting.

The files are those that Whoosh 2.7.4 writes (its codec ``whoosh3``), and 3.54 reads: any of them
opens, searches and merges what is written here. Where a block is too small for packing to make it
smaller, it is left unpacked, which their format allows.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from pickle import dumps
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import STORED_COLUMN, W3Codec, W3Segment
from whoosh.filedb.filetables import OrderedHashWriter
from whoosh.util.numeric import length_to_byte

from storybank.search.arrays import Array
from storybank.search.inverting import Shelf, places_in, words_of
from storybank.search.kinds import FORMS, Kind

BLOCK = 128
"""Postings in one block; a reader unpacks a block at a time."""
WORTH_PACKING = 100
LEVEL = 1
MAGIC = b"W3Bl"
AT_ONCE = 100_000
"""How many postings are made ready at a time: about 20 MB."""

_LENGTH = struct.Struct("!i")
_COUNT = struct.Struct("!I")
_POINTER = struct.Struct("!qi")
_WORD = struct.Struct("!BfIBBfII")
"""Flags, total weight, documents, shortest and longest field, greatest weight, first and last."""
_BYTE = np.array([length_to_byte(length) for length in range(1 << 16)], np.uint8)


def write(storage: Any, kind: Kind, shelf: Shelf) -> Any:
    """A new segment of this kind with what is on this shelf, for its next commit."""
    segment = W3Segment(W3Codec(), kind.name, len(shelf[kind.columns[0]]))
    lengths = {field: shelf[f"{field}.lengths"].astype(np.int64) for field in kind.fields}
    for column in kind.columns:
        _column(storage, segment, column, shelf[column].astype(">i4"))
    for field in kind.fields:
        _column(storage, segment, f"_{field}_len", _bytes(lengths[field]))
    stored = storage.create_file(W3Codec.column_filename(segment, "_stored"))
    STORED_COLUMN.writer(stored).finish(segment.doc_count_all())
    stored.close()
    segment._fieldlengths = {field: int(lengths[field].sum()) for field in kind.fields}
    terms = OrderedHashWriter(segment.create_file(storage, W3Codec.TERMS_EXT))
    fields = sorted((*kind.fields, FORMS))
    terms.extras["fieldmap"] = {field: number for number, field in enumerate(fields)}
    postings = segment.create_file(storage, W3Codec.POSTS_EXT)
    words, at = words_of(shelf), 0
    for number, field in enumerate(fields):
        head = struct.pack("!H", number)
        for word, info, blocks in _Field(shelf, kind, field).words():
            postings.write(blocks)
            terms.add(head + words[word], info + _POINTER.pack(at, len(blocks)))
            at += len(blocks)
    terms.close()
    postings.close()
    return segment


def _column(storage: Any, segment: Any, name: str, numbers: Array) -> None:
    file = storage.create_file(W3Codec.column_filename(segment, name))
    file.write(numbers.tobytes())
    file.close()


def _bytes(lengths: Array) -> Array:
    """Lengths as Whoosh keeps them, in one byte each."""
    found = _BYTE[np.minimum(lengths, len(_BYTE) - 1)]
    for at in np.flatnonzero(lengths >= len(_BYTE)):
        found[at] = length_to_byte(int(lengths[at]))
    return found


class _Once(dict[int, bytes]):
    """What Whoosh keeps of a word that stands once in a document, by its place."""

    def __missing__(self, place: int) -> bytes:
        made = self[place] = _COUNT.pack(1) + dumps([place], 2)
        return made


class _Field:
    """The words of one field, and their postings as Whoosh keeps them."""

    def __init__(self, shelf: Shelf, kind: Kind, name: str) -> None:
        self.starts = shelf[f"{name}.starts"].astype(np.int64)
        self.docs = shelf[f"{name}.docs"].astype(np.int64)
        self.once = _Once()
        if name == FORMS:
            self.times = np.ones(len(self.docs), np.int64)
            self.firsts, self.places = self.starts, None
            self.bytes = np.zeros(len(self.docs), np.uint8)
        else:
            self.times = shelf[f"{name}.times"].astype(np.int64)
            ends = np.concatenate(([0], np.cumsum(self.times)))
            self.firsts = ends[self.starts]
            self.places = places_in(shelf, kind, name)
            self.bytes = _bytes(shelf[f"{name}.lengths"].astype(np.int64))[self.docs]

    def words(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Of each word that stands in this field, in order: its number, what is said of it, its
        blocks."""
        present = np.flatnonzero(np.diff(self.starts))
        starts, ends = self.starts[present], self.starts[present + 1]
        rows = zip(
            present.tolist(), starts.tolist(), ends.tolist(),
            np.diff(self.firsts)[present].tolist(),
            self._least(self.bytes, starts), self._most(self.bytes, starts),
            self._most(self.times, starts),
            self.docs[starts].tolist(), self.docs[ends - 1].tolist(),
            strict=True,
        )  # fmt: skip
        blocks = self._blocks(starts, ends)
        for word, start, end, weight, shortest, longest, heaviest, first, last in rows:
            info = _WORD.pack(0, weight, end - start, shortest, longest, heaviest, first, last)
            many = -(-(end - start) // BLOCK)
            made = [next(blocks) for _ in range(many)]
            yield word, info, b"".join((MAGIC, *made))

    def _blocks(self, starts: Array, ends: Array) -> Iterator[bytes]:
        """The blocks of all words, one after the other."""
        many = -(-(ends - starts) // BLOCK)
        of = np.repeat(np.arange(len(many)), many)
        inner = np.arange(len(of)) - np.repeat(np.cumsum(many) - many, many)
        begins = starts[of] + inner * BLOCK
        finishes = np.minimum(begins + BLOCK, ends[of])
        gaps = np.diff(self.docs, prepend=0)
        gaps[begins] = self.docs[begins]
        rows = list(zip(
            begins.tolist(), finishes.tolist(), (finishes == ends[of]).tolist(),
            self._least(self.times, begins), self._most(self.times, begins),
            self._least(self.bytes, begins), self._most(self.bytes, begins),
            self.docs[finishes - 1].tolist(),
            strict=True,
        ))  # fmt: skip
        at = 0
        while at < len(rows):
            base, until = rows[at][0], at
            while until < len(rows) and rows[until][1] - base <= AT_ONCE:
                until += 1
            stop = rows[until - 1][1]
            ready = gaps[base:stop].tolist()
            times = self.times[base:stop].tolist()
            values = self._values(base, stop, times)
            for start, end, ending, least, most, shortest, longest, last in rows[at:until]:
                here = slice(start - base, end - base)
                weights = (
                    None if most == 1 else
                    float(most) if least == most else
                    tuple(map(float, times[here]))
                )  # fmt: skip
                data = dumps(
                    (tuple(ready[here]), weights, None if values is None else tuple(values[here])),
                    3,
                )
                level = LEVEL if len(data) >= WORTH_PACKING else 0
                data = zlib.compress(data, level) if level else data
                info = dumps((end - start, last, float(most), level, shortest, longest), 2)
                length = len(info) + len(data)
                yield _LENGTH.pack(-length if ending else length) + info + data
            at = until

    def _values(self, start: int, end: int, times: list[int]) -> list[bytes] | None:
        """Where the word stands in each document, as Whoosh keeps it: each place as its distance
        from the one before."""
        if self.places is None:
            return None
        before = int(self.times[:start].sum()) if start else 0
        places = self.places[before : before + sum(times)]
        apart = np.diff(places, prepend=0)
        firsts = np.cumsum(self.times[start:end]) - self.times[start:end]
        apart[firsts] = places[firsts]
        steps, once, found, at = apart.tolist(), self.once, [], 0
        for many in times:
            if many == 1:
                found.append(once[steps[at]])
            else:
                found.append(_COUNT.pack(many) + dumps(steps[at : at + many], 2))
            at += many
        return found

    def _least(self, numbers: Array, starts: Array) -> list[Any]:
        return np.minimum.reduceat(numbers, starts).tolist() if len(starts) else []

    def _most(self, numbers: Array, starts: Array) -> list[Any]:
        return np.maximum.reduceat(numbers, starts).tolist() if len(starts) else []
