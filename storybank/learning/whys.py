"""Which words of many passages weighed most for codes: as ``explaining``, read once for all."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

from storybank.learning.explaining import Why, linear
from storybank.learning.model import Model
from storybank.learning.prior import Seen
from storybank.learning.vocabulary import spelled
from storybank.learning.words import WORD, Floats, Ints, plain, read

LITTLE = 0.25


def whys(
    model: Model, texts: Sequence[str], codes: Sequence[Sequence[int]], most: int = 3
) -> list[list[Why]]:
    """For each passage, and each of the codes asked of it, the words that weighed most and tell
    something by themselves, none that weighed ``LITTLE`` of the heaviest; and its cues."""
    if not texts:
        return []
    batch = Batch(model, model.reader.look(read(texts)))
    said = []
    for at, text in enumerate(texts):
        places = [match.span() for match in WORD.finditer(plain(text))]
        said.append([_why(batch, at, code, places, most) for code in codes[at]])
    return said


def _why(batch: Batch, at: int, code: int, places: Sequence[tuple[int, int]], most: int) -> Why:
    weight = batch.shares(at, code) * batch.tells(at)
    order = np.argsort(-weight, kind="stable")[:most].tolist()
    least = LITTLE * weight.max(initial=0)
    return Why(
        tuple(places[one] for one in order if weight[one] > 0 and weight[one] >= least),
        tuple((places[first][0], places[last - 1][1]) for first, last in batch.cues(at, code)),
    )


class Batch:
    """Some passages, with all that is the same for every code worked out."""

    def __init__(self, model: Model, seen: Seen) -> None:
        vocabulary, given = model.reader.vocabulary, seen.read
        self.seen, self.scorer = seen, linear(model)
        first = np.searchsorted(given.passages, np.arange(given.count + 1))
        self.bounds = given.bounds[first]
        self.single, self.width = len(vocabulary.stems), seen.both.shape[1]
        self.pairs = vocabulary.pair_numbers(given, seen.numbers)
        self.both = _each(seen.both, given.gather @ seen.sentences[0])
        self.letters = _each(seen.letters, given.gather @ seen.sentences[1])
        self.spelled = spelled(given.kinds, vocabulary.letters_at)
        self.worth = np.zeros(self.width + 1)
        self.runs = np.zeros(seen.letters.shape[1])
        self.heavy, self.meant = self._meanings(model)
        self.phrases = model.prior.phrases
        self.standing: dict[int, list[tuple[int, int, int]]] = {}
        for start, end, number in self.phrases.standing(given, seen.numbers):
            passage = int(given.passages[given.sentence_of[start]])
            self.standing.setdefault(passage, []).append((start, end, number))
        tells = [kind[0].isalnum() and kind not in ENGLISH_STOP_WORDS for kind in given.kinds]
        self.telling = np.array(tells, np.float32)
        self.wanted = list(self.phrases.wanted.values())

    def _meanings(self, model: Model) -> tuple[Floats | None, Floats]:
        """How heavy each kind of word is in each passage, and what it means for each code."""
        vectors, given, weights = model.reader.vectors, self.seen.read, self.scorer.meanings
        if vectors is None or not given.kinds or not weights.size:
            return None, np.zeros((0, 0), np.float32)
        found, has = vectors.look_up(given.kinds)
        heavy = model.reader.telling(given) * has
        there = (given.gather @ given.kinds_by_sentence) * heavy
        total = np.maximum(there.sum(1), 1e-12)
        mean = (there @ found) / total[:, None] - model.reader.centre
        self.scale = 1 / (total * np.maximum(np.linalg.norm(mean, axis=1), 1e-12))
        return heavy, np.asarray(found @ weights, np.float32)

    def shares(self, at: int, code: int) -> Floats:
        """What each word of one passage adds to the linear score of a code."""
        first, last = self.bounds[at], self.bounds[at + 1]
        flat = self.seen.read.flat[first:last]
        added = np.zeros(last - first)
        if self.scorer.words.size:
            weights = self.scorer.words[:, code]
            index, each = _row(self.both, at)
            self.worth[index] = each * weights[index]
            halves = self.worth[self._pairs(first, last)] / 2
            added += self.worth[self.seen.numbers[first:last]] + halves
            added[1:] += halves[:-1]
            self.worth[index] = 0
        if self.scorer.words.shape[0] > self.width:
            index, each = _row(self.letters, at)
            self.runs[index] = each * self.scorer.words[self.width + index, code]
            kinds, where = np.unique(flat, return_inverse=True)
            added += (self.spelled[kinds] @ self.runs)[where]
            self.runs[index] = 0
        if self.heavy is not None:
            added += self.heavy[flat] * self.meant[flat, code] * self.scale[at]
        return np.asarray(added, np.float32)

    def tells(self, at: int) -> Floats:
        """1 for each word of a passage but "the", "of" and the like."""
        return self.telling[self.seen.read.flat[self.bounds[at] : self.bounds[at + 1]]]

    def _pairs(self, first: int, last: int) -> Ints:
        pairs = self.pairs[first:last]
        return np.where(pairs >= 0, pairs + self.single, -1)

    def cues(self, at: int, code: int) -> list[tuple[int, int]]:
        """Where cues of a code stand in a passage, as first and last word (exclusive) of it."""
        begin = int(self.bounds[at])
        return [
            (start - begin, end - begin)
            for start, end, number in self.standing.get(at, ())
            if self.wanted[number].get(code, 0.0) > 0
        ]


def _each(weighed: sparse.csr_array, counts: sparse.csr_array) -> sparse.csr_array:
    """What one occurrence is worth of each thing that is counted in a passage."""
    weighed, counts = weighed.copy(), sparse.csr_array(counts, copy=True)
    weighed.sort_indices()
    counts.sort_indices()
    weighed.data = weighed.data / counts.data
    return weighed


def _row(rows: sparse.csr_array, at: int) -> tuple[Ints, Floats]:
    first, last = rows.indptr[at], rows.indptr[at + 1]
    return rows.indices[first:last], rows.data[first:last]
