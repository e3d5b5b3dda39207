"""The words, pairs of words and runs of letters that a model knows, and how it weighs them.

Only what stands in the stories of at least ``TELLERS`` people is known, and what the codebook
itself says: nothing of a model can tell what one person alone wrote.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from storybank.learning.words import Floats, Ints, Read, of_length_one, stems, words

TELLERS = 3
SHORTEST, LONGEST = 3, 5
"""Runs of letters, within a word and its two edges."""
MOST = 60_000
"""Runs of letters and pairs of words that are known at most, of each the most used."""


@dataclass(frozen=True)
class Vocabulary:
    """Known stems, pairs of stems (as ``first * len(stems) + second``, sorted) and letters.

    ``idf`` weighs stems, then pairs; ``letters_idf`` the runs of letters.
    """

    stems: tuple[str, ...]
    pairs: Ints
    letters: tuple[str, ...]
    idf: Floats
    letters_idf: Floats

    @cached_property
    def stem_at(self) -> dict[str, int]:
        return {stem: at for at, stem in enumerate(self.stems)}

    @cached_property
    def letters_at(self) -> dict[str, int]:
        return {run: at for at, run in enumerate(self.letters)}

    @property
    def stems_idf(self) -> Floats:
        return self.idf[: len(self.stems)]

    def stem_numbers(self, read: Read) -> Ints:
        """For each word of the batch the number of its stem, or -1."""
        known = np.array([self.stem_at.get(stem, -1) for stem in read.stems], np.int64)
        return known[read.flat] if len(known) else read.flat

    def sentences(self, read: Read, numbers: Ints) -> tuple[sparse.csr_array, sparse.csr_array]:
        """Counts of stems and pairs, and of runs of letters, in each sentence."""
        one = read.counts(numbers, len(self.stems))
        two = read.counts(self.pair_numbers(read, numbers), len(self.pairs))
        letters = read.kinds_by_sentence @ spelled(read.kinds, self.letters_at)
        return sparse.hstack([one, two], "csr"), letters

    def pair_numbers(self, read: Read, numbers: Ints) -> Ints:
        """For each word the number of the known pair it begins, or -1."""
        return _find(self.pairs, _pairs(read, numbers, len(self.stems)))

    def weighed(self, counts: sparse.csr_array, idf: Floats) -> sparse.csr_array:
        """Sublinear counts times ``idf``, each row of length one."""
        weighed = sparse.csr_array(counts, copy=True)
        weighed.data = (1 + np.log(weighed.data)) * idf[weighed.indices]
        return sparse.csr_array(of_length_one(weighed))


def make_vocabulary(read: Read, tellers: Ints, codebook: Sequence[str]) -> Vocabulary:
    """Know what at least ``TELLERS`` tellers wrote; ``tellers`` names one for each passage."""
    own = dict.fromkeys(stems([word for text in codebook for word in words(text)]))
    every = dict.fromkeys(read.stems) | own
    number = {stem: at for at, stem in enumerate(every)}
    numbers = np.array([number[stem] for stem in read.stems], np.int64)
    flat = numbers[read.flat] if len(numbers) else read.flat
    of_word = tellers[read.passages][read.sentence_of]
    enough = _tellers(of_word, flat, len(every)) >= TELLERS
    kept = tuple(stem for stem, at in number.items() if enough[at] or stem in own)
    place = {stem: at for at, stem in enumerate(kept)}
    known = np.array([place.get(stem, -1) for stem in every], np.int64)
    flat = known[flat] if len(known) else flat
    pairs = _common_pairs(_pairs(read, flat, len(kept)), of_word)
    letters = _common_letters(read, tellers)
    draft = Vocabulary(kept, pairs, letters, np.ones(0, np.float32), np.ones(0, np.float32))
    both, runs = draft.sentences(read, flat)
    return Vocabulary(kept, pairs, letters, _idf(read, both), _idf(read, runs))


def _tellers(of_word: Ints, numbers: Ints, width: int) -> Ints:
    """How many tellers used each number."""
    known = numbers >= 0
    together = np.unique(of_word[known] * width + numbers[known]) if width else numbers[:0]
    return np.bincount(together % max(1, width), minlength=width)


def _pairs(read: Read, numbers: Ints, width: int) -> Ints:
    """For each word the number of the pair it begins; -1 where it begins none."""
    found = np.full(len(numbers), -1, np.int64)
    if len(numbers) > 1:
        first, second = numbers[:-1], numbers[1:]
        same = read.sentence_of[:-1] == read.sentence_of[1:]
        found[:-1] = np.where(same & (first >= 0) & (second >= 0), first * width + second, -1)
    return found


def _find(known: Ints, numbers: Ints) -> Ints:
    """The place of each number among the sorted known ones, or -1."""
    if not len(known):
        return np.full(len(numbers), -1, np.int64)
    at = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
    return np.where(known[at] == numbers, at, -1)


def _common_pairs(pairs: Ints, of_word: Ints) -> Ints:
    known, numbers = np.unique(pairs[pairs >= 0], return_inverse=True)
    if not len(known):
        return known
    used = _tellers(of_word[pairs >= 0], numbers, len(known))
    return known[_most_used(used)]


def _common_letters(read: Read, tellers: Ints) -> tuple[str, ...]:
    """Runs of letters that enough tellers wrote, in whichever words."""
    every: dict[str, int] = {}
    for kind in read.kinds:
        for run in _runs(kind):
            every.setdefault(run, len(every))
    if not every:
        return ()
    who, at = np.unique(tellers, return_inverse=True)
    wrote = sparse.csr_array(
        (np.ones(read.count, np.float32), (at, np.arange(read.count))), (len(who), read.count)
    )
    by_teller = (wrote @ read.gather @ read.kinds_by_sentence) @ spelled(read.kinds, every)
    used = np.bincount(by_teller.indices, minlength=len(every))
    names = list(every)
    return tuple(sorted(names[at] for at in _most_used(used)))


def _most_used(used: Ints) -> Ints:
    """What enough tellers used, the most used where that is too much, in order of number."""
    enough = np.flatnonzero(used >= TELLERS)
    if len(enough) > MOST:
        enough = enough[np.argsort(-used[enough], kind="stable")[:MOST]]
    return np.sort(enough)


def _runs(kind: str) -> Iterator[str]:
    edged = f" {kind[:40]} "
    for length in range(SHORTEST, LONGEST + 1):
        if len(edged) <= length:
            yield edged
            return
        for at in range(len(edged) - length + 1):
            yield edged[at : at + length]


def spelled(kinds: Sequence[str], letters: dict[str, int]) -> sparse.csr_array:
    """How often each run of letters stands in each kind of word."""
    at: list[int] = []
    ends = [0]
    for kind in kinds:
        at.extend([letters[run] for run in _runs(kind) if run in letters])
        ends.append(len(at))
    made = sparse.csr_array(
        (np.ones(len(at), np.float32), np.array(at, np.int64), np.array(ends, np.int64)),
        (len(kinds), len(letters)),
    )
    made.sum_duplicates()
    return made


def _idf(read: Read, sentences: sparse.csr_array) -> Floats:
    """The smoothed inverse of how many passages a feature stands in (as scikit-learn has it)."""
    stands = np.bincount((read.gather @ sentences).indices, minlength=sentences.shape[1])
    return (np.log((1 + read.count) / (1 + stands)) + 1).astype(np.float32)
