"""From what the codebook says of some passages to what other words say (self-training).

A ridge over words is fitted to the codebook's own guesses on passages nobody coded, so that words
which stand beside cues come to speak of the code too. What a passage is told was learnt from the
other half of the passages: its own guess would only be told back to it. Each time round, what was
learnt makes the guesses better; how common a code then is lies between what was guessed first and
what is guessed now (their geometric mean), as codes that are found often would else take all.
"""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.special import expit, logit

from storybank.learning.ridge import solve
from storybank.learning.words import Floats

AGAIN, ROUNDS = 2, 2
STRENGTH, STEPS = 6.0, 12
SHARE = 1.2
"""How much of what was learnt, as log-odds, is added to the codebook's guess."""
LOW, HIGH = 0.005, 0.98
USUAL = 1.25
"""How many codes a passage has, as long as nobody has said."""


def spread(rows: sparse.csr_array, said: Floats) -> tuple[Floats, Floats]:
    """Weights (features x codes) and what to add to them, a code each, from ``said``, the log-odds
    that the codebook gives passages (passages x codes). Their product is a chance."""
    said = said + constant(said)
    guess = expit(said)
    often = guess.mean(0)
    half = np.arange(len(said)) % 2 == 0
    for _ in range(AGAIN):
        now = guess
        for _ in range(ROUNDS):
            base = now.mean(0)
            others = np.empty_like(now)
            for part in (half, ~half):
                taught = solve(rows[~part], (now - base)[~part], STRENGTH, STEPS)
                others[part] = rows[part] @ taught + base
            now = np.clip((guess + others) / 2, 0, 1)
        more = said + SHARE * odds(others)
        wanted = np.sqrt(often * expit(more + constant(more)).mean(0))
        guess = expit(more + constants(more, wanted))
    base = now.mean(0)
    return solve(rows, now - base, STRENGTH, STEPS), np.asarray(base, np.float32)


def odds(chance: Floats) -> Floats:
    """Log-odds of what may lie a little outside 0 to 1."""
    return np.asarray(logit(np.clip(chance, LOW, HIGH)), np.float32)


def constant(said: Floats) -> float:
    """What to add to log-odds so that a passage has ``USUAL`` codes in the mean; of few, fewer."""
    wanted = min(USUAL, said.shape[1] / 4)
    low, high = -20.0, 20.0
    for _ in range(30):
        middle = (low + high) / 2
        if expit(said + middle).sum(1).mean() < wanted:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def constants(said: Floats, wanted: Floats) -> Floats:
    """What to add to each code's log-odds so that it is as common as wanted."""
    low, high = np.full(said.shape[1], -20.0), np.full(said.shape[1], 20.0)
    for _ in range(30):
        middle = ((low + high) / 2).astype(np.float32)
        few = expit(said + middle).mean(0) < wanted
        low, high = np.where(few, middle, low), np.where(few, high, middle)
    return np.asarray((low + high) / 2, np.float32)
