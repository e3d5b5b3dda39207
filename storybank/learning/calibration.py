"""What a figure is worth: log-odds made into shares that were right, and from where to say yes."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import minimize

from storybank.learning.words import Floats

SHOWN = 3
FLOOR = 0.25
"""At most so many codes are shown for a passage, and none less likely than this."""
USUAL, FIRM = 0.35, 40.0
"""From which chance on to say yes as long as nobody has answered, and how many confirmations weigh
as much as that."""
BELIEF = 20.0
"""How many confirmations of a code weigh as much as all codes together do for its threshold."""
WANTED, LEAST, BESIDE = 0.60, 4, 2.0
"""What share of the suggestions of a code should be right, of how many at least; and how many
answers what was said of them weighs as much as."""


def calm_down(odds: Floats, right: Floats, known: np.ndarray) -> tuple[float, float]:
    """Slope and constant (Platt) from what would have been shown, drawn towards 1 and 0."""
    top = _shown(odds, known) & (odds > -2.5)
    said, true = odds[top].astype(np.float64), right[top]
    if len(said) < 10:
        return 1.0, 0.0

    def loss(given: np.ndarray) -> float:
        now = given[0] * said + given[1]
        doubt = 30 * (given[0] - 1) ** 2 + 10 * given[1] ** 2
        return float((np.logaddexp(0, now) - true * now).sum() + doubt)

    slope, constant = minimize(loss, (1.0, 0.0), method="BFGS").x
    return (float(slope), float(constant)) if slope > 0.2 else (1.0, 0.0)


def _shown(odds: Floats, known: np.ndarray) -> np.ndarray:
    """The three likeliest codes of each passage, where somebody answered."""
    most = min(SHOWN, odds.shape[1])
    top = np.argsort(-odds, axis=1, kind="stable")[:, :most]
    marked = np.zeros(odds.shape, bool)
    np.put_along_axis(marked, top, True, 1)
    shown: np.ndarray = marked & known
    return shown


def thresholds(chance: Floats, right: Floats, known: np.ndarray) -> Floats:
    """For each code the chance from which yes is more often right than wrong to say (best F1),
    drawn towards the one for all codes: halfway at least, as what is best for each code costs
    right answers over all, and the more the fewer confirmations it has."""
    every = float(right[known].sum())
    shared = (every * _best(chance[known], right[known]) + FIRM * USUAL) / (every + FIRM)
    made = np.full(chance.shape[1], shared, np.float32)
    for code in range(chance.shape[1]):
        seen = known[:, code]
        many = right[seen, code].sum()
        if many:
            own = _best(chance[seen, code], right[seen, code])
            made[code] += many / (many + BELIEF) * (own - shared) / 2
    return made


def foreseen(chance: Floats) -> Floats:
    """For each code the threshold of the highest F1 that its chances on passages without answers
    lead one to expect: half that F1 (Lipton, Elkan & Naryanaswamy 2014)."""
    order = -np.sort(-chance, axis=0)
    said = np.arange(1, len(order) + 1)[:, None]
    score = 2 * np.cumsum(order, 0) / (said + order.sum(0))
    return np.asarray(np.clip(score.max(0) / 2, 0.12, 0.5), np.float32)


def faded(own: Floats, foreseen: Floats, confirmed: Floats) -> Floats:
    """Thresholds from answers for codes with many confirmations, foreseen ones for the others."""
    share = confirmed / (confirmed + BELIEF)
    return np.asarray(share * own + (1 - share) * foreseen, np.float32)


def _best(chance: Floats, right: Floats) -> float:
    """The threshold of the highest F1, the middle of those as good."""
    grid = np.arange(0.08, 0.7, 0.01)
    cells = np.digitize(chance, grid)
    true = np.cumsum(np.bincount(cells, weights=right, minlength=len(grid) + 1)[::-1])[::-1][1:]
    said = np.cumsum(np.bincount(cells, minlength=len(grid) + 1)[::-1])[::-1][1:]
    score = 2 * true / np.maximum(said + right.sum(), 1)
    smooth = np.convolve(np.pad(score, 2, mode="edge"), np.ones(5) / 5, "valid")
    return float(grid[int(smooth.argmax())])


def expected(chance: Floats, right: Floats, known: np.ndarray) -> dict[str, Any]:
    """What is found out of fold of the shown: how many, how many right, the error of figures."""
    top = _shown(chance, known) & (chance >= FLOOR)
    said, true = chance[top], right[top]
    return {
        "shown": int(top.sum()),
        "shown_right": int(true.sum()),
        "shown_error": round(calibration_error(said, true), 4),
    }


def by_code(chance: Floats, right: Floats, known: np.ndarray) -> list[dict[str, Any]]:
    """The same for each code, with the lowest chance from which on ``WANTED`` were right and what
    share of those were (``LEAST`` or more; drawn a little towards what was said). Where there is
    no such chance: ``FLOOR``, and the share of all shown."""
    top = _shown(chance, known) & (chance >= FLOOR)
    made: list[dict[str, Any]] = []
    for code in range(chance.shape[1]):
        rows = top[:, code]
        order = np.argsort(-chance[rows, code], kind="stable")
        said, true = chance[rows, code][order], right[rows, code][order]
        found: dict[str, Any] = {"shown": len(said), "right": int(true.sum())}
        if len(said):
            many = np.arange(1, len(said) + 1)
            share = (np.cumsum(true) + BESIDE * np.cumsum(said) / many) / (many + BESIDE)
            good = np.flatnonzero((share >= WANTED) & (many >= LEAST))
            found["threshold"] = round(float(said[good[-1]]), 4) if len(good) else FLOOR
            found["expected"] = round(float(share[good[-1] if len(good) else -1]), 4)
        made.append(found)
    return made


def calibration_error(chance: Floats, right: Floats) -> float:
    """The mean distance between figure and share, over ten bins of equal width."""
    if not len(chance):
        return 0.0
    cell = np.minimum((chance * 10).astype(int), 9)
    gaps = [abs(float((chance - right)[cell == one].sum())) for one in range(10)]
    return sum(gaps) / len(chance)
