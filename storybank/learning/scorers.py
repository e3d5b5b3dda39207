"""Ridges over words and meanings, fitted to answers, and what they say of passages left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from storybank.learning import ridge
from storybank.learning.model import Scorer, highest
from storybank.learning.prior import Seen
from storybank.learning.words import Floats, Ints

EXACT = 4_000
"""Up to so many passages the ridge is solved outright; above, by folds and in steps."""
STEPS = 10
KERNELS = ((1.0, 0.0, 3.0), (0.0, 1.0, 3.0), (1.0, 1.0, 4.0))
"""Shares of words and of meanings, and the strength, of each scorer. The last one knows all."""
CONSTANT = 0.1
"""The share of a feature that is the same for every passage."""

NONE: Floats = np.zeros((0, 0), np.float32)


@dataclass(frozen=True)
class Fitted:
    """Scorers, and for each what it says of every passage without it and its teller's others;
    the one for sentences, and the highest it says of a passage's sentences, likewise."""

    scorers: list[Scorer]
    held: list[Floats]
    sentences: Scorer
    peaks: Floats


def fit_scorers(seen: Seen, left: Floats, known: np.ndarray, tellers: Ints, folds: Ints) -> Fitted:
    """Learn ``left`` (passages x targets, the first half for sentences too) from what was read;
    where not ``known`` nobody answered."""
    if len(left) > EXACT:
        return _by_folds(seen, np.where(known, left, 0), folds)
    rows, meant, together = seen.rows, seen.meant, ridge.groups(tellers)
    words = np.asarray((rows @ rows.T).toarray(), np.float32)
    meanings = np.asarray(meant @ meant.T, np.float32)
    scorers, every = [], []
    for of_words, of_meant, strength in KERNELS:
        if of_meant and not meant.any():
            continue
        kernel = np.asarray(of_words * words + of_meant * meanings + CONSTANT, np.float32)
        inverted = ridge.inverse(kernel, strength)
        dual, held = ridge.held_out(inverted, left, known, together)
        scorer = Scorer(
            np.asarray(rows.T @ dual, np.float32) if of_words else NONE,
            np.asarray(meant.T @ dual, np.float32) if of_meant else NONE,
            np.asarray(CONSTANT * dual.sum(0), np.float32),
        )
        scorers.append(scorer)
        every.append(held)
        if not of_meant:
            half = left.shape[1] // 2
            sentences = _first(scorer, half)
            peaks = _peaks(seen, inverted, dual[:, :half], folds)
    return Fitted(scorers, every, sentences, peaks)


def _first(scorer: Scorer, half: int) -> Scorer:
    """Its words, and its first half of targets."""
    return Scorer(scorer.words[:, :half], NONE, scorer.constant[:half])


def _peaks(seen: Seen, inverted: Floats, dual: Floats, folds: Ints) -> Floats:
    """The highest score of each passage's sentences by the words of other folds."""
    said = np.zeros((len(seen.read.passages), dual.shape[1]), np.float32)
    fold_of = folds[seen.read.passages]
    for fold in np.unique(folds):
        others = ridge.without(inverted, dual, np.flatnonzero(folds == fold))
        part = fold_of == fold
        said[part] = seen.apart[part] @ (seen.rows.T @ others) + CONSTANT * others.sum(0)
    return highest(said, seen)


def _by_folds(seen: Seen, left: Floats, folds: Ints) -> Fitted:
    """The last scorer alone, each fold held out in turn."""
    half = left.shape[1] // 2
    fold_of = folds[seen.read.passages]
    held = np.zeros_like(left, np.float32)
    said = np.zeros((len(fold_of), half), np.float32)
    for fold in np.unique(folds):
        out, part = folds == fold, fold_of == fold
        scorer = _in_steps(seen.rows[~out], seen.meant[~out], left[~out])
        held[out] = scorer.say(seen.rows[out], seen.meant[out])
        said[part] = _first(scorer, half).say(seen.apart[part], NONE)
    scorer = _in_steps(seen.rows, seen.meant, left)
    return Fitted([scorer], [held], _first(scorer, half), highest(said, seen))


def _in_steps(rows: sparse.csr_array, meant: Floats, left: Floats) -> Scorer:
    constant = np.full((len(left), 1), np.sqrt(CONSTANT), np.float32)
    dense = np.hstack([meant, constant])
    dual = ridge.in_steps(rows, dense, left, KERNELS[-1][2], STEPS)
    return Scorer(
        np.asarray(rows.T @ dual, np.float32),
        np.asarray(meant.T @ dual, np.float32),
        np.asarray(CONSTANT * dual.sum(0), np.float32),
    )


def doubled(plain: Sequence[Floats], said: Floats) -> list[Floats]:
    """What a scorer says, half of it beside how common a code is, half beside the codebook."""
    return [one + part for one, part in zip(plain, np.split(said, 2, 1), strict=True)]
