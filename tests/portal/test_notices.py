"""Use notices: told each time, a few times a year, or not at all; never a word of the story."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import textstat
import time_machine
from portal.room import printing
from sqlalchemy import select

from storybank.consent import holds
from storybank.consent import service as consent
from storybank.consent.rules import Purpose
from storybank.jobs.models import Job
from storybank.mail import service as mail
from storybank.mail.models import Message
from storybank.people.rules import MACHINE, Role
from storybank.portal import letters, notices
from storybank.portal.letters import Used
from storybank.stories.choices_asked import TELL
from storybank.synthesis import telling

GOLDEN = Path(__file__).with_name("golden")
MAY = datetime(2026, 5, 3, 23, 30)


@pytest.fixture
def wants(session, a):
    """``wants("every")``: a story whose teller can be reached and wants to know so often."""

    def make(often: str | None):
        story = a.story()
        a.actor(Role.STORYTELLER, person_id=story.person_id)
        if often is not None:
            consent.give(
                session, MACHINE, story.id, story.person_id, {}, a.proof(), "paper",
                preferences={"tell": often, "contact": ["check"]},
            )  # fmt: skip
        return story

    return make


def told(session, story) -> list[str]:
    rows = session.scalars(
        select(Message)
        .where(Message.person_id == story.person_id, Message.about.startswith("uses:"))
        .order_by(Message.id)
    )
    return [mail.text_of(session, row) for row in rows]


def use(session, story, at: datetime, **more) -> None:
    session.add(printing(story.id, at, **more))
    session.flush()


class TestTell:
    @time_machine.travel(MAY, tick=False)
    def test_each_time_once(self, session, wants):
        story = wants("every")
        use(session, story, MAY - timedelta(hours=2))
        use(session, story, MAY - timedelta(hours=2), start=30, end=40, copies=4)
        notices.tell(session, [])
        notices.tell(session, [])
        [letter] = told(session, story)
        assert "on 3 May 2026 at Tea and talk. We made 12 copies." in letter
        use(session, story, MAY, place="Board day", audience_size=30)
        notices.tell(session, [])
        # Half past eleven at night in London is the next day there.
        assert "on 4 May 2026 at Board day. About 30 people" in told(session, story)[1]

    def test_a_few_times_a_year_is_one_letter_in_three_months(self, session, wants):
        story = wants("some")
        for days in (0, 10, 50, 80):
            with time_machine.travel(MAY + timedelta(days=days), tick=False):
                use(session, story, MAY + timedelta(days=days), place=f"Day {days}")
                notices.tell(session, [])
        assert len(told(session, story)) == 1
        with time_machine.travel(MAY + timedelta(days=91), tick=False):
            notices.tell(session, [])
        first, second = told(session, story)
        assert "Day 0" in first
        assert all(f"Day {days}" in second for days in (10, 50, 80)) and "Day 0" not in second

    @time_machine.travel(MAY, tick=False)
    @pytest.mark.parametrize("often", ["none", None, "gibberish"])
    def test_who_does_not_want_to_know_is_not_told(self, session, wants, often):
        story = wants(often)
        use(session, story, MAY)
        notices.tell(session, [])
        assert told(session, story) == []

    @time_machine.travel(MAY, tick=False)
    def test_the_last_wish_counts(self, session, a, wants):
        story = wants("every")
        consent.give(
            session, MACHINE, story.id, story.person_id, {}, a.proof(), "paper",
            preferences={"tell": "none"},
        )  # fmt: skip
        use(session, story, MAY)
        notices.tell(session, [])
        assert told(session, story) == []

    @time_machine.travel(MAY, tick=False)
    def test_while_it_is_held_nobody_writes_and_afterwards_they_are_told(self, session, a, wants):
        story, steward = wants("every"), a.use(Purpose.KEEP).actor
        use(session, story, MAY)
        hold = holds.open_hold(
            session, steward, story.id, "legal", "A letter came.", date(2026, 6, 1)
        )
        notices.tell(session, [])
        assert told(session, story) == []
        holds.close_hold(session, steward, hold.id)
        notices.tell(session, [])
        assert len(told(session, story)) == 1

    @time_machine.travel(MAY, tick=False)
    def test_it_is_promised_only_where_there_is_something_to_tell(self, session, wants):
        notices.promise(session, MAY)
        jobs = select(Job).where(Job.name == notices.TELL)
        assert session.scalars(jobs).all() == []
        use(session, wants("every"), MAY)
        notices.promise(session, MAY)
        assert len(session.scalars(jobs).all()) == 1


ONE = Used(date(2026, 5, 3), "Tea and talk", 30, 12)
LETTERS = {
    "use_notice": letters.use_notice([ONE]),
    "use_notices": letters.use_notice([ONE, Used(date(2026, 6, 9), "Board day", None, 1)]),
}


@pytest.mark.parametrize("name", LETTERS)
def test_each_letter_reads_as_agreed(name):
    text = f"{letters.SUBJECT}\n\n{LETTERS[name]}"
    assert text == (GOLDEN / f"{name}.txt").read_text()
    assert textstat.flesch_kincaid_grade(text.replace("\n", ". ")) <= 5


def test_the_answers_it_knows_are_those_the_forms_offer():
    assert {notices.EVERY, notices.SOME} <= set(TELL)
    assert {telling.EVERY, telling.SOME} <= set(TELL)
