"""Which words of a passage weighed most for a code."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from storybank.learning.model import Model, Scorer
from storybank.learning.prior import Seen
from storybank.learning.vocabulary import spelled
from storybank.learning.words import WORD, Floats, plain, read

Place = tuple[int, int]


@dataclass(frozen=True)
class Why:
    """Places in code points, end exclusive: the words that weighed most, heaviest first; cues."""

    words: tuple[Place, ...]
    cues: tuple[Place, ...]


def why(model: Model, text: str, code: int, most: int = 3) -> Why:
    """The words that speak for a code, and its cues that stand there."""
    places = [match.span() for match in WORD.finditer(plain(text))]
    seen = model.reader.look(read([text]))
    weight = shares(model, seen, code)
    order = np.argsort(-weight, kind="stable")[:most]
    found = model.prior.phrases.places(seen.read, seen.numbers, code)
    return Why(
        tuple(places[at] for at in order.tolist() if weight[at] > 0),
        tuple((places[first][0], places[last - 1][1]) for first, last in found),
    )


def shares(model: Model, seen: Seen, code: int) -> Floats:
    """What each word of one passage adds to the linear score of a code, exactly.

    A word adds what its stem, its letters and its meaning add, and half of each pair it stands
    in; what stands there several times shares alike. The rest of the score is the same for every
    passage.
    """
    scorer = linear(model)
    both, letters = seen.both.shape[1], seen.letters.shape[1]
    words = np.zeros(both + letters) if not scorer.words.size else scorer.words[:, code]
    added = _stems_and_pairs(model, seen, words[:both])
    added += _letters(model, seen, words[both:])
    if scorer.meanings.size:
        added += _meanings(model, seen, scorer.meanings[:, code])
    return added.astype(np.float32)


def linear(model: Model) -> Scorer:
    """The scorer that knows most: of words and meanings, or what the codebook taught."""
    if model.learnt is not None:
        return model.learnt.scorers[-1]
    return Scorer(model.prior.learnt, np.zeros((0, 0), np.float32), model.prior.base)


def _stems_and_pairs(model: Model, seen: Seen, weights: Floats) -> Floats:
    single = len(model.reader.vocabulary.stems)
    worth = np.zeros(len(weights) + 1)
    row = seen.both
    counts = np.asarray((seen.read.gather @ seen.sentences[0]).sum(0)).ravel()
    worth[row.indices] = row.data * weights[row.indices] / counts[row.indices]
    pairs = model.reader.vocabulary.pair_numbers(seen.read, seen.numbers)
    halves = worth[np.where(pairs >= 0, pairs + single, -1)] / 2
    added = worth[seen.numbers] + halves
    added[1:] += halves[:-1]
    return np.asarray(added, np.float32)


def _letters(model: Model, seen: Seen, weights: Floats) -> Floats:
    row = seen.letters
    counts = np.asarray((seen.read.gather @ seen.sentences[1]).sum(0)).ravel()
    worth = np.zeros(len(weights))
    worth[row.indices] = row.data * weights[row.indices] / counts[row.indices]
    by_kind = spelled(seen.read.kinds, model.reader.vocabulary.letters_at) @ worth
    return np.asarray(by_kind[seen.read.flat] if len(by_kind) else np.zeros(0), np.float32)


def _meanings(model: Model, seen: Seen, weights: Floats) -> Floats:
    vectors, given = model.reader.vectors, seen.read
    if vectors is None or not given.kinds:
        return np.zeros(len(given.flat), np.float32)
    found, has = vectors.look_up(given.kinds)
    heavy = model.reader.telling(given) * has
    total = heavy[given.flat].sum()
    if not total:
        return np.zeros(len(given.flat), np.float32)
    mean = (heavy[given.flat] @ found[given.flat]) / total - model.reader.centre
    by_kind = heavy * (found @ weights) / (total * np.linalg.norm(mean))
    return np.asarray(by_kind[given.flat], np.float32)
