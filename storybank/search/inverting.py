"""Turning documents into a shelf: for each word, in which documents it stands, and where.

A shelf is a set of arrays (``arrays``). Documents on it are numbered from 0. It has:

- ``letters``, ``ends``: its words in order of their bytes; word n ends before ``ends[n]``.
- ``FIELD.starts``, ``FIELD.docs``: the documents of word n are from ``starts[n]`` to
  ``starts[n + 1]``, in order.
- ``FIELD.times``: how often it stands in each of them; not for ``forms``.
- ``FIELD.lengths``: how many words the field of each document has.
- ``firsts``, ``places``: where a word stands, counted in words through the first field of all
  documents, then through the next; the places of word n are from ``firsts[n]`` on, in order.
- ``begins``: where that field of each document begins, field by field, and where the next would:
  before each one place is left out, so that nothing runs from one into the other.
- one array for each column: numbers of each document.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from storybank.search.arrays import Array, small
from storybank.search.index import Document, Passage
from storybank.search.kinds import FORMS, Kind, row, stem
from storybank.search.query import WORD

Shelf = Mapping[str, Array]


@dataclass
class _Spoken:
    """The words of one field, as numbers of words, one document after the other."""

    words: Any = field(default_factory=lambda: array("I"))
    lengths: Any = field(default_factory=lambda: array("I"))


class _Numbers(dict[str, int]):
    """The number of a word as it was written: that of its stem. Unknown ones get the next."""

    def __init__(self) -> None:
        super().__init__()
        self.words: dict[str, int] = {}

    def __missing__(self, written: str) -> int:
        number = self.number(stem(written.lower()))
        self[written] = number
        return number

    def number(self, word: str) -> int:
        return self.words.setdefault(word, len(self.words))


class Press:
    """Gathers documents and makes a shelf of them."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind
        self.numbers = _Numbers()
        self.columns: dict[str, list[int]] = {name: [] for name in kind.columns}
        self.spoken = {name: _Spoken() for name in kind.fields}
        self.forms = _Spoken()
        self.form_of: dict[str, int] = {}
        self.letters = 0

    def __len__(self) -> int:
        return len(self.columns[self.kind.columns[0]])

    def add(self, document: Document | Passage) -> None:
        numbers, texts = row(document)
        seen: set[str] = set()
        for name, text in zip(self.kind.fields, texts, strict=True):
            written = WORD.findall(text)
            self.spoken[name].words.extend(map(self.numbers.__getitem__, written))
            self.spoken[name].lengths.append(len(written))
            seen.update(written)
            self.letters += len(text)
        forms = {form for form in map(self._form, seen) if form >= 0}
        self.forms.words.extend(sorted(forms))
        self.forms.lengths.append(len(forms))
        for name, number in zip(self.kind.columns, numbers, strict=True):
            self.columns[name].append(number)

    def _form(self, written: str) -> int:
        known = self.form_of.get(written)
        if known is None:
            word = written.lower()
            shown = not stem(word).startswith(word)
            known = self.form_of[written] = self.numbers.number(word) if shown else -1
        return known

    def shelf(self) -> dict[str, Array]:
        words = [word.encode() for word in self.numbers.words]
        order = sorted(range(len(words)), key=words.__getitem__)
        ranks = np.empty(len(order), np.uint32)
        ranks[order] = np.arange(len(order))
        made = vocabulary([words[number] for number in order])
        for name, numbers in self.columns.items():
            made[name] = np.array(numbers, np.int64)
        standing = Standing()
        for name, spoken in (*self.spoken.items(), (FORMS, self.forms)):
            lengths = np.frombuffer(spoken.lengths, np.uint32).astype(np.int64)
            said = np.frombuffer(spoken.words, np.uint32)
            docs = np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)
            places = np.arange(len(said), dtype=np.uint32)
            places += docs
            standing.take(made, name, lengths, ranks[said], docs, places)
        return made | standing.arrays()


def words_of(shelf: Shelf) -> list[bytes]:
    """The words of a shelf, in order."""
    letters = shelf["letters"].tobytes()
    ends = shelf["ends"].tolist()
    return [letters[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def vocabulary(words: Collection[bytes]) -> dict[str, Array]:
    """The arrays of the words of a shelf, which must be in order."""
    lengths = np.fromiter(map(len, words), np.int64, len(words))
    return {
        "letters": np.frombuffer(b"".join(words), np.uint8),
        "ends": small(np.cumsum(lengths)),
    }


class Standing:
    """Gathers where words stand, field by field."""

    def __init__(self) -> None:
        self.begins = [np.zeros(1, np.int64)]
        self.fields: list[tuple[Array, Array]] = []

    def take(
        self,
        made: dict[str, Array],
        name: str,
        lengths: Array,
        ranks: Array,
        docs: Array,
        places: Array,
    ) -> None:
        """Make the arrays of one field from its words as they stand: rank of the word, document,
        place in this field of all documents.

        Those of one word must come in order of document and place already.
        """
        many = len(made["ends"])
        order = _order(ranks)
        ranks, docs, places = ranks[order], docs[order], places[order]
        del order  # 64 MB where a shelf is large
        new = np.ones(len(ranks), bool)
        new[1:] = (ranks[1:] != ranks[:-1]) | (docs[1:] != docs[:-1])
        at = np.flatnonzero(new)
        made[f"{name}.starts"] = small(_counted(ranks[at], many))
        made[f"{name}.docs"] = small(docs[at])
        made[f"{name}.lengths"] = small(lengths)
        if name != FORMS:
            made[f"{name}.times"] = small(np.diff(at, append=len(ranks)))
            base = self.begins[-1][-1]
            self.begins.append(np.cumsum(lengths + 1) + base)
            self.fields.append((_counted(ranks, many), (places + base).astype(np.uint32)))

    def arrays(self) -> dict[str, Array]:
        """What all fields together have."""
        firsts = np.sum([firsts for firsts, _ in self.fields], axis=0)
        places = np.empty(firsts[-1], np.uint32)
        before = firsts[:-1].copy()
        for own, some in self.fields:
            # Of each word, those in this field come after those in the fields before.
            many = np.diff(own)
            places[np.arange(len(some)) + np.repeat(before - own[:-1], many)] = some
            before += many
        return {
            "firsts": small(firsts),
            "places": places,
            "begins": np.concatenate(self.begins).astype(np.uint32),
        }


def _counted(ranks: Array, many: int) -> Array:
    """Where those of each rank begin, of ranks in order; and where the last ones end."""
    starts = np.zeros(many + 1, np.int64)
    np.cumsum(np.bincount(ranks, minlength=many), out=starts[1:])
    return starts


def places_in(shelf: Shelf, kind: Kind, name: str) -> Array:
    """Where words stand in one field, as they come there, counted in each document."""
    documents = len(shelf[kind.columns[0]])
    first = kind.fields.index(name) * documents
    begins = shelf["begins"][first : first + documents + 1].astype(np.int64)
    every = shelf["places"]
    some = every[(every >= begins[0]) & (every < begins[-1])].astype(np.int64)
    some -= np.repeat(begins[shelf[f"{name}.docs"]], shelf[f"{name}.times"])
    return some


def _order(ranks: Array) -> Array:
    """What puts these in order and leaves equals as they stand: numbers sorted whole are sorted
    faster than numbers that carry their places along."""
    bits = max(1, len(ranks).bit_length())
    keys = ranks.astype(np.int64)
    keys <<= bits
    keys |= np.arange(len(ranks))
    keys.sort()
    keys &= (1 << bits) - 1
    return keys
