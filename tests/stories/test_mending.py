"""One sentence in the place of another: the new text, and where all else then stands."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storybank.errors import BadInput
from storybank.stories.canon import Canon, Part, Run, from_blocks, plain
from storybank.stories.mending import Edit, mended

TEXT = "One came. Two left.\n\nThree stayed."


def pieces(canon: Canon) -> list[str]:
    return [canon.text[block.start : block.end] for block in canon.blocks]


class TestMended:
    def test_the_sentence_and_nothing_else_is_new(self):
        canon, edit = mended(plain(TEXT), 10, 19, "Two of them went home.")
        assert pieces(canon) == ["One came. Two of them went home.", "Three stayed."]
        assert edit == Edit(10, 19, 22)

    def test_white_space_and_hidden_letters_are_not_kept(self):
        canon, _ = mended(plain(TEXT), 0, 9, " One \n came\u200b late. ")
        assert pieces(canon)[0] == "One came late. Two left."

    def test_emphasis_around_it_stays(self):
        part = Part(
            "p", [Run("One "), Run("came", em=True), Run(". Two left. "), Run("So", em=True)]
        )
        canon, _ = mended(from_blocks([part]), 10, 19, "Two went away.")
        assert [canon.text[mark.start : mark.end] for mark in canon.marks] == ["came", "So"]

    @pytest.mark.parametrize("place", [(10, 25), (5, 5), (0, 99)])
    def test_only_within_a_paragraph(self, place):
        with pytest.raises(BadInput):
            mended(plain(TEXT), *place, "Words.")

    @pytest.mark.parametrize("words", ["", " \n ", "\u200b", "a" * 2_001])
    def test_only_by_words(self, words):
        with pytest.raises(BadInput):
            mended(plain(TEXT), 0, 9, words)

    @given(st.data())
    def test_what_moves_is_the_same_words_letter_for_letter(self, data):
        start = data.draw(st.integers(0, 18))
        end = data.draw(st.integers(start + 1, 19))
        words = data.draw(st.text("abc ", min_size=1, max_size=30).filter(str.strip))
        before = plain(TEXT)
        canon, edit = mended(before, start, end, words)
        first = data.draw(st.integers(0, len(before.text) - 1))
        last = data.draw(st.integers(first + 1, len(before.text)))
        moved = edit.moved(first, last)
        assert (moved is None) == (first < end and start < last)
        if moved:
            assert canon.text[slice(*moved)] == before.text[first:last]
        # What is widened holds all of the new words, and all that it held before beside them.
        wide = slice(*edit.widened(first, last))
        if moved is None:
            left, right = before.text[first:start], before.text[end:last]
            assert canon.text[wide] == left + canon.text[edit.start : edit.new_end] + right

    @given(st.data())
    def test_what_is_found_again_is_the_same_words_letter_for_letter(self, data):
        sentence = "The late bus \U0001f68c cafe\u030b and the late, late bus."
        before = plain(f"One came. {sentence} It went.\n\nThree stayed.")
        at, until = before.text.index("The"), before.text.index(" It went")
        pieces = data.draw(st.permutations(sentence.split()))
        words = " ".join(pieces[: data.draw(st.integers(1, len(pieces)))])
        canon, edit = mended(before, at, until, words)
        first = data.draw(st.integers(0, len(before.text) - 1))
        last = data.draw(st.integers(first + 1, len(before.text)))
        found = edit.found(first, last)
        if found:
            assert canon.text[slice(*found)] == before.text[first:last]

    def test_words_that_the_change_left_alone_are_found_in_it(self):
        before = plain("It came late and nobody said why. We wrote.")
        canon, edit = mended(before, 0, 33, "The bus came late, and nobody told us why.")
        for words, now in (
            ("came late", "came late"), ("and nobody", "and nobody"), ("why. We", "why. We"),
            ("nobody said", None), ("came late and", None),
        ):  # fmt: skip
            start = before.text.index(words)
            found = edit.found(start, start + len(words))
            assert (found and canon.text[slice(*found)]) == now
