"""Why, for many passages at once, is what it is for each alone."""

from __future__ import annotations

import numpy as np
import pytest
from learning.learning_from import CODES, passages

from storybank.learning.explaining import why
from storybank.learning.learner import Learner
from storybank.learning.whys import whys

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
    codes = [list(range(len(CODES))) for _ in TEXTS]
    together = whys(model, TEXTS, codes)
    alone = [[why(model, text, code) for code in range(len(CODES))] for text in TEXTS]
    assert [[sorted(one.words) for one in row] for row in together] == [
        [sorted(one.words) for one in row] for row in alone
    ]
    assert [[one.cues for one in row] for row in together] == [
        [one.cues for one in row] for row in alone
    ]
    assert np.sum([len(one.words) for row in together for one in row]) > 0


def test_of_nothing_nothing_is_said(model):
    assert whys(model, [], []) == []
