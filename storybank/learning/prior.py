"""What the codebook alone says of a passage, before anybody has answered.

Cues found, likeness of words and meanings to what the codebook says of a code, and, as these miss
much, what is learnt from passages nobody coded (``spreading``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from storybank.learning import spreading
from storybank.learning.codes import Code
from storybank.learning.phrases import Phrases
from storybank.learning.vectors import Vectors
from storybank.learning.vocabulary import Vocabulary
from storybank.learning.words import Floats, Ints, Read, of_length_one, read, words

FEATURES = 10
"""Of one pair: found, how many, how telling; four likenesses of words, two of meaning; learnt."""


@dataclass(frozen=True)
class Seen:
    """One batch, read once for everything that looks at it."""

    read: Read
    numbers: Ints
    sentences: tuple[sparse.csr_array, sparse.csr_array]
    both: sparse.csr_array
    letters: sparse.csr_array
    apart: sparse.csr_array
    """Of each sentence alone, words, pairs and letters side by side."""
    meant: Floats

    @cached_property
    def rows(self) -> sparse.csr_array:
        """Words, pairs and letters side by side."""
        return _beside(self.both, self.letters)


def _beside(both: sparse.csr_array, letters: sparse.csr_array) -> sparse.csr_array:
    return sparse.csr_array(sparse.hstack([both, letters], "csr"))


class Reader:
    """Turns texts into what the learners take: weighed words, letters, and meanings."""

    def __init__(self, vocabulary: Vocabulary, vectors: Vectors | None) -> None:
        self.vocabulary, self.vectors = vocabulary, vectors
        self.centre: Floats = np.zeros(vectors.width if vectors else 0, np.float32)

    def see(self, texts: Sequence[str]) -> Seen:
        return self.look(read(texts))

    def look(self, given: Read) -> Seen:
        v = self.vocabulary
        numbers = v.stem_numbers(given)
        both, letters = v.sentences(given, numbers)
        return Seen(
            given, numbers, (both, letters),
            v.weighed(given.gather @ both, v.idf),
            v.weighed(given.gather @ letters, v.letters_idf),
            _beside(v.weighed(both, v.idf), v.weighed(letters, v.letters_idf)),
            self.meaning(given),
        )  # fmt: skip

    def meaning(self, given: Read) -> Floats:
        """The weighed mean of the vectors of a passage's words less the pool's; of length one."""
        if self.vectors is None or not given.kinds:
            return np.zeros((given.count, len(self.centre)), np.float32)
        found, has = self.vectors.look_up(given.kinds)
        weight = self.telling(given) * has
        heavy = (given.gather @ given.kinds_by_sentence) * weight
        total = np.maximum(heavy.sum(1), 1e-6)
        mean = (heavy @ found) / total[:, None] - self.centre
        mean[total <= 1e-6] = 0
        return np.asarray(of_length_one(mean), np.float32)

    def telling(self, given: Read) -> Floats:
        """How much each kind of word tells of what a passage is about; "the" and "?" nothing."""
        idf = self.vocabulary.stems_idf
        rare = float(idf.max()) if len(idf) else 1.0
        at = [self.vocabulary.stem_at.get(stem, -1) for stem in given.stems]
        weight = np.array([idf[n] if n >= 0 else rare for n in at], np.float32) - 1
        silent = [k in ENGLISH_STOP_WORDS or not k[0].isalnum() for k in given.kinds]
        weight[silent] = 0
        return np.maximum(weight, 0)

    def centre_on(self, pool: Read) -> None:
        """From now on meanings are told as they differ from the pool's mean."""
        if self.vectors is None or not pool.kinds:
            return
        found, has = self.vectors.look_up(pool.kinds)
        heavy = (pool.gather @ pool.kinds_by_sentence) * (self.telling(pool) * has)
        total = np.maximum(heavy.sum(1), 1e-6)
        self.centre = np.asarray(((heavy @ found) / total[:, None]).mean(0), np.float32)


