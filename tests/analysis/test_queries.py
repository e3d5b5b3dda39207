"""Asking a query: which passages come back, for whom."""

from __future__ import annotations

import pytest
from factories import TEXT

from storybank.analysis.queries import matching
from storybank.codebook.models import Code
from storybank.coding import service as coding
from storybank.coding.round_models import Assignment, CodingRound
from storybank.consent import passages
from storybank.consent.rules import Mark, Purpose
from storybank.errors import BadInput, Refused
from storybank.people.rules import MACHINE
from storybank.stories.canon import plain

WHOLE = plain(TEXT).text
OLU = "Olu, who runs the carers' group"
TOGETHER = "said we should go in together"
ALL = f"Then {OLU}, {TOGETHER}."


@pytest.fixture
def use(a):
    return a.use(Purpose.STUDY)


@pytest.fixture
def coded(a, session, use):
    """A story with passages under codes: ``coded("EN-PEER", "Nobody had an answer")``."""
    story = a.story(attributes={"country": "Wales", "year": 2021})

    def put(key, quote, by=None, on=story, text=TEXT):
        [one] = coding.apply(session, by or use, a.place(on, quote, text), [a.code(key).id])
        return one

    put.story = story
    return put


@pytest.fixture
def asked(session, use):
    """The words found, by place: ``asked("code:EN-PEER")``."""

    def ask(line, by=None):
        found = matching(session, by or use, line)
        return [WHOLE[p.place.start : p.place.end] for p in found.passages]

    return ask


class TestCodes:
    def test_finds_what_carries_a_code(self, coded, asked):
        coded("EN-PEER", OLU)
        coded("EN-STORY", "Nobody had an answer")
        assert asked("code:en-peer") == [OLU]
        assert asked("family:enabler") == ["Nobody had an answer", OLU]
        assert asked('code:"People like me at my side"') == [OLU]

    def test_and_is_the_words_that_both_stand_on(self, coded, asked, session, use):
        first = coded("EN-PEER", ALL)
        second = coded("EN-STORY", f"{OLU}, said we")
        assert asked("code:EN-PEER AND code:EN-STORY") == [f"{OLU}, said we"]
        [found] = matching(session, use, "code:EN-PEER code:EN-STORY").passages
        assert found.coding_ids == (first.id, second.id)

    def test_and_not_leaves_out_what_meets_the_other(self, coded, asked):
        coded("EN-PEER", OLU)
        coded("EN-PEER", "rang the clinic")
        coded("EN-STORY", "Olu")
        assert asked("code:EN-PEER AND NOT code:EN-STORY") == ["rang the clinic"]
        assert asked("NOT code:EN-STORY") == ["rang the clinic"]


class TestBeside:
    def test_near_counts_the_words_between(self, coded, asked):
        coded("EN-PEER", "rang")
        coded("EN-STORY", "answer")
        assert asked("code:EN-PEER NEAR 7 WORDS code:EN-STORY") == ["rang"]
        assert asked("code:EN-PEER NEAR 6 WORDS code:EN-STORY") == []
        assert asked("code:EN-PEER NEAR 1 SENTENCES code:EN-STORY") == ["rang"]
        assert asked("code:EN-PEER NOT NEAR 6 WORDS code:EN-STORY") == ["rang"]

    def test_words_stand_for_their_places(self, coded, asked):
        coded("EN-PEER", "rang the clinic")
        assert asked("code:EN-PEER NEAR 3 WORDS monday") == ["rang the clinic"]
        assert asked("clinics WITHIN code:EN-PEER") == ["clinic"]
        assert asked("code:EN-PEER IN STORY WITH manager") == ["rang the clinic"]
        assert asked("code:EN-PEER IN STORY WITH helicopter") == []


