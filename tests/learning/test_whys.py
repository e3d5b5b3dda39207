"""Why, for many passages at once, is what it is for each alone."""

from __future__ import annotations

import numpy as np
import pytest
from learning.learning_from import CODES, passages

from storybank.learning.explaining import shares, why
from storybank.learning.learner import Learner
from storybank.learning.whys import Batch, whys
from storybank.learning.words import read

TEXTS = [
    "It was late. We sat for hours in the corridor, a long wait!", "", "Kind, kind staff; kind.",
    "The nurse was kind. We waited and waited: a long wait, and nobody told us why.",
]  # fmt: skip


@pytest.fixture(scope="module", params=[0, 60], ids=["no answers", "sixty"])
def model(request):
    answers = passages(60)
    learner = Learner(CODES)
    learner.prepare([one.text for one in answers], [one.teller for one in answers])
    return learner.fit(answers[: request.param])


def test_many_at_once_are_as_one_by_one(model):
    together = whys(model, TEXTS, [list(range(len(CODES))) for _ in TEXTS])
    batch = Batch(model, model.reader.look(read(TEXTS)))
    for at, text in enumerate(TEXTS):
        for code in range(len(CODES)):
            alone = shares(model, model.reader.look(read([text])), code)
            assert np.allclose(batch.shares(at, code), alone, atol=1e-5)
            assert together[at][code].cues == why(model, text, code).cues


def test_no_word_is_named_that_says_nothing_by_itself(model):
    [[one]] = whys(model, [TEXTS[0]], [[0]])
    named = {TEXTS[0][start:end] for start, end in one.words}
    assert "wait" in named and not named & {"It", "was", "We", "in", "the", "a", "for"}


def test_of_nothing_nothing_is_said(model):
    assert whys(model, [], []) == []
