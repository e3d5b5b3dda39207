"""Which words are shown, and which are marked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storybank.search.kinds import stem
from storybank.search.language import parse
from storybank.search.marks import Spot, _head
from storybank.search.passages import LONGEST, WORDS, Finder, clipped, opening
from storybank.search.query import WORD, Fuzzy, Phrase, Prefix, Word, alike, leaves

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


ENDS = (
    "", "s", "es", "ies", "y", "ed", "ing", "ational", "tional", "enci", "izer", "ably", "ably",
    "ization", "ation", "alism", "iveness", "fulness", "ousness", "ality", "ivity", "ibility",
    "ability", "logy", "icate", "ical", "ness", "ement", "sion", "ive", "ize", "bl", "iz", "ss",
)  # fmt: skip
BEGINNINGS = (
    "sens",
    "hop",
    "hopp",
    "rel",
    "oper",
    "fl",
    "d",
    "l",
    "t",
    "vietnam",
    "tri",
    "dy",
    "ab",
)


def test_a_word_begins_as_its_stem_does():
    words = [start + one + other for start in BEGINNINGS for one in ENDS for other in ENDS]
    assert [word for word in words if not word.startswith(_head(stem(word)))] == []


def plainly(node, text: str) -> list[Spot]:
    """Every word in turn."""
    words = [(stem(m[0].lower()), m[0].lower(), *m.span()) for m in WORD.finditer(text)]
    found = set()
    for leaf, one in enumerate(leaves(node)):
        for n, (root, word, start, end) in enumerate(words):
            match one:
                case Word(asked):
                    fits = root == stem(asked)
                case Prefix(begins):
                    fits = word.startswith(begins) or root.startswith(begins)
                case Fuzzy(asked):
                    fits = alike(root, stem(asked))
                case Phrase(asked):
                    run = words[n : n + len(asked)]
                    fits, end = [w[0] for w in run] == [stem(w) for w in asked], run[-1][3]
            if fits:
                found.add(Spot(start, end, leaf))
    return sorted(found)


SAID = (
    "hoping", "hope", "hopes", "Hopping", "nurse", "Nurses,", "nursing.", "the", "THE", "flies",
    "fly", "\u0130stanbul", "\u03a3\u0391\u03a3", "\u03c3\u03b1\u03c2", "\u6771\u4eac",
    "don't", "x\u6771y", "\U0001f68cbus",
    "sensibly", "sensibility", "dy", "dying", "a", "_a_", "\ufb01ne",
)  # fmt: skip
LOOKED_FOR = st.sampled_from(
    ["hope", "nurse", "fly", "a", "dying", "\u6771", "i", "\u03c3\u03b1\u03c2", "sensible"]
)
NODES = st.one_of(
    LOOKED_FOR.map(Word), LOOKED_FOR.map(Prefix), LOOKED_FOR.map(Fuzzy),
    st.lists(LOOKED_FOR, min_size=1, max_size=3).map(tuple).map(Phrase),
)  # fmt: skip


@given(NODES, st.lists(st.sampled_from(SAID), max_size=12).map(" ".join))
def test_what_is_found_is_what_looking_at_every_word_finds(node, text):
    assert Finder(node, stem).found(text) == plainly(node, text)
