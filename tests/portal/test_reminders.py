"""Before a yes runs out its teller is told, once; after two years of "until I stop", asked."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
import textstat
import time_machine
from sqlalchemy import select

from storybank.consent import holds
from storybank.consent.rules import Answer, Purpose
from storybank.jobs.models import Job
from storybank.mail import service as mail
from storybank.mail.models import Message
from storybank.people.rules import Role
from storybank.portal import letters, reminders

GOLDEN = Path(__file__).with_name("golden")
MAY = datetime(2026, 5, 3, 9)
ENDS = datetime(2026, 5, 31, 23)
"""Midnight in London, on the night to the first of June."""


@pytest.fixture
def story_of(session, a):
    """A story whose teller can be reached, with a yes until this moment."""

    def make(until: datetime | None, **more):
        story = a.story(until=until, **more)
        a.actor(Role.STORYTELLER, person_id=story.person_id)
        return story

    return make


def work(session) -> None:
    """What the sweep promises is done."""
    reminders.promise(session, datetime.now())
    session.flush()
    if session.scalar(select(Job.id).where(Job.name == reminders.REMIND)):
        reminders.remind(session, [])


def letters_to(session, story) -> list[str]:
    rows = session.scalars(
        select(Message)
        .where(Message.person_id == story.person_id, Message.about.startswith("reminder:"))
        .order_by(Message.id)
    )
    return [mail.text_of(session, row) for row in rows]


class TestRunsOut:
    def test_a_month_before_one_letter_says_so_and_no_second(self, session, story_of):
        with time_machine.travel(MAY, tick=False):
            story, later = story_of(ENDS), story_of(ENDS + timedelta(days=40))
            for _ in range(2):
                work(session)
            assert len(letters_to(session, story)) == 1
            assert "Your yes runs out on 1 June 2026." in letters_to(session, story)[0]
            assert letters_to(session, later) == []

    def test_what_ran_out_or_was_stopped_or_is_looked_into_is_not_written_of(
        self, session, a, story_of
    ):
        with time_machine.travel(MAY, tick=False):
            gone, stopped, held = story_of(MAY), story_of(ENDS), story_of(ENDS)
            a.stop(stopped)
            holds.open_hold(
                session, a.actor(Role.STEWARD), held.id, "safeguarding", "x", MAY.date()
            )
            work(session)
            assert [letters_to(session, one) for one in (gone, stopped, held)] == [[], [], []]

    def test_a_yes_given_again_for_another_time_is_told_of_again(self, session, a, story_of):
        from storybank.consent import service as consent
        from storybank.people.rules import MACHINE

        with time_machine.travel(MAY, tick=False):
            story = story_of(ENDS)
            work(session)
            consent.give(
                session, MACHINE, story.id, story.person_id, {Purpose.KEEP: Answer.YES},
                a.proof(), "phone", until=datetime(2028, 5, 3),
            )  # fmt: skip
        with time_machine.travel(datetime(2028, 4, 20), tick=False):
            work(session)
            assert len(letters_to(session, story)) == 2


class TestStillRight:
    def test_after_two_years_until_i_stop_is_asked_about_once(self, session, story_of):
        with time_machine.travel(MAY, tick=False):
            story = story_of(None)
            work(session)
            assert letters_to(session, story) == []
        with time_machine.travel(MAY + timedelta(days=732), tick=False):
            for _ in range(2):
                work(session)
            assert len(letters_to(session, story)) == 1
        with time_machine.travel(MAY + timedelta(days=4 * 366), tick=False):
            work(session)
            assert len(letters_to(session, story)) == 2


class TestWords:
    def test_the_letters_are_as_reviewed_and_in_plain_words(self):
        texts = {
            "runs_out": letters.runs_out(datetime(2026, 6, 1).date()),
            "still_right": letters.still_right(),
        }
        for name, text in texts.items():
            assert text == (GOLDEN / f"{name}.txt").read_text()
            assert textstat.flesch_kincaid_grade(text.replace("{page}", "")) <= 6
