"""Rules of coding: passages, cuts, runs of sentences, parts of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from storybank.coding.rules import MAX_PASSAGE, Span, clean_place, part_of, runs, segments
from storybank.errors import BadInput
from storybank.stories.canon import plain, sentences

TEXT = (
    "I came in. They looked up. Nobody spoke.\nThen \u201cOh, it's you,\u201d  said Jo\u2014late."
)
CANON = plain(TEXT.replace("\n", "\n\n"))


class TestCleanPlace:
    def test_white_space_at_the_ends_is_left_out(self):
        assert clean_place("a  bus  b", 1, 7) == (3, 6)

    def test_it_stays_inside_the_text(self):
        assert clean_place("a bus", -4, 400) == (0, 5)

    @pytest.mark.parametrize("place", [(3, 3), (4, 2), (1, 2), (9, 12)])
    def test_nothing_left_is_refused(self, place):
        with pytest.raises(BadInput, match="Choose some words"):
            clean_place("a bus", *place)

    def test_a_passage_has_a_longest(self):
        with pytest.raises(BadInput, match="too long"):
            clean_place("x" * (MAX_PASSAGE + 1), 0, MAX_PASSAGE + 1)


@st.composite
def stories_with_spans(draw):
    canon = plain("\n\n".join(draw(st.lists(st.text("ab .", min_size=1), min_size=1, max_size=6))))
    edge = st.integers(0, max(1, len(canon.text)))
    pairs = draw(st.lists(st.tuples(edge, edge), max_size=12))
    spans = [
        Span(number, min(pair), max(pair), "f1")
        for number, pair in enumerate(pairs, 1)
        if pair[0] != pair[1]
    ]
    return canon, spans


class TestSegments:
    @settings(deadline=None)
    @given(stories_with_spans())
    def test_they_are_each_block_once_in_order(self, case):
        canon, spans = case
        for block, pieces in zip(canon.blocks, segments(canon.blocks, spans), strict=True):
            edges = [(piece.start, piece.end) for piece in pieces]
            assert edges[0][0] == block.start and edges[-1][1] == block.end
            assert all(a[1] == b[0] for a, b in zip(edges, edges[1:], strict=False))
            assert all(start < end for start, end in edges)

    @settings(deadline=None)
    @given(stories_with_spans())
    def test_each_letter_is_under_exactly_the_codings_that_cover_it(self, case):
        canon, spans = case
        for pieces in segments(canon.blocks, spans):
            for piece in pieces:
                for place in range(piece.start, piece.end):
                    covering = {span.id for span in spans if span.start <= place < span.end}
                    assert {span.id for span in piece.spans} == covering


class TestRuns:
    every = sentences(CANON.text, CANON.blocks)

    def words(self, *ticked):
        return [CANON.text[start:end] for start, end in runs(self.every, CANON.blocks, ticked)]

    def test_neighbours_become_one_passage(self):
        assert self.words(1, 0) == ["I came in. They looked up."]

    def test_a_gap_makes_two(self):
        assert self.words(0, 2) == ["I came in.", "Nobody spoke."]

    def test_a_passage_ends_with_its_paragraph(self):
        assert self.words(2, 3)[0] == "Nobody spoke."
        assert len(self.words(2, 3)) == 2

    def test_ticking_none_is_told(self):
        with pytest.raises(BadInput, match="at least one"):
            self.words()

    @pytest.mark.parametrize("number", [-1, 99])
    def test_a_sentence_that_is_not_there_is_refused(self, number):
        with pytest.raises(BadInput, match="on this page"):
            self.words(number)


class TestPartOf:
    def part(self, first, last):
        start, end = part_of(CANON.text, 0, len(CANON.text), first, last)
        return CANON.text[start:end]

    def test_it_runs_from_the_first_words_to_the_last(self):
        assert self.part("They looked", "Nobody") == "They looked up. Nobody"

    def test_either_may_be_blank(self):
        assert self.part("", "came") == "I came"
        assert self.part("nobody", " ").startswith("Nobody spoke.")

    def test_capitals_quotes_dashes_and_spaces_do_not_count(self):
        assert self.part('then "oh', "IT'S  YOU,\"") == "Then \u201cOh, it's you,\u201d"
        assert self.part("jo-late", "") == "Jo\u2014late."

    def test_signs_are_only_signs(self):
        with pytest.raises(BadInput, match="first words"):
            self.part(".*", "")

    def test_last_words_before_the_first_are_refused(self):
        with pytest.raises(BadInput, match="after the first"):
            self.part("Nobody", "They looked")

    def test_the_refusal_repeats_no_words(self):
        with pytest.raises(BadInput) as refused:
            self.part("zebra", "")
        assert "zebra" not in refused.value.sentence
