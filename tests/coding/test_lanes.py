"""Bars side by side in the margin, and names of speakers as they are drawn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from storybank.coding.drawing import Drawn, draw
from storybank.coding.lanes import lanes
from storybank.stories.canon import plain

SPANS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=30)


class TestLanes:
    @given(SPANS)
    def test_no_two_that_overlap_share_one_and_none_stands_further_out_than_it_must(self, drawn):
        spans = [(n, start, start + length) for n, (start, length) in enumerate(drawn)]
        found = lanes(spans)
        for n, start, end in spans:
            beside = [
                found[m] for m, first, last in spans if m != n and first < end and last > start
            ]
            assert found[n] not in beside
        deepest = max(
            (sum(start <= at < end for _, start, end in spans) for at in range(80)), default=0
        )
        assert max(found.values(), default=-1) + 1 == deepest

    def test_a_row_says_where_its_bars_are(self):
        canon = plain("One two.\n\nThree four.")
        codings = [
            Drawn(7, 4, 14, 3, "Peer", "f1", True, "P"),
            Drawn(8, 4, 8, 5, "Ally", "f2", False, "A"),
        ]
        first, second = draw(canon.text, canon.blocks, [], codings)
        assert first.bars == "7,0,4,14,3,1 8,1,4,8,5"
        assert second.bars == "7,0,-5,5,3,1"


class TestSpeakers:
    def test_are_drawn_and_no_letter_moves(self):
        canon = plain("Ana: Yes, <I> did.\n\nAna: No.")
        codings = [Drawn(1, 0, 8, 3, "Peer", "f1", True)]
        first, second = draw(canon.text, canon.blocks, [], codings)
        assert first.element == (
            "<p data-s=0><mark class=f1 data-c=3><b>Ana:</b></mark>"
            "<mark class=f1 data-c=3> Yes</mark>, &lt;I&gt; did.</p>"
        )
        assert second.element == "<p data-s=19><b>Ana:</b> No.</p>"
