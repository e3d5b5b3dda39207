"""Words that stand beside cues come to speak of a code."""

from __future__ import annotations

import numpy as np
import pytest
from learning.learning_from import CODES, passages
from scipy import sparse

from storybank.learning import spreading
from storybank.learning.learner import Learner


def test_a_word_beside_the_cue():
    """Word 0 stands beside twenty cues and elsewhere, word 1 anywhere."""
    rows = np.zeros((200, 22), np.float32)
    rows[:80, 0] = 1
    rows[::3, 1] = 1
    rows[np.arange(60), 2 + np.arange(60) % 20] = 1
    said = np.full((200, 2), -3, np.float32)
    said[:60] = 0
    weights, base = spreading.spread(sparse.csr_array(rows), said)
    assert (weights[0] > 0.1).all() and (weights[1] < weights[0] / 4).all()
    assert ((base > 0) & (base < 1)).all()


def test_each_code_is_made_as_common_as_wanted():
    said = np.random.default_rng(2).normal(size=(300, 3)).astype(np.float32)
    wanted = np.array([0.02, 0.3, 0.9], np.float32)
    found = 1 / (1 + np.exp(-said - spreading.constants(said, wanted)))
    assert found.mean(0) == pytest.approx(wanted, abs=1e-3)


def test_marks_tell_as_words_do():
    answers = passages(60)
    asked = [f"{one.text[:-1]}?" if 0 in one.confirmed else one.text for one in answers]
    learner = Learner(CODES)
    learner.prepare(asked, range(len(asked)))
    assert "?" in learner.prior.reader.vocabulary.stem_at
    assert learner.fit([]).chances(["a wait"])[0, 0] == pytest.approx(
        learner.fit([]).chances(["a wait!"])[0, 0], abs=0.2
    )
