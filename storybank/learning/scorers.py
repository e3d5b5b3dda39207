"""Ridges over words and meanings, fitted to answers, and what they say of passages left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse

from storybank.learning import ridge
from storybank.learning.model import Scorer
from storybank.learning.words import Floats, Ints

EXACT = 4_000
"""Up to so many passages the ridge is solved outright; above, by folds and in steps."""
STEPS = 15
KERNELS = ((1.0, 0.0, 3.0), (0.0, 1.0, 3.0), (1.0, 1.0, 4.0))
"""Shares of words and of meanings, and the strength, of each scorer. The last one knows all."""
CONSTANT = 0.1
"""The share of a feature that is the same for every passage."""

NONE: Floats = np.zeros((0, 0), np.float32)


def fit_scorers(
    rows: sparse.csr_array,
    meant: Floats,
    left: Floats,
    known: np.ndarray,
    tellers: Ints,
    folds: Ints,
) -> list[tuple[Scorer, Floats]]:
    """Each scorer, and what it says of every passage without it and its teller's others.

    ``left``: passages x targets, what is to be learnt; where not ``known`` nobody answered.
    """
    if len(left) > EXACT:
        return [_by_folds(rows, meant, np.where(known, left, 0), folds)]
    together = ridge.groups(tellers)
    words = np.asarray((rows @ rows.T).toarray(), np.float32)
    meanings = np.asarray(meant @ meant.T, np.float32)
    made = []
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
        made.append((scorer, held))
    return made


def _by_folds(
    rows: sparse.csr_array, meant: Floats, left: Floats, folds: Ints
) -> tuple[Scorer, Floats]:
    """The last scorer alone, each fold held out in turn."""
    width = rows.shape[1]
    constant = np.full((len(left), 1), np.sqrt(CONSTANT), np.float32)
    every = sparse.csr_array(sparse.hstack([rows, sparse.csr_array(meant), constant], "csr"))
    strength = KERNELS[-1][2]
    held = np.zeros_like(left, np.float32)
    for fold in np.unique(folds):
        out = folds == fold
        weights = ridge.solve(every[~out], left[~out], strength, STEPS)
        held[out] = every[out] @ weights
    weights = ridge.solve(every, left, strength, STEPS)
    meanings = weights[width:-1] if meant.any() else NONE
    return Scorer(weights[:width], meanings, np.sqrt(CONSTANT) * weights[-1]), held


def doubled(plain: Sequence[Floats], said: Floats) -> list[Floats]:
    """What a scorer says, half of it beside how common a code is, half beside the codebook."""
    return [one + part for one, part in zip(plain, np.split(said, 2, 1), strict=True)]
