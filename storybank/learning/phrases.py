"""Finds the phrases of codes in passages, by the stems of their words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np
from scipy import sparse

from storybank.learning.codes import Code
from storybank.learning.vocabulary import Vocabulary
from storybank.learning.words import Floats, Ints, Read, stems, words

Stems = tuple[int, ...]


class Phrases:
    """Which phrases stand in a passage. A near miss takes away the cue that stands inside it."""

    def __init__(self, vocabulary: Vocabulary, codes: Sequence[Code]) -> None:
        self.width = len(codes)
        self.wanted: dict[Stems, dict[int, float]] = {}
        for at, code in enumerate(codes):
            cues = {_stems(vocabulary, cue) for cue in code.phrases}
            for cue in cues:
                self._want(cue, at, 1.0)
            for miss in {_stems(vocabulary, phrase) for phrase in code.near_misses}:
                inside = sum(_within(cue, miss) for cue in cues)
                self._want(miss, at, -float(inside))
        self.first = np.zeros(len(vocabulary.stems) + 1, bool)
        self.by_first: dict[int, list[tuple[Stems, int]]] = {}
        for number, phrase in enumerate(self.wanted):
            self.first[phrase[0]] = True
            self.by_first.setdefault(phrase[0], []).append((phrase, number))

    def _want(self, phrase: Stems, code: int, worth: float) -> None:
        if phrase and worth:
            of = self.wanted.setdefault(phrase, {})
            of[code] = of.get(code, 0.0) + worth

    @cached_property
    def of_code(self) -> sparse.csr_array:
        """Phrases x codes: 1 for a cue, minus the cues inside it for a near miss."""
        rows = [(p, c, w) for p, of in enumerate(self.wanted.values()) for c, w in of.items()]
        made = np.zeros((len(self.wanted), self.width), np.float32)
        for phrase, code, worth in rows:
            made[phrase, code] = worth
        return sparse.csr_array(made)

    def found(self, read: Read, numbers: Ints) -> sparse.csr_array:
        """Passages x phrases: 1 where the phrase stands in the passage."""
        every = list(self.standing(read, numbers))
        passages = read.passages[read.sentence_of[[start for start, _, _ in every]]]
        shape = (read.count, len(self.wanted))
        ones = np.ones(len(every), np.float32)
        at = (passages, [number for _, _, number in every])
        made = sparse.coo_array((ones, at), shape).tocsr()
        made.data[:] = 1
        return made

    def places(self, read: Read, numbers: Ints, code: int) -> list[tuple[int, int]]:
        """Where cues of a code stand, as first and last word (exclusive) of the batch."""
        worth = [of.get(code, 0.0) for of in self.wanted.values()]
        return [(start, end) for start, end, n in self.standing(read, numbers) if worth[n] > 0]

    def standing(self, read: Read, numbers: Ints) -> Iterator[tuple[int, int, int]]:
        """Each phrase found: first word, last word (exclusive), number of the phrase."""
        sentence_of = read.sentence_of
        every: list[int] = numbers.tolist()
        for start in np.flatnonzero(self.first[numbers] & (numbers >= 0)).tolist():
            for phrase, number in self.by_first[every[start]]:
                end = start + len(phrase)
                if tuple(every[start:end]) == phrase and sentence_of[start] == sentence_of[end - 1]:
                    yield start, end, number

    def weights(self, vocabulary: Vocabulary, found: sparse.csr_array) -> Floats:
        """How much a phrase tells: the rarer in the pool, the more."""
        stands = np.bincount(found.indices, minlength=len(self.wanted))
        return np.asarray(np.log((found.shape[0] + 1) / (stands + 1)), np.float32)


def _stems(vocabulary: Vocabulary, phrase: str) -> Stems:
    said = [word for word in words(phrase) if word[0].isalnum()]
    found = [vocabulary.stem_at.get(stem, -1) for stem in stems(said)]
    return () if -1 in found else tuple(found)


def _within(cue: Stems, miss: Stems) -> bool:
    return any(miss[at : at + len(cue)] == cue for at in range(len(miss) - len(cue) + 1))
