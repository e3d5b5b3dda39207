"""One shelf, open for reading: which words it has, and where they stand.

Nothing here changes once it is open, so any number of threads may read it at once. What is looked
at is mapped from the file: a word nobody asked for yet costs little more than one just asked for.
"""

from __future__ import annotations

from bisect import bisect_left
from pathlib import Path

import numpy as np

from storybank.search.arrays import Array, Broken, load
from storybank.search.query import alike

LAST = b"\xff"
"""Comes after every letter."""
LETTER = 4
"""The most bytes that one letter takes."""


class Spread:
    """One field of a shelf: the documents of each word."""

    def __init__(self, arrays: dict[str, Array], name: str) -> None:
        self.starts = arrays[f"{name}.starts"].data
        self.docs = arrays[f"{name}.docs"]
        self.lengths = arrays[f"{name}.lengths"]
        if f"{name}.times" in arrays:
            self.times = arrays[f"{name}.times"]

    def stretch(self, first: int, last: int) -> slice:
        """The postings of the words from ``first`` up to ``last``."""
        return slice(self.starts[first], self.starts[last])


class OpenShelf:
    """The arrays of ``inverting``, in a file.

    Raises Broken where the file, or those that lie beside it, are not as they were written.
    """

    def __init__(self, path: Path) -> None:
        arrays, said = load(path)
        for name, size in said["beside"].items():
            if (path.parent / name).stat().st_size != size:
                raise Broken
        self.path = path
        self.columns = {name: arrays[name] for name in said["columns"]}
        self.fields = {name: Spread(arrays, name) for name in said["fields"]}
        self.many = len(self.columns[said["columns"][0]])
        self.firsts = arrays["firsts"].data
        self.places, self.begins = arrays["places"], arrays["begins"]
        self._letters = arrays["letters"].data
        self._ends = arrays["ends"].data
        self._numbers = range(len(self._ends))
        self.arrays = arrays

    def word(self, number: int) -> bytes:
        start = self._ends[number - 1] if number else 0
        return bytes(self._letters[start : self._ends[number]])

    def number(self, word: bytes) -> int | None:
        """The number of a word, or None where it is not on this shelf."""
        at = bisect_left(self._numbers, word, key=self.word)
        return at if at < len(self._ends) and self.word(at) == word else None

    def beginning(self, start: bytes) -> tuple[int, int]:
        """The words that begin so are numbered from the first up to the second of these."""
        first = bisect_left(self._numbers, start, key=self.word)
        return first, bisect_left(self._numbers, start + LAST, lo=first, key=self.word)

    def alike(self, word: str) -> list[int]:
        """The words spelt nearly like this one (``query.alike``); itself, if it is here."""
        first, last = self.beginning(word[:2].encode())
        if len(word) < 2 or first == last:
            same = self.number(word.encode())
            return [] if same is None else [same]
        wanted = word.encode()
        ends = self.arrays["ends"][first:last].astype(np.int64)
        starts = np.empty_like(ends)
        starts[0] = self._ends[first - 1] if first else 0
        starts[1:] = ends[:-1]
        lengths = ends - starts
        # A letter takes one to four bytes.
        less = 1 if word.isascii() else LETTER
        near = np.flatnonzero((lengths >= len(wanted) - less) & (lengths <= len(wanted) + LETTER))
        near = near[_much_shared(self.arrays["letters"], starts[near], ends[near], wanted, less)]
        return [n for n in (near + first).tolist() if alike(word, self.word(n).decode())]


def _much_shared(letters: Array, starts: Array, ends: Array, wanted: bytes, less: int) -> Array:
    """Which of these words share so many bytes with ``wanted`` at both ends that they may become
    it by one change of a letter, of at most ``less`` of its bytes, or by swapping two."""
    width = len(wanted)
    goal = np.frombuffer(wanted, np.uint8)
    inner = np.arange(width)
    last = len(letters) - 1
    inside = inner < (ends - starts)[:, None]
    differs = np.ones((len(starts), width + 1), bool)
    differs[:, :width] = (letters[np.minimum(starts[:, None] + inner, last)] != goal) | ~inside
    shared = differs.argmax(axis=1)
    backwards = letters[np.maximum(ends[:, None] - 1 - inner, 0)] != goal[::-1]
    differs[:, :width] = backwards | ~inside
    shared += differs.argmax(axis=1)
    found: Array = shared >= width - less
    found |= (shared >= width - 2 * less) & (ends - starts == width)
    return found
