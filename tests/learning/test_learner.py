"""The learner: from the first story without an answer, better with each, and only from answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from learning.learning_from import CODES, passages

from storybank.learning.codes import Answered, Code
from storybank.learning.learner import Learner


def prepared(pool, codes=CODES, **more):
    learner = Learner(codes, **more)
    learner.prepare([one.text for one in pool], [one.teller for one in pool])
    return learner


def share_right(model, answers):
    chances = model.chances([one.text for one in answers])
    truth = np.array([[code in one.confirmed for code in range(3)] for one in answers])
    return ((chances >= 0.5) == truth).mean()


class TestWithoutAnswers:
    def test_cues_and_names_are_followed(self):
        model = prepared(passages(60)).fit([])
        chances = model.chances(["such a long wait", "a friendly face", "parking was dear"])
        assert chances.argmax(1).tolist() == [0, 1, 2]

    def test_a_near_miss_takes_its_cue_away(self):
        model = prepared(passages(60)).fit([])
        said, miss = model.chances(["she was kind", "it was kind of odd"])[:, 1]
        assert miss / (1 - miss) < said / (1 - said) / 4

    def test_an_empty_passage_has_figures_as_well(self):
        chances = prepared(passages(30)).fit([]).chances(["", "...", "\n"])
        assert chances.shape == (3, 3) and np.isfinite(chances).all()


class TestFitting:
    def test_answers_make_it_better(self):
        answers, unseen = passages(80), passages(60, seed=2)
        learner = prepared(answers)
        before, after = learner.fit([]), learner.fit(answers)
        assert share_right(after, unseen) > 0.9 > share_right(before, unseen)

    def test_the_same_inputs_make_the_same_model(self):
        answers = passages(40)
        texts = [one.text for one in passages(20, seed=3)]
        first, again = (prepared(answers).fit(answers).chances(texts) for _ in range(2))
        assert (first == again).all()

    def test_what_nobody_looked_at_is_no_no(self):
        answers = passages(90)
        known = [one if one.teller % 10 == 0 else replace(one, in_full=False) for one in answers]
        asked = [
            replace(one, declined=frozenset(range(3)) - one.confirmed - {2}, in_full=False)
            if one.teller % 10
            else one
            for one in answers
        ]
        hidden = [replace(one, confirmed=one.confirmed - {2}, in_full=True) for one in answers]
        text = ["no space for the car. it was on a Tuesday."]
        masked, denied = (
            prepared(answers).fit(some).chances(text)[0, 2] for some in (asked, hidden)
        )
        assert masked > denied
        assert prepared(answers).fit(known).figures["answers"] < 270

    def test_a_code_nobody_used_is_still_proposed_by_its_cues(self):
        codes = (*CODES, Code("Food", cues=("sandwich",)))
        model = prepared(passages(60), codes).fit(passages(60))
        eaten, other = model.chances(["I had a sandwich", "the weather was bad"])[:, 3]
        assert eaten > 2 * other

    @pytest.mark.parametrize(
        "codes",
        [(Code("One"),), tuple(Code(f"Code {n}") for n in range(300)), (Code("&"), Code("&"))],
        ids=["one", "three hundred", "no letters"],
    )
    def test_any_codebook_fits(self, codes):
        answers = [
            Answered(one.text, one.teller, frozenset({one.teller % len(codes)}), in_full=True)
            for one in passages(30)
        ]
        chances = prepared(answers, codes).fit(answers).chances(["we sat for hours"])
        assert chances.shape == (1, len(codes)) and np.isfinite(chances).all()

    def test_no_code_and_no_pool(self):
        assert Learner(()).fit(passages(5)).chances(["we sat"]).shape == (1, 0)
        assert Learner(CODES).fit([]).chances(["a long wait"]).argmax() == 0

    @pytest.mark.parametrize("confirmed", [frozenset(), frozenset({0, 1, 2})])
    def test_the_same_answer_throughout(self, confirmed):
        answers = [replace(one, confirmed=confirmed) for one in passages(12)]
        assert np.isfinite(prepared(answers).fit(answers).chances(["we sat"])).all()

    @pytest.mark.parametrize("many", [1, 2, 30])
    def test_one_teller_alone(self, many):
        answers = [replace(one, teller=7) for one in passages(many)]
        assert np.isfinite(prepared(answers).fit(answers).chances(["a long wait", ""])).all()

    def test_answers_that_say_nothing_change_nothing(self):
        pool = passages(30)
        silent = [replace(one, confirmed=frozenset(), in_full=False) for one in pool]
        learner, texts = prepared(pool), [one.text for one in pool]
        assert (learner.fit(silent).chances(texts) == learner.fit([]).chances(texts)).all()

    def test_many_passages_of_one_teller_teach_as_one_voice(self):
        answers = [replace(one, teller=one.teller // 4) for one in passages(60)]
        figures = prepared(answers).fit(answers).figures
        assert figures["tellers"] == 15 and figures["passages"] == 60


class TestFigures:
    def test_chances_are_shares_that_are_right(self):
        answers, unseen = passages(200), passages(200, seed=5)
        chances = prepared(answers).fit(answers).chances([one.text for one in unseen])
        truth = np.array([[code in one.confirmed for code in range(3)] for one in unseen])
        assert abs(chances.mean() - truth.mean()) < 0.05
