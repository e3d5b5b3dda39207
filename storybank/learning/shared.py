"""One logistic regression for the pairs of all codes, so that a rare code borrows what others
taught. It starts from an offset and departs from it only as far as answers pull (MAP with a normal
prior on each weight; Newton's method)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve
from scipy.special import expit

from storybank.learning.words import Floats, Ints

DOUBT = 20_000.0
LEAST, MOST = 5.0, 5_000.0
"""A weight meets ``DOUBT`` pairs' worth of doubt divided by confirmations, between these: with few
the offset rules, with many the answers."""


@dataclass(frozen=True)
class Shared:
    """Weights of standardised features, the last one of a constant."""

    mean: Floats
    spread: Floats
    weights: Floats

    def say(self, features: Floats, offset: Floats) -> Floats:
        """Log-odds of pairs."""
        plain = (self.weights[:-1] / self.spread).astype(np.float32)
        constant = float(self.weights[-1] - self.mean @ plain)
        return np.asarray(features @ plain + constant + offset, np.float32)


def fit_shared(
    features: Floats, offset: Floats, answers: Floats, start: Shared | None = None
) -> Shared:
    """Fit pairs x features with three times the doubt, the doubt and a third of it, and take the
    mean of the weights.

    Choosing a doubt by what it says of other folds was worse with few answers: twenty passages
    cannot tell which is best.
    """
    mean, spread = features.mean(0), features.std(0) + 1e-4
    rows = np.empty((len(features), features.shape[1] + 1), np.float32)
    np.divide(features - mean, spread, out=rows[:, :-1])
    rows[:, -1] = 1
    weights = None if start is None else start.weights
    made = []
    doubt = min(MOST, max(LEAST, DOUBT / max(1.0, float(answers.sum()))))
    for share in (3.0, 1.0, 1 / 3):
        weights = _newton(rows, offset, answers, share * doubt, weights)
        made.append(weights)
    return Shared(mean, spread, np.mean(made, axis=0, dtype=np.float32))


def _newton(
    rows: Floats, offset: Floats, answers: Floats, doubt: float, start: Floats | None
) -> Floats:
    width = rows.shape[1]
    penalty = np.full(width, doubt)
    penalty[-1] = doubt / 30  # how common codes are at all is soon learnt
    weights = np.zeros(width) if start is None else start.astype(np.float64)
    said, loss = _loss(rows, offset, answers, penalty, weights)
    for _ in range(25):
        chance = expit(said)
        slope = rows.T @ (chance - answers) + penalty * weights
        bend = np.sqrt(np.maximum(chance * (1 - chance), 1e-6)).astype(np.float32)
        bent = rows * bend[:, None]
        step = solve(bent.T @ bent + np.diag(penalty), slope, assume_a="pos")
        if np.abs(step).max() < 2e-3:
            break
        for _ in range(6):
            ahead, now = _loss(rows, offset, answers, penalty, weights - step)
            if now < loss:
                break
            step /= 3
        else:
            break
        weights, said, loss = weights - step, ahead, now
    return weights.astype(np.float32)


def _loss(
    rows: Floats, offset: Floats, answers: Floats, penalty: np.ndarray, weights: np.ndarray
) -> tuple[Floats, float]:
    """Log-odds of pairs, and how unlikely the answers and the weights are together."""
    said = rows @ weights.astype(np.float32) + offset
    unlikely = (np.logaddexp(0, said) - answers * said).sum(dtype=np.float64)
    return said, float(unlikely + (penalty * weights * weights).sum() / 2)


def out_of_fold(
    features: Floats, offset: Floats, answers: Floats, fold_of: Ints, start: Shared | None = None
) -> Floats:
    """Log-odds of each pair by the pairs of other folds."""
    said = np.array(offset, np.float32)
    for fold in np.unique(fold_of):
        out = fold_of == fold
        if out.all():
            return said
        fitted = fit_shared(features[~out], offset[~out], answers[~out], start)
        said[out] = fitted.say(features[out], offset[out])
    return said
