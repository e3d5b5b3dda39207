"""Rules of the codebook, by themselves."""

from hypothesis import given
from hypothesis import strategies as st

from storybank.codebook import rules
from storybank.codebook.rules import CodeWords, Node


class TestOrder:
    @given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=12))
    def test_none_is_lost_and_children_come_after_parents(self, rows):
        nodes = [Node(number, above, hidden) for number, (above, hidden) in enumerate(rows)]
        found = rules.in_order(nodes)
        shown = [number for number, _, _ in found]
        assert sorted(shown) == [node.id for node in nodes if not node.hidden]
        for at, (_, parent, depth) in enumerate(found):
            assert (parent is None) == (depth == 0)
            assert parent is None or parent in shown[:at]


class TestColours:
    def test_every_colour_offered_can_be_read(self):
        for colour in (*rules.COLOURS, *rules.FAMILY_COLOURS):
            assert rules.contrast(colour, rules.PAPER) >= rules.LEAST_CONTRAST, colour

    def test_contrast_is_that_of_the_guidelines(self):
        assert rules.contrast("#000000", "#ffffff") == 21
        assert round(rules.contrast("#777777", "#ffffff"), 2) == 4.48

    def test_one_too_light_or_no_colour_is_told(self):
        for colour in ("#ffff00", "red", "#12345", "#gggggg"):
            assert "colour" in rules.clean_words(CodeWords("N", "D", colour=colour)).errors


def test_initials_stand_for_a_name_in_any_writing():
    assert rules.initial_of("people like me") == "PL"
    assert rules.initial_of("مرحبا") == "م"
    assert rules.initial_of("…") == "?"


def test_a_key_is_made_that_is_not_taken():
    taken = {"en-peer", "en-mentor"}
    assert rules.key_from("A mentor", ["EN-PEER", "EN-ALLY"], taken) == "EN-MENTOR-2"
    assert rules.key_from("مرحبا", [], set()) == "CODE"
    assert rules.key_from("new", [], set()) == "NEW-2"
