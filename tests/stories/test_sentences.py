"""Sentences: where each begins and ends, so that they can be coded without pointing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storybank.stories.canon import Block, plain, sentences
from storybank.stories.sentences import MASK


def split(text: str) -> list[str]:
    canon = plain(text)
    return [canon.text[start:end] for start, end in canon.sentences()]


class TestSentences:
    @pytest.mark.parametrize(
        "found",
        [
            ["I waited.", "Nobody came!", "Why?", "I still ask."],
            ["Dr. Patel and Mrs. Lee of St. Mary's saw me.", "They laughed."],
            ["Some things, e.g. the letters, were late.", "Others were not."],
            ['"Stop!" she said.', "He did not."],
            ["\u201cGo.\u201d", "\u201cI went.\u201d"],
            ["I was \u2026 tired... so tired.", "Then I slept."],
            ["It was 5 p.m. and dark.", "It hurt 2.5 times more."],
            ["So did I.", "The end."],
            ["See J. R. Smith about the U.S. Army.", "No. 5 was out."],
            ["it was fine.", "then it was not."],
            ["\u5f85\u3063\u305f\u3002", "\u6765\u306a\u304b\u3063\u305f\u3002"],
            ["Mae'n oer.", "Arhosais i, h.y. am oriau."],
        ],
    )
    def test_they_end_where_a_reader_would_end_them(self, found):
        space = "" if "\u3002" in found[0] else " "
        assert split(space.join(found)) == found

    def test_none_crosses_from_one_block_to_the_next(self):
        assert split("no stop here\n\nand a new line") == ["no stop here", "and a new line"]

    @given(st.text(st.sampled_from("aB. !?\u2026\"')(\u3002\n1"), max_size=200))
    def test_in_order_apart_and_covering_every_character_that_is_seen(self, text):
        canon = plain(text)
        found = sentences(canon.text, canon.blocks)
        covered = [False] * len(canon.text)
        last = 0
        for start, end in found:
            assert last <= start < end
            assert any(b.start <= start and end <= b.end for b in canon.blocks)
            assert not canon.text[start].isspace() and not canon.text[end - 1].isspace()
            covered[start:end] = [True] * (end - start)
            last = end
        assert all(seen or char.isspace() for seen, char in zip(covered, canon.text, strict=True))

    @pytest.mark.parametrize("piece", [".", ". ", ".'", "a.", "?! ", "\u3002"])
    def test_a_flood_of_stops_takes_no_more_time_than_any_text(self, piece, stopwatch):
        canon = plain(piece * (500_000 // len(piece)))
        with stopwatch(6):
            sentences(canon.text, canon.blocks)


def test_what_is_kept_back_stands_by_itself():
    text = f"{MASK * 5} Then we left. He said {MASK * 9} and went.\n{MASK * 3}"
    blocks = [Block("p", 0, len(text) - 4), Block("p", len(text) - 3, len(text))]
    assert [text[start:end] for start, end in sentences(text, blocks)] == [
        MASK * 5, "Then we left.", "He said", MASK * 9, "and went.", MASK * 3,
    ]  # fmt: skip
