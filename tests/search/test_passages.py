"""Which words are shown, and which are marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storybank.search.language import parse
from storybank.search.passages import LONGEST, WORDS, Finder, clipped, opening

FILLER = "And so the day went on, with nothing in it that anybody would remember later. "


def finder(typed: str) -> Finder:
    return Finder(parse(typed).tree, lambda word: word.removesuffix("s"))


def marked(typed: str, text: str) -> list[str]:
    return [text[start:end] for start, end in finder(typed).marks(text)]


def shown(typed: str, text: str) -> list[str]:
    return [text[start:end] for start, end in finder(typed).passages(text)]


class TestMarks:
    def test_every_form_of_a_word_is_marked(self):
        assert marked("nurse", "Nurses. The NURSE; nursery.") == ["Nurses", "NURSE"]

    def test_a_phrase_is_marked_where_it_stands_whole(self):
        assert marked('"waiting room"', "Waiting in a room. The waiting-rooms.") == [
            "waiting-rooms"
        ]

    def test_a_repeated_word_in_a_phrase_is_no_trouble(self):
        assert marked('"very very sad"', "a very very very sad day") == ["very very sad"]

    def test_a_beginning_marks_whole_words(self):
        assert marked("volunt*", "Volunteers did it voluntarily.") == [
            "Volunteers",
            "voluntarily",
        ]

    def test_what_was_to_be_absent_is_not_marked(self):
        assert marked("bus -train", "bus train") == ["bus"]

    def test_marks_that_overlap_become_one(self):
        assert marked('"night bus" bus*', "the night bus ran") == ["night bus"]

    def test_places_count_code_points(self):
        text = "\U0001f68c\U0001f68c bus"
        assert finder("bus").marks(text) == ((3, 6),)


class TestPassages:
    def test_a_whole_sentence_is_shown_with_as_many_neighbours_as_fit(self):
        text = FILLER * 3 + "The bus was late. " + FILLER * 3
        (passage,) = shown("bus", text)
        assert passage.startswith("And so the day") or passage.startswith("The bus")
        assert passage.endswith(".")
        assert "The bus was late." in passage
        assert len(passage.split()) <= WORDS

    def test_two_passages_show_more_of_what_was_asked_than_one(self):
        text = "A bus came. A bus went. A bus stood.\n" + FILLER * 6 + "\nThe nurse knew."
        assert any("nurse" in passage for passage in shown("bus OR nurse", text))

    def test_passages_do_not_overlap_and_stand_in_order(self):
        text = " ".join(f"The bus number {n} came along the road." for n in range(60))
        (first, second) = finder("bus").passages(text)
        assert first[1] <= second[0]

    def test_a_long_sentence_is_cut_around_what_was_found(self):
        text = "and then " * 200 + "the bus " + "and so " * 200
        (passage,) = shown("bus", text)
        assert "bus" in passage
        assert len(passage.split()) <= WORDS
        assert passage.split()[0] in ("and", "then")

    def test_text_without_spaces_is_cut_too(self):
        text = "\u533b" * 3_000 + "\u9662" + "\u533b" * 3_000
        (passage,) = shown("\u9662", text)
        assert "\u9662" in passage
        assert len(passage) <= LONGEST

    def test_a_story_found_by_its_title_alone_shows_its_opening(self):
        assert shown("title", "The first words. The next.") == ["The first words. The next."]

    def test_an_empty_text_shows_nothing(self):
        assert shown("bus", "") == []

    @given(st.text(alphabet="bus .\n\u2026!e\u0301", max_size=400))
    def test_whatever_the_text_passages_lie_inside_it(self, text):
        for start, end in finder("bus OR us*").passages(text):
            assert 0 <= start < end <= len(text)


class TestOpening:
    def test_short_blocks_are_shown_together(self):
        text = "Dear Mr Hollis,\nI have started this four times."
        assert opening(text) == [(0, len(text))]

    def test_it_ends_with_a_sentence_where_it_can(self):
        ((start, end),) = opening(FILLER * 10)
        assert (FILLER * 10)[start:end].endswith("later.")
        assert len((FILLER * 10)[start:end].split()) <= WORDS


class TestClipped:
    @pytest.mark.parametrize(
        ("text", "words", "expected"),
        [("one two three", 2, "one two"), ("one two", 9, "one two"), ("", 3, "")],
    )
    def test_it_ends_after_so_many_words(self, text, words, expected):
        assert text[: clipped(text, 0, len(text), words)] == expected
