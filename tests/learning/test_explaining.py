"""Why: the words that weighed most, in their places, and exactly their share."""

from __future__ import annotations

import numpy as np
import pytest
from learning.learning_from import CODES, passages

from storybank.learning.explaining import linear, shares, why
from storybank.learning.learner import Learner

TEXT = "It was bad. We sat for HOURS in the corridor, a long wait!"


@pytest.fixture(scope="module", params=[0, 80], ids=["no answers", "answers"])
def model(request):
    answers = passages(80)
    learner = Learner(CODES)
    learner.prepare([one.text for one in answers], [one.teller for one in answers])
    return learner.fit(answers[: request.param])


def test_cues_stand_where_they_stand(model):
    found = why(model, TEXT, 0)
    assert [TEXT[start:end] for start, end in found.cues] == ["wait"]


def test_words_speak_of_the_code(model):
    found = {TEXT[start:end] for start, end in why(model, TEXT, 0).words}
    assert found & {"HOURS", "corridor", "wait", "sat"} and "bad" not in found


def test_shares_add_up_to_the_score(model):
    seen = model.reader.see([TEXT])
    scorer = linear(model)
    for code in range(3):
        score = scorer.say(seen.rows, seen.meant)[0, code] - scorer.constant[code]
        assert shares(model, seen, code).sum() == pytest.approx(score, abs=1e-5)


def test_an_empty_passage_has_no_why(model):
    assert (
        why(model, "", 0).words == ()
        and np.isfinite(shares(model, model.reader.see([""]), 0)).all()
    )
