"""A small invented world: three codes, passages that speak of them, tellers."""

from __future__ import annotations

import numpy as np

from storybank.learning.codes import Answered, Code

CODES = (
    Code("Waiting", "How long people wait to be seen.", ("wait", "queue")),
    Code("Kindness", "Staff are kind and warm.", ("kind", "friendly"), ("kind of",)),
    Code("Parking"),
)
_SAID = (
    ("we sat for hours in the corridor", "a long wait at the clinic", "the queue took hours"),
    ("the nurse was kind and smiled", "friendly people at the desk", "she smiled and held my hand"),
    ("no space for the car", "parking cost a fortune", "we drove round looking for a space"),
)
_NOISE = ("it was on a Tuesday", "my sister came along", "the weather was bad", "I had tea after")


def passages(many: int, seed: int = 1) -> list[Answered]:
    """Passages coded in full, each of another teller."""
    rng = np.random.default_rng(seed)
    made = []
    for teller in range(many):
        codes = frozenset(int(c) for c in rng.choice(3, rng.integers(0, 3), replace=False))
        said = [_SAID[code][rng.integers(3)] for code in sorted(codes)]
        said.append(_NOISE[rng.integers(4)])
        made.append(Answered(". ".join(said) + ".", teller, codes, in_full=True))
    return made