class Prior:
    """The codebook as numbers, and the words learnt beside it."""

    def __init__(self, reader: Reader, codes: Sequence[Code]) -> None:
        self.reader, self.codes = reader, codes
        v = reader.vocabulary
        self.phrases = Phrases(v, codes)
        self.telling = np.zeros(len(self.phrases.wanted), np.float32)
        self.likes = [
            self._told([f"{c.name} {c.definition}" for c in codes], pairs=False),
            self._told([" ".join((c.name, *c.phrases)) for c in codes], pairs=False),
            self._told([" ".join(c.phrases) for c in codes], pairs=True),
            self._told([" ".join((c.name, c.definition, *c.cues)) for c in codes], pairs=False),
        ]
        parts = [
            [p for p in (c.name, c.definition, *c.cues) if words(p)] or [c.name] for c in codes
        ]
        self.of_part = np.repeat(np.arange(len(codes)), [len(p) for p in parts])
        self.parts = reader.meaning(read([one for part in parts for one in part]))
        self.mean = np.zeros((len(codes), 2), np.float32)
        self.spread = np.ones((len(codes), 2), np.float32)
        words_known = len(v.idf) + len(v.letters_idf)
        self.learnt = np.zeros((words_known, len(codes)), np.float32)
        self.base = np.zeros(len(codes), np.float32)
        self.constant = 0.0

    def _told(self, texts: Sequence[str], pairs: bool) -> sparse.csr_array:
        """What the codebook says of each code, as a column of weighed words."""
        v = self.reader.vocabulary
        given = read(texts)
        both, _ = v.sentences(given, v.stem_numbers(given))
        return sparse.csr_array(self._words(given.gather @ both, pairs).T)

    def _words(self, counts: sparse.csr_array, pairs: bool) -> sparse.csr_array:
        v = self.reader.vocabulary
        single = len(v.stems)
        if pairs:
            return v.weighed(counts, v.idf)
        weight = v.stems_idf.copy()
        weight[[stem in ENGLISH_STOP_WORDS for stem in v.stems]] = 0
        return v.weighed(sparse.csr_array(counts[:, :single]), weight)

    def fit(self, pool: Seen) -> None:
        """Learn from passages nobody coded how much each sign tells, and more signs."""
        if not pool.read.count or not self.codes:
            return
        found = self.phrases.found(pool.read, pool.numbers)
        self.telling = self.phrases.weights(self.reader.vocabulary, found)
        like = self._meant(pool)
        self.mean, self.spread = like.mean(0), like.std(0) + 1e-3
        signs = self.signs(pool)
        said = self.say(signs)
        self.learnt, self.base = spreading.spread(pool.rows, said)
        said += spreading.SHARE * self._learnt(pool)
        self.constant = spreading.constant(said)

    def signs(self, seen: Seen) -> Floats:
        """Passages x codes x ``FEATURES``."""
        shape = (seen.read.count, len(self.codes))
        found = self.phrases.found(seen.read, seen.numbers)
        of_code = self.phrases.of_code
        many = np.maximum((found @ of_code).toarray(), 0)
        telling = (found @ (of_code * self.telling[:, None])).toarray()
        telling = np.maximum(telling, 0) / np.sqrt(seen.read.lengths)[:, None]
        counts = seen.read.gather @ seen.sentences[0]
        single = self._words(counts, pairs=False)
        likes = [
            ((seen.both if pairs else single) @ code).toarray()
            for code, pairs in zip(self.likes, (False, False, True, False), strict=True)
        ]
        meant = (self._meant(seen) - self.mean) / self.spread
        parts = [many > 0, np.log1p(many), telling, *likes, meant[..., 0], meant[..., 1]]
        parts.append(self._learnt(seen))
        return np.stack([np.broadcast_to(part, shape) for part in parts], 2).astype(np.float32)

    def _learnt(self, seen: Seen) -> Floats:
        return spreading.odds(seen.rows @ self.learnt + self.base)

    def _meant(self, seen: Seen) -> Floats:
        """Mean and greatest likeness of a passage's meaning to each thing said of a code."""
        like = seen.meant @ self.parts.T
        starts = np.searchsorted(self.of_part, np.arange(len(self.codes)))
        mean = np.add.reduceat(like, starts, axis=1) / np.bincount(self.of_part)
        return np.stack([mean, np.maximum.reduceat(like, starts, axis=1)], 2).astype(np.float32)

    def say(self, signs: Floats, learnt: float = 0.0) -> Floats:
        """The log-odds that a code applies; ``learnt`` is the share of what was learnt beside."""
        said = -3.4 + 1.9 * signs[..., 0] + 0.8 * np.maximum(signs[..., 1] - 0.7, 0)
        said += 4 * signs[..., 6] + 3 * signs[..., 5] + 0.5 * signs[..., 7]
        return np.asarray(said + learnt * signs[..., 9] + self.constant, np.float32)
