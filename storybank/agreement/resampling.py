"""Intervals by the bootstrap: stories are drawn anew with putting back, many times, and each
figure is made from each draw. Sentences of one story are alike, so whole stories are drawn."""

from __future__ import annotations

import numpy as np

from storybank.agreement.estimates import DRAWS, Estimate
from storybank.agreement.measures import Figures

SEED = 20_041_105
DEFINED = 0.9
"""The share of draws that must have a figure."""


def draws(stories: int) -> Figures:
    """How often each story is in each draw: an array (DRAWS, stories), always the same one."""
    chance = np.random.default_rng(SEED)
    return chance.multinomial(stories, [1 / stories] * stories, size=DRAWS).astype(np.float64)


def summed(by_story: Figures, drawn: Figures | None) -> Figures:
    """Sums over all stories and, below them, over each draw: (1 + draws, ...)."""
    whole = by_story.sum(axis=0, keepdims=True)
    if drawn is None:
        return whole
    flat = by_story.reshape(len(by_story), -1)
    return np.concatenate([whole, (drawn @ flat).reshape(len(drawn), *by_story.shape[1:])])


def estimate(figures: Figures) -> Estimate:
    """The first figure is of all stories, the others of the draws (or there are none)."""
    value, others = float(figures[0]), figures[1:]
    if np.isnan(value):
        return Estimate(None)
    there = others[~np.isnan(others)]
    if not len(others) or len(there) < DEFINED * len(others):
        return Estimate(value)
    low, high = np.percentile(there, [2.5, 97.5])
    return Estimate(value, float(low), float(high))
