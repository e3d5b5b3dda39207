"""The forms in which a phrase of the codebook may stand in a story."""

from __future__ import annotations

import pytest

from storybank.suggest.phrases import forms, same_words


class TestForms:
    @pytest.mark.parametrize(
        ("phrase", "form"),
        [
            ("told my story", "tell my story"),
            ("ticked a box", "ticking a box"),
            ("planned it", "plan it"),
            ("tried again", "tries again"),
            ("they had never thought of", "they'd never thought of"),
            ("could not sleep after", "couldn't sleep after"),
            ("cannot go", "cannot go"),
            ("i can not go", "i can't go"),
            ("stuck her neck out", "stuck his neck out"),
            ("scared of being labelled", "scared of being labeled"),
            ("joint decision", "joint decisions"),
            ("my buddy", "my buddies"),
            ("they listen to each other", "they listened to each other"),
        ],
    )
    def test_it_holds_other_forms_that_mean_the_same(self, phrase, form):
        assert phrase in forms(phrase)
        assert form in forms(phrase)

    @pytest.mark.parametrize(
        ("phrase", "form"),
        [
            ("relived it", "relived its"),
            ("no training", "no train"),
            ("a mentor", "a mentors"),
            ("had no idea", "had no ideas"),
            ("worn out", "wears out"),
            ("they came to us", "she came to us"),
            ("we had a vote", "they had a vote"),
        ],
    )
    def test_it_does_not_hold_what_means_something_else(self, phrase, form):
        assert form not in forms(phrase)

    def test_a_phrase_of_many_verbs_does_not_grow_without_end(self):
        assert len(forms("they told and kept and made and took and gave and knew and did")) < 10

    def test_curly_apostrophes_and_hyphens_become_plain(self):
        assert forms("Someone else\u2019s tick-box") == {
            "someone else's tick box", "someone else's tick boxes"
        }  # fmt: skip

    def test_an_empty_phrase_has_no_words(self):
        assert forms("  ") == {""}


class TestSameWords:
    def test_it_shortens_and_changes_nothing_else(self):
        assert same_words("I did not plan it") == {
            "i did not plan it", "i didn't plan it", "i didnt plan it"
        }  # fmt: skip
