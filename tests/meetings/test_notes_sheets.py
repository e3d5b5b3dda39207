"""Sheets of paper: typed in once under their number, and asked about where it came before."""

from __future__ import annotations

from uuid import uuid4

import pytest
from meetings.talking import Talk

from storybank.errors import BadInput
from storybank.meetings import noted, sheets
from storybank.meetings.sheets import Same, Twice


def fill(talk, number="12", form=None, text="On paper", same=None):
    """Types in a sheet with one answer."""
    number_of_answer = noted.id_on_sheet(form or str(uuid4()), talk.question.id)
    entry = talk.entry(text, id=number_of_answer)
    return sheets.enter(talk.session, talk.use, talk.id, number, [entry], same)


class TestASheet:
    def test_it_is_kept_as_paper_under_its_number_and_once_for_a_form(self, talk):
        form = str(uuid4())
        for _ in range(2):
            number, [kept] = fill(talk, form=form)
            assert (number, kept.sheet, kept.captured) == ("12", "12", "paper")
        [listed] = sheets.typed(talk.session, talk.use, talk.id)
        assert (listed.number, listed.answers) == ("12", 1)

    def test_the_same_number_from_another_form_is_asked_about(self, talk):
        fill(talk)
        with pytest.raises(Twice) as asked:
            fill(talk, text="Again")
        assert asked.value.sheet.answers == 1

    def test_it_takes_the_place_of_the_first_or_stands_beside_it(self, talk):
        _, [first] = fill(talk)
        _, [second] = fill(talk, text="Typed better", same=Same.REPLACE)
        assert (talk.answer(first.id).status, talk.answer(second.id).status) == (
            "hidden", "waiting",
        )  # fmt: skip
        number, _ = fill(talk, text="Another person", same=Same.OTHER)
        assert number == "12 (2)"
        assert {one.number for one in sheets.typed(talk.session, talk.use, talk.id)} == {
            "12", "12 (2)",
        }  # fmt: skip

    def test_an_empty_one_is_said_to_be_empty(self, talk):
        with pytest.raises(BadInput):
            sheets.enter(talk.session, talk.use, talk.id, "3", [])

    def test_the_next_number_and_those_left_out_are_told(self, talk):
        for number in ("3", "5", "7"):
            fill(talk, number)
        listed = sheets.typed(talk.session, talk.use, talk.id)
        assert (sheets.next_number(listed), sheets.missing(listed)) == ("8", [4, 6])


class TestANumber:
    @pytest.mark.parametrize(("typed", "number"), [(" 007 ", "7"), ("k7m-12", "K7M-12")])
    def test_has_one_spelling(self, typed, number):
        assert noted.clean_sheet(typed) == number

    @pytest.mark.parametrize("typed", ["", "x" * 15, "<b>", "\u0661", "9" * 10**5, "-"])
    def test_has_letters_and_numbers_and_no_more(self, typed):
        with pytest.raises(BadInput):
            noted.clean_sheet(typed)


@pytest.fixture
def talk(a):
    return Talk(a)
