"""A passage and a code as one row of numbers: what each scorer says, alone and beside others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import logit

from storybank.learning.words import Floats

LOW, HIGH = 0.004, 0.985


def odds(chance: Floats) -> Floats:
    """Log-odds of what may lie a little outside 0 to 1."""
    return np.asarray(logit(np.clip(chance, LOW, HIGH)), np.float32)


def beside(scores: Floats) -> list[Floats]:
    """A score less the passage's mean over codes, and less its second highest."""
    mean = scores.mean(1, keepdims=True)
    if scores.shape[1] < 2:
        return [scores - mean, scores - mean]
    second = np.partition(scores, -2, axis=1)[:, -2:-1]
    return [scores - mean, scores - second]


def late(
    signs: Floats,
    said: Floats,
    scores: Sequence[Floats],
    peaks: Floats,
    confirmed: Floats,
    rates: Floats,
) -> Floats:
    """What the last regression weighs.

    ``said`` are log-odds before words were learnt from, ``scores`` chances by each scorer, all
    passages x codes; ``peaks`` the highest of a passage's sentences; ``confirmed`` how often each
    code was; ``rates`` the log-odds of a code given that a cue of it was found or not.
    """
    many = np.broadcast_to(np.log1p(confirmed), said.shape)
    parts = [said, *beside(said), many, rates]
    # A rare code's scores are small: a chance of .1 says much of it, and little of a common one.
    spread = np.sqrt((confirmed + 0.5) / (confirmed.sum() + 0.5 * len(confirmed)) + 1e-3)
    parts += [peaks, peaks / spread, odds(peaks), *beside(peaks)]
    for score in scores:
        sure = odds(score)
        parts += [score, score / spread, sure, *beside(score), *beside(sure), sure * many / 4]
    return np.concatenate([signs, np.stack(parts, 2)], 2).astype(np.float32)


def cue_rates(found: np.ndarray, answers: Floats, seen: np.ndarray) -> Floats:
    """Two rows: the smoothed log-odds of each code where its cue was found, and where not."""
    some, none = found & seen, ~found & seen
    with_cue = ((some * answers).sum(0) + 2.0) / (some.sum(0) + 5.0)
    without = ((none * answers).sum(0) + 0.15) / (none.sum(0) + 5.0)
    return np.asarray(logit(np.stack([with_cue, without])), np.float32)
