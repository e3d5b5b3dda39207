"""Texts as words: passages cut into sentences, words in small letters, each kind of word once.

Everything later works on kinds of words and sparse counts, so that a word is stemmed, spelled
out and looked up once a batch, however often it stands there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import snowballstemmer
from numpy.typing import NDArray
from scipy import sparse
from sklearn.preprocessing import normalize

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?|[?!]|[\U0001F000-\U0001FAFF\u2600-\u27BF]")
"""A question mark, an exclamation mark and a pictograph tell as words do."""
SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_APOSTROPHES = str.maketrans("\u2018\u2019\u02bc\u2032\u00b4\uff07`", "'" * 7)


def words(text: str) -> list[str]:
    """The words in small letters, with straight apostrophes."""
    return WORD.findall(plain(text))


def plain(text: str) -> str:
    """Small letters and straight apostrophes; as long as the text, so that places hold."""
    small = text.lower()
    if len(small) != len(text):
        small = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return small.translate(_APOSTROPHES)


def stems(kinds: Sequence[str]) -> list[str]:
    """The stem of each (Snowball, English)."""
    stemmed: list[str] = snowballstemmer.stemmer("english").stemWords(list(kinds))
    return stemmed


def of_length_one(rows: Any) -> Any:
    """Each row divided by its length; a row of zeros stays one."""
    return normalize(rows, copy=False) if min(rows.shape) else rows


@dataclass(frozen=True)
class Read:
    """Passages as numbers. Lives as long as one batch; nothing of it is kept.

    ``kinds`` are the words, each once; ``flat`` numbers all words as they follow each other;
    sentence s is ``flat[bounds[s]:bounds[s + 1]]`` and stands in passage ``passages[s]``.
    """

    kinds: list[str]
    flat: Ints
    bounds: Ints
    passages: Ints
    count: int

    @cached_property
    def stems(self) -> list[str]:
        return stems(self.kinds)

    @cached_property
    def sentence_of(self) -> Ints:
        """For each word the sentence it stands in."""
        return np.repeat(np.arange(len(self.passages)), np.diff(self.bounds))

    @cached_property
    def lengths(self) -> Ints:
        """Words in each passage, at least one."""
        words_in = np.bincount(self.passages, weights=np.diff(self.bounds), minlength=self.count)
        return np.maximum(words_in, 1).astype(np.int64)

    @cached_property
    def gather(self) -> sparse.csr_array:
        """Adds up sentences into passages: passages x sentences."""
        many = len(self.passages)
        ones = np.ones(many, np.float32)
        return sparse.csr_array((ones, (self.passages, np.arange(many))), (self.count, many))

    def counts(self, numbers: Ints, width: int) -> sparse.csr_array:
        """How often each number stands in each sentence; below zero is left out."""
        known = numbers >= 0
        ones = np.ones(int(known.sum()), np.float32)
        shape = (len(self.passages), width)
        # Duplicates are added up on the way to rows.
        return sparse.coo_array((ones, (self.sentence_of[known], numbers[known])), shape).tocsr()

    @cached_property
    def kinds_by_sentence(self) -> sparse.csr_array:
        return self.counts(self.flat, len(self.kinds))


def read(texts: Sequence[str]) -> Read:
    """Cut and number the words of some passages; an empty one counts as one empty sentence."""
    numbers: dict[str, int] = {}
    flat: list[int] = []
    bounds, passages = [0], []
    for at, text in enumerate(texts):
        for sentence in _sentences(plain(text)):
            flat.extend([numbers.setdefault(word, len(numbers)) for word in WORD.findall(sentence)])
            bounds.append(len(flat))
            passages.append(at)
    return Read(
        list(numbers),
        np.array(flat, np.int64),
        np.array(bounds, np.int64),
        np.array(passages, np.int64),
        len(texts),
    )


def _sentences(text: str) -> Iterator[str]:
    whole = True
    for sentence in SENTENCE.split(text):
        if sentence:
            whole = False
            yield sentence
    if whole:
        yield text
