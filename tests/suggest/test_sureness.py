"""What a chance is called, and passages that are like a suggested one."""

from __future__ import annotations

import pytest
from suggest.suggesting import Parrot

from storybank.clock import now
from storybank.coding import service as coding
from storybank.consent.rules import Purpose
from storybank.suggest import service
from storybank.suggest.derivative import Suggestions
from storybank.suggest.similar import likenesses, similar
from storybank.suggest.sureness import FROM_A_CUE, TOO_FEW, Learnt, sureness

KNOWN = Learnt(answers=200, confirmed=20, expected=0.7, threshold=0.55)


class TestSureness:
    def test_without_a_figure_none_is_given(self):
        assert sureness(None, KNOWN) == FROM_A_CUE
        assert FROM_A_CUE.tenths is None
        for few in (None, Learnt(49, 20, 0.9, 0.5), Learnt(200, 7, 0.9, 0.5)):
            assert sureness(0.9, few) == TOO_FEW

    @pytest.mark.parametrize(
        ("chance", "words", "tenths"),
        [
            (0.7, "About 7 in 10 like this were right", 7),
            (0.25, "About 3 in 10 like this were right", 3),
            (0.94, "About 9 in 10 like this were right", 9),
            (0.97, "More than 9 in 10 like this were right", 9),
            (0.03, "Fewer than 1 in 10 like this were right", 1),
        ],
    )
    def test_the_dots_and_the_words_say_the_same(self, chance, words, tenths):
        said = sureness(chance, KNOWN)
        assert (said.words, said.tenths) == (words, tenths)

    def test_likely_needs_that_such_suggestions_were_right(self):
        assert sureness(0.7, KNOWN).likely
        assert not sureness(0.54, KNOWN).likely
        assert not sureness(0.7, Learnt(200, 20, 0.59, 0.55)).likely
        assert not sureness(0.7, Learnt(200, 20)).likely

    def test_it_reads_the_figures_of_a_model(self):
        figures = {"codes": {"4": {"confirmed": 9, "expected": 0.6, "threshold": 0.5}}}
        assert Learnt.of(figures, 80, 4) == Learnt(80, 9, 0.6, 0.5)
        assert Learnt.of(figures, 80, 5) == Learnt(80, 0)


class TestSimilar:
    def test_rare_words_count_and_endings_do_not(self):
        others = [
            "She was paid her fares.",
            "They talked all day.",
            "Paying fares by bus, we went.",
        ]
        one, two, three = likenesses("My fares were not paid", others)
        assert one > three > two == 0

    def test_passages_with_the_code_come_likest_first_and_only_those_one_may_see(self, a):
        use, other = a.use(Purpose.STUDY), a.use(Purpose.STUDY)
        text = "We had peer support at the clinic on Mondays."
        story = a.story(text)
        Suggestions(Parrot).reconcile(a.session, [story.id])
        (card,) = service.waiting(a.session, use, story.id)
        texts = ["The clinic on Mondays was ours.", "Tea.", "A clinic far off."]
        told = [a.story(words) for words in texts]
        for one, words in zip(told, texts, strict=True):
            coding.apply(a.session, other, a.place(one, words, words), [card.code.id])
        found = similar(a.session, use, card.id)
        assert [one.excerpt.place.story_id for one in found] == [told[0].id, told[2].id]
        a.stop(told[0], Purpose.STUDY)
        found = similar(a.session, a.use(Purpose.STUDY), card.id)
        assert [one.excerpt.place.story_id for one in found] == [told[2].id]

    def test_a_blind_coder_sees_no_passage_that_others_coded(self, a):
        from suggest.test_switch import in_round

        use, other = a.use(Purpose.STUDY), a.use(Purpose.STUDY)
        story, blind = a.story("So peer support at the clinic."), a.story("The clinic.")
        Suggestions(Parrot).reconcile(a.session, [story.id])
        (card,) = service.waiting(a.session, use, story.id)
        coding.apply(
            a.session, other, a.place(blind, "The clinic.", "The clinic."), [card.code.id]
        )  # fmt: skip
        assert len(similar(a.session, use, card.id)) == 1
        in_round(a.session, use, blind.id).given_at = now()
        assert similar(a.session, use, card.id) == []
