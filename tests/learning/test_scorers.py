"""What is learnt from words: the outright solution and the one by folds say much the same."""

from __future__ import annotations

import numpy as np
from learning.learning_from import CODES, passages

from storybank.learning import scorers
from storybank.learning.learner import Learner


def model():
    answers = passages(120)
    learner = Learner(CODES)
    learner.prepare([one.text for one in answers], [one.teller for one in answers])
    return learner.fit(answers)


def test_many_passages_are_learnt_from_by_folds(monkeypatch):
    texts = [one.text for one in passages(60, seed=4)]
    outright = model().chances(texts)
    monkeypatch.setattr(scorers, "EXACT", 100)
    by_folds = model().chances(texts)
    assert ((outright > 0.5) == (by_folds > 0.5)).mean() > 0.95


def test_one_sentence_of_many_is_heard():
    noise = "My sister came along. The weather was bad. I had tea after. " * 4
    said, silent = model().chances([f"{noise}The queue took hours.", noise])[:, 0]
    assert said > 2 * silent and np.isfinite(said)
