"""Word vectors from a compact array: what words mean, learnt elsewhere from other texts.

Keys are spaCy's 64-bit hashes of words (MurmurHash64A, seed 1), so that its vectors can be read
without it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from storybank.learning.words import Floats, Ints

_M, _MASK = 0xC6A4A7935BD1E995, 0xFFFFFFFFFFFFFFFF


class Vectors:
    """Sorted keys, the row of each, and the rows (16-bit floats)."""

    def __init__(
        self, keys: NDArray[np.uint64], rows: NDArray[np.uint16], table: NDArray[np.float16]
    ) -> None:
        self.keys, self.rows, self.table = keys, rows, table
        self.width = int(table.shape[1])

    def look_up(self, kinds: Sequence[str]) -> tuple[Floats, Ints]:
        """The vector of each word, zero where it has none, and which have one (1 or 0)."""
        keys = np.array([key_of(kind) for kind in kinds], np.uint64)
        at = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        has = (self.keys[at] == keys).astype(np.int64)
        found = self.table[self.rows[at]].astype(np.float32)
        found[has == 0] = 0
        return found, has

    @cached_property
    def name(self) -> str:
        """A hash that tells these vectors from others."""
        return hashlib.sha256(self.keys.tobytes() + self.table.tobytes()).hexdigest()


def load_vectors(path: Path) -> Vectors | None:
    """The vectors that set-up left there, or None."""
    if not path.is_file():
        return None
    with np.load(path, allow_pickle=False) as kept:
        return Vectors(kept["keys"], kept["rows"], kept["table"])


def key_of(word: str) -> int:
    """MurmurHash64A (Austin Appleby, public domain) of the UTF-8 bytes, seed 1."""
    data = word.encode("utf-8", "replace")
    full = len(data) & ~7
    key = 1 ^ (len(data) * _M & _MASK)
    for at in range(0, full, 8):
        part = int.from_bytes(data[at : at + 8], "little") * _M & _MASK
        part = (part ^ part >> 47) * _M & _MASK
        key = (key ^ part) * _M & _MASK
    if len(data) > full:
        key = (key ^ int.from_bytes(data[full:], "little")) * _M & _MASK
    key = (key ^ key >> 47) * _M & _MASK
    return key ^ key >> 47
