"""Ends of a passage moved by a word."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storybank.coding.steps import Edge, nudged
from storybank.errors import BadInput

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
TEXT = f"It came late, and (nobody) said why. {FAMILY} went\u0301 home."


def step(words: str, edge: Edge, by: int, text: str = TEXT) -> str:
    start = text.index(words)
    return text[slice(*nudged(text, start, start + len(words), edge, by))]


class TestNudged:
    @pytest.mark.parametrize(
        ("words", "edge", "by", "left"),
        [
            ("came", Edge.END, 1, "came late"),
            ("came late", Edge.END, 1, "came late,"),
            ("came late,", Edge.END, -1, "came late"),
            ("came late", Edge.START, -1, "It came late"),
            ("came late", Edge.START, 1, "late"),
            ("and", Edge.END, 1, "and (nobody"),
            ("nobody", Edge.START, -1, "(nobody"),
            ("said why", Edge.END, 1, "said why."),
            ("why.", Edge.END, 1, f"why. {FAMILY}"),
            ("home", Edge.START, -1, "went\u0301 home"),
        ],
    )
    def test_goes_a_word_or_the_sign_beside_it(self, words, edge, by, left):
        assert step(words, edge, by) == left

    def test_goes_by_words_in_a_script_from_right_to_left(self):
        text = "\u0642\u0627\u0644\u062a \u0646\u0639\u0645 \u062b\u0645 \u0630\u0647\u0628\u062a"
        assert step("\u0646\u0639\u0645", Edge.END, 1, text) == "\u0646\u0639\u0645 \u062b\u0645"

    def test_goes_by_letters_where_there_are_no_spaces(self):
        assert step("\u6765", Edge.END, 1, "\u4ed6\u6765\u4e86\u3002") == "\u6765\u4e86"

    @pytest.mark.parametrize(
        ("words", "edge", "by"),
        [("It", Edge.START, -1), ("home.", Edge.END, 1), ("came", Edge.END, -1),
         ("came", Edge.START, 1)],
    )  # fmt: skip
    def test_stops_at_the_end_and_keeps_a_word(self, words, edge, by):
        with pytest.raises(BadInput):
            step(words, edge, by)

    @given(st.text("ab .,\u0301\u05d0\u0628\U0001f68c\n\u6765", max_size=40), st.data())
    def test_moves_one_end_the_way_it_was_asked_and_never_into_a_letter(self, text, data):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, len(text)))
        edge, by = data.draw(st.sampled_from(Edge)), data.draw(st.sampled_from((1, -1)))
        try:
            left, right = nudged(text, start, end, edge, by)
        except BadInput:
            return
        assert 0 <= left < right <= len(text)
        moved, was = (left, start) if edge is Edge.START else (right, end)
        assert (moved > was) == (by > 0) or text[min(moved, was) : max(moved, was)].isspace()
        if 0 < moved < len(text) and not text[moved - 1].isspace():
            assert not unicodedata.combining(text[moved])
