"""Codes, clean lines, turns and order."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storybank.errors import BadInput
from storybank.stories.rules import Place
from storybank.workshops import rules
from storybank.workshops.forms import WorkshopForm, numbers_sent, places_sent


class TestShortCode:
    def test_letters_that_are_not_mistaken_for_each_other(self):
        codes = {rules.short_code() for _ in range(200)}
        assert len(codes) == 200
        assert all(len(code) == 7 and code[3] == "-" for code in codes)
        assert not set("".join(codes)) & set("0O1IL")


class TestCleanLine:
    def test_it_is_one_line_with_nothing_unseen(self):
        assert rules.clean_line("  Being\r\n heard\x00\u202e ", "a title", 50) == "Being heard"

    @pytest.mark.parametrize("words", ["", "  \n ", "\x00", "x" * 51])
    def test_blank_or_too_long_is_refused(self, words):
        with pytest.raises(BadInput):
            rules.clean_line(words, "a title", 50)


class TestSpread:
    def test_voices_take_turns_and_keep_their_order(self):
        assert rules.spread(["a1", "a2", "a3", "b1", "c1", "c2"], lambda x: x[0]) == [
            "a1", "b1", "c1", "a2", "c2", "a3",
        ]  # fmt: skip

    @given(st.lists(st.tuples(st.integers(0, 4), st.integers())))
    def test_nothing_is_lost_and_nobody_speaks_twice_before_others(self, things):
        turns = rules.spread(things, lambda thing: thing[0])
        assert sorted(turns) == sorted(things)
        for voice in {one for one, _ in things}:
            assert [t for t in turns if t[0] == voice] == [t for t in things if t[0] == voice]
        rounds = [sum(t[0] == turns[n][0] for t in turns[:n]) for n in range(len(turns))]
        assert rounds == sorted(rounds)


class TestMoved:
    @given(st.lists(st.integers(), min_size=1), st.data())
    def test_every_way_keeps_all_things(self, order, data):
        here = data.draw(st.integers(0, len(order) - 1))
        way = data.draw(st.sampled_from(["up", "down", "first", "", "away"]))
        assert sorted(rules.moved(order, here, way)) == sorted(order)


class TestDays:
    @pytest.mark.parametrize(
        "typed", ["2027-03-12", " 12 March 2027 ", "12/03/2027", "12 march 2027"]
    )
    def test_as_a_browser_sends_them_or_a_person_types_them(self, typed):
        form = WorkshopForm.sent({"held_on": typed})
        assert form.day == date(2027, 3, 12) and "held_on" not in form.errors

    @pytest.mark.parametrize(
        "typed", ["", "soon", "2027-02-30", "9999-12-31", "0001-01-01", "2027-03"]
    )
    def test_anything_else_is_asked_for_again(self, typed):
        assert "held_on" in WorkshopForm.sent({"held_on": typed}).errors


class TestSent:
    def test_places_that_no_page_sends_are_left_out(self):
        sent = ["1-1-0-5", "1-1-0", "x", "", "1-1--5-5", "9999999999-1-0-5", "1-1-0-5-6", "١-١-٠-٥"]
        assert places_sent(sent) == [Place(1, 1, 0, 5)]

    def test_numbers_that_are_none_are_left_out(self):
        assert numbers_sent("1,2,,x,-3,99999999999,4") == [1, 2, 4]
        assert numbers_sent("") == []
