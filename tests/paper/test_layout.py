"""How words are set on a card."""

from __future__ import annotations

import pytest

from storybank.paper.layout import SIZES, setting
from storybank.stories.rules import NO_NAME

SENTENCE = "It went on and on, and nobody in the office could say when it would stop. "


def place_in_order(how) -> tuple[int, int]:
    """Larger cards and smaller type come later."""
    return [size for size, *_ in SIZES].index(how.size), -how.points


class TestSetting:
    def test_a_line_stands_large_on_a_quarter(self):
        how = setting("We sat down together.", "Maria")
        assert (how.size, how.a_side, how.points) == ("quarter", 4, 20)

    def test_the_longer_the_words_the_smaller_the_type_then_the_larger_the_card(self):
        order = [
            place_in_order(setting((SENTENCE * 60)[:length], "Maria"))
            for length in range(20, 2_000, 20)
        ]
        assert order == sorted(order)
        assert {size for size, _ in order} == {0, 1, 2}

    def test_the_longest_part_that_may_be_shown_fits_a_side(self):
        assert setting((SENTENCE * 60)[:2_000], "N" * 100).points > 12

    def test_no_type_is_smaller_than_twelve_points(self):
        for words in ("word\n" * 400, "W" * 2_000, SENTENCE * 100):
            assert setting(words, NO_NAME).points >= 12

    @pytest.mark.parametrize(
        "words", ["", " ", "\n\n", "é" * 10, "👩‍👩‍👧 ok", "नमस्ते दोस्तों", "مرحبا"]
    )
    def test_any_writing_is_set(self, words):
        assert setting(words, "").size == "quarter"

    def test_lines_count_and_not_only_letters(self):
        assert setting("a\n" * 60, "Maria").size == "whole"

    def test_a_long_name_takes_room_from_the_words(self):
        lengths = range(20, 2_000, 20)
        settings = [
            (place_in_order(setting((SENTENCE * 60)[:n], "N" * 100)),
             place_in_order(setting((SENTENCE * 60)[:n], "Ana")))
            for n in lengths
        ]  # fmt: skip
        assert all(long >= short for long, short in settings)
        assert any(long > short for long, short in settings)

    def test_wide_letters_take_more_room(self):
        assert place_in_order(setting("語" * 300, "Ana")) > place_in_order(
            setting("l" * 300, "Ana")
        )
