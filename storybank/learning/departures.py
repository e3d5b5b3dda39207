"""How far each code departs from what all codes share: its words may tell more than most codes' do,
its cues less. A small logistic regression for each code, drawn towards no departure (a normal prior
on each weight, Newton's method), its words and cues heeded the more the more often the code was
confirmed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve
from scipy.special import expit

from storybank.learning.words import Floats, Ints

COLUMNS = [0, 9, 10, -14, -13, *range(-8, 0)]
"""Of ``pairs.late``: a cue, what was learnt beside, the codebook's guess, the last scorer's."""
DOUBT = 60.0
OFTEN = 5.0
"""The doubt of how common a code is, which is soon learnt and heeded at once."""
BELIEF = 20.0
"""How many confirmations it takes to heed half of what is peculiar to a code."""


@dataclass(frozen=True)
class Departures:
    """Codes x ``COLUMNS``: mean, spread and weights of the features; the last weight is of one."""

    mean: Floats
    spread: Floats
    weights: Floats

    def say(self, features: Floats) -> Floats:
        """What to add to the log-odds of passages x codes."""
        some = (features[..., COLUMNS] - self.mean) / self.spread
        added = np.einsum("pck,ck->pc", some, self.weights[:, :-1], optimize=True)
        return np.asarray(added + self.weights[:, -1], np.float32)


def fit_departures(
    features: Floats, said: Floats, right: Floats, known: np.ndarray, folds: Ints
) -> tuple[Departures, Floats]:
    """From log-odds out of fold (passages x codes); and those with departures, out of fold too."""
    codes, wide = said.shape[1], len(COLUMNS)
    mean = np.zeros((codes, wide), np.float32)
    spread = np.ones((codes, wide), np.float32)
    weights = np.zeros((codes, wide + 1), np.float32)
    held = np.array(said, np.float32)
    for code in range(codes):
        seen = np.flatnonzero(known[:, code])
        many = right[seen, code].sum()
        if not many:
            continue
        given = features[seen, code][:, COLUMNS]
        mean[code], spread[code] = given.mean(0), given.std(0) + 0.02
        rows = np.ones((len(seen), wide + 1))
        rows[:, :-1] = (given - mean[code]) / spread[code]
        start, true = said[seen, code], right[seen, code]
        heed = np.append(np.full(wide, many / (many + BELIEF)), 1.0)
        weights[code] = heed * _newton(rows, start, true)
        for fold in np.unique(folds[seen]):
            out = folds[seen] == fold
            apart = heed * _newton(rows[~out], start[~out], true[~out])
            held[seen[out], code] += rows[out] @ apart
    return Departures(mean, spread, weights), held


def _newton(rows: np.ndarray, start: Floats, right: Floats) -> np.ndarray:
    penalty = np.full(rows.shape[1], DOUBT)
    penalty[-1] = OFTEN
    weights = np.zeros(rows.shape[1])
    for _ in range(8):
        chance = expit(rows @ weights + start)
        slope = rows.T @ (chance - right) + penalty * weights
        bent = rows * (chance * (1 - chance))[:, None]
        step = solve(rows.T @ bent + np.diag(penalty), slope, assume_a="pos")
        weights -= step
        if np.abs(step).max() < 1e-3:
            break
    return weights
