"""How good scores are: each figure as the field has it, over codes or passages that were used."""

from __future__ import annotations

import numpy as np
from sklearn.metrics import label_ranking_average_precision_score

from storybank.learning.calibration import FLOOR, SHOWN, calibration_error


def marks(truth: np.ndarray, chance: np.ndarray, said: np.ndarray) -> dict[str, float]:
    """``said``: what would be answered yes. Macro figures are over the codes that somebody put on
    a passage of the test; figures of three over the passages that have a code."""
    used, coded = truth.sum(0) > 0, truth.sum(1) > 0
    right, wrong, missed = counts(truth, said)
    every = 2 * right.sum() + wrong.sum() + missed.sum()
    top = np.argsort(-chance, 1, kind="stable")[:, :SHOWN]
    hits = np.take_along_axis(truth, top, 1)
    told = np.take_along_axis(chance, top, 1)
    shown = told >= FLOOR
    return {
        "micro_f1": float(2 * right.sum() / max(1, every)),
        "macro_f1": _mean(f1(truth, said)[used]),
        "map": _mean(average_precision(truth, chance)[used]),
        "hit_at_3": _mean(hits[coded].max(1, initial=0)),
        "recall_at_3": _mean(hits[coded].sum(1) / truth[coded].sum(1)),
        "lrap": float(label_ranking_average_precision_score(truth[coded], chance[coded]))
        if coded.any() and truth.shape[1] > 1
        else 0.0,
        "shown_ece": calibration_error(told[shown], hits[shown]),
    }


def counts(truth: np.ndarray, said: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Right, wrong and missed, for each code."""
    return (truth * said).sum(0), ((1 - truth) * said).sum(0), (truth * (1 - said)).sum(0)


def f1(truth: np.ndarray, said: np.ndarray) -> np.ndarray:
    right, wrong, missed = counts(truth, said)
    return np.asarray(2 * right / np.maximum(2 * right + wrong + missed, 1))


def average_precision(truth: np.ndarray, chance: np.ndarray) -> np.ndarray:
    """For each code the mean precision at the passages that have it (ties in order)."""
    order = np.argsort(-chance, 0, kind="stable")
    sorted_truth = np.take_along_axis(truth, order, 0)
    precision = np.cumsum(sorted_truth, 0) / np.arange(1, len(truth) + 1)[:, None]
    return np.asarray((precision * sorted_truth).sum(0) / np.maximum(truth.sum(0), 1))


def _mean(given: np.ndarray) -> float:
    return float(given.mean()) if given.size else 0.0