class TestConditions:
    def test_facts_narrow_every_code_in_the_brackets(self, coded, asked, a):
        coded("EN-PEER", OLU)
        assert asked("code:EN-PEER country:wales year:2019..2023") == [OLU]
        assert asked("code:EN-PEER year:2022..") == []
        assert asked("country:Wales") == [OLU]
        assert asked("code:EN-PEER NOT country:Wales") == []

    def test_words_must_stand_in_the_passage(self, coded, asked):
        coded("EN-PEER", OLU)
        coded("EN-PEER", "rang the clinic")
        assert asked("code:EN-PEER carer") == [OLU]
        assert asked("clinic OR code:EN-STORY") == ["rang the clinic"]
        assert asked('"carers group"') == [OLU]
        assert asked("by:me (carer OR country:Ruritania)") == [OLU]

    def test_a_coder_by_name(self, coded, asked, a, use):
        other = a.use(Purpose.STUDY)
        coded("EN-PEER", OLU)
        coded("EN-PEER", TOGETHER, by=other)
        assert asked("code:EN-PEER by:me") == [OLU]
        assert asked("code:EN-PEER by:me", by=other) == [TOGETHER]

    def test_what_may_also_be_used_in_another_way(self, coded, asked, a, use):
        closed = a.story(consented_to=[Purpose.STUDY])
        coded("EN-PEER", OLU)
        coded("EN-PEER", TOGETHER, on=closed)
        assert asked("code:EN-PEER use:workshop") == [OLU]
        assert asked("code:EN-PEER NOT use:workshop") == [TOGETHER]


class TestTrouble:
    @pytest.mark.parametrize("line", ["code:EN-PEAR", "by:nobody", "flag:mood=sad", "use:fun",
                                      "has:hope", "code:EN-PEER NEAR"])  # fmt: skip
    def test_says_what_is_not_there(self, asked, line):
        with pytest.raises(BadInput):
            asked(line)

    def test_says_what_may_have_been_meant(self, asked):
        with pytest.raises(BadInput, match="Did you mean code:en-peer"):
            asked("code:EN-PEAR")

    def test_members_see_no_codes(self, asked, a):
        with pytest.raises(Refused):
            asked("code:EN-PEER", by=a.use(Purpose.MEMBERS))

    def test_what_was_stopped_is_not_found(self, coded, asked, a):
        coded("EN-PEER", OLU)
        a.stop(coded.story, Purpose.STUDY)
        assert asked("code:EN-PEER") == []

    def test_nothing_of_others_is_found_where_one_codes_blind(self, coded, asked, a, session, use):
        other = a.use(Purpose.STUDY)
        coded("EN-PEER", OLU)
        coded("EN-PEER", TOGETHER, by=other)
        work = CodingRound(name="Pilot", blind=True, made_by=use.actor.account_id, made_at=use.at)
        session.add(work)
        session.flush()
        session.add(
            Assignment(round_id=work.id, story_id=coded.story.id, given_at=use.at,
                       account_id=use.actor.account_id)
        )  # fmt: skip
        session.flush()
        assert asked("code:EN-PEER") == [OLU]
        assert asked("code:EN-PEER NEAR code:EN-PEER") == []
        assert asked("code:EN-PEER", by=other) == [OLU, TOGETHER]

    def test_parts_that_are_kept_back_hold_no_words_and_no_codings(self, coded, asked, a, session):
        coded("EN-PEER", "rang the clinic")
        coded("EN-STORY", "answer for me")
        coded("EN-STORY", "Nobody")
        place = a.place(coded.story, "on Monday. Nobody")
        passages.mark_passage(
            session, MACHINE, coded.story.id, coded.story.person_id, place.span, Mark.LEAVE_OUT,
            "phone",
        )  # fmt: skip
        assert asked("code:EN-STORY") == ["answer for me"]
        assert asked("monday NEAR code:EN-PEER") == []
        # had, an: the words between that may be read.
        assert asked("code:EN-PEER NEAR 2 WORDS code:EN-STORY") == ["rang the clinic"]
        assert asked("code:EN-PEER NEAR 1 WORDS code:EN-STORY") == []

    def test_codes_under_a_code_and_codes_that_were_merged(self, coded, asked, a, session):
        coded("EN-PEER", OLU)
        session.get(Code, a.code("EN-PEER").id).parent_id = a.code("EN-STORY").id
        session.get(Code, a.code("EN-ALLY").id).merged_into_id = a.code("EN-PEER").id
        session.flush()
        assert asked("code:EN-STORY") == []
        assert asked("code:EN-STORY+") == [OLU]
        assert asked("code:EN-ALLY") == [OLU]
