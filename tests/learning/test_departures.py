"""What is peculiar to one code: found where answers show it, not heeded before."""

from __future__ import annotations

import numpy as np

from storybank.learning.departures import fit_departures

FOLDS = np.arange(400) % 5


def peculiar(many):
    """A shared log-odds that holds for the first code; the second goes by its cue."""
    rng = np.random.default_rng(3)
    features = rng.normal(size=(400, 2, 40)).astype(np.float32)
    said = features[..., -1]
    told = np.stack([said[:, 0], 4 * features[:, 1, 0]], 1)
    right = (rng.random((400, 2)) < 1 / (1 + np.exp(-told))).astype(np.float32)
    known = np.zeros((400, 2), bool)
    known[:many] = True
    return features, said, right, known


def test_a_code_that_goes_its_own_way():
    features, said, right, known = peculiar(400)
    own, held = fit_departures(features, said, right, known, FOLDS)
    loss = [(np.logaddexp(0, odds) - right * odds).mean(0) for odds in (said, held)]
    assert loss[1][1] < 0.8 * loss[0][1] and abs(loss[1][0] - loss[0][0]) < 0.05
    assert np.abs(own.say(features)).mean(0)[1] > 0.5


def test_few_answers_change_little_and_none_nothing():
    features, said, right, known = peculiar(4)
    own, held = fit_departures(features, said, right, known, FOLDS)
    assert np.abs(own.say(features)).max() < 1 and (held[~known] == said[~known]).all()
    own, _ = fit_departures(features, said, right, np.zeros_like(known), FOLDS)
    assert not own.say(features).any()
