"""Who read or took out what: noted for every reader, shown to the steward, and to the teller."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup
from crawling import Person
from factories import Factory

from storybank import db
from storybank.clock import now
from storybank.consent.models import AccessRecord
from storybank.people.models import Account
from storybank.people.rules import Role


@pytest.fixture
def people(app, house):
    """A researcher, a member, a steward and the teller of story 1, each signed in."""
    with db.writing(house.sessions) as session:
        a = Factory(session)
        story = a.story()
        for role in (Role.RESEARCHER, Role.MEMBER, Role.STEWARD):
            a.actor(role, email=f"{role.value}@example.org")
        a.actor(Role.STORYTELLER, email="teller@example.org", person_id=story.person_id)
    return {
        name: Person(app, f"{name}@example.org")
        for name in ("researcher", "member", "steward", "teller")
    }


def lines(person: Person, **asked: str) -> list[tuple[str, ...]]:
    """The rows of the steward's table, without the time."""
    page = person.get("/steward/audit", **asked).text
    rows = BeautifulSoup(page, "html.parser").select("tbody tr")
    return [tuple(cell.get_text(strip=True) for cell in row.select("td"))[1:] for row in rows]


class TestReading:
    def test_a_story_opened_is_a_line_with_who_what_and_what_for(self, people, house):
        people["researcher"].get("/desk/1")
        people["member"].get("/stories/members/1")
        found = lines(people["steward"], story="1")
        with house.sessions() as session:
            names = dict(session.execute(sa.select(Account.email, Account.name)).all())
        assert found == [
            (names["member@example.org"], "Read the story", "Story 1", "members"),
            (names["researcher@example.org"], "Read the story", "Story 1", "study"),
        ]

    def test_the_same_story_opened_again_at_once_is_one_line(self, people):
        for _ in range(3):
            people["researcher"].get("/desk/1")
        assert len(lines(people["steward"], story="1")) == 1
        with time_machine.travel(now() + timedelta(minutes=11), tick=False):
            people["researcher"].get("/desk/1")
        assert len(lines(people["steward"], story="1")) == 2

    def test_what_was_refused_is_no_reading(self, people, house):
        with db.writing(house.sessions) as session:
            Factory(session).stop(session.get_one(_story(), 1))
        people["researcher"].get("/desk/1")
        assert lines(people["steward"], story="1") == []

    def test_the_tellers_own_reading_is_not_watched(self, people, house):
        people["teller"].get("/my/1")
        with house.sessions() as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(AccessRecord)) == 0


class TestLooking:
    def test_it_is_narrowed_by_person_deed_and_day(self, people, house):
        people["researcher"].get("/desk/1")
        people["member"].get("/stories/members/1")
        with house.sessions() as session:
            member = session.scalar(
                sa.select(Account.id).where(Account.email == "member@example.org")
            )
        assert len(lines(people["steward"], who=str(member))) == 1
        assert lines(people["steward"], what="print") == []
        assert lines(people["steward"], since=str(now().date() + timedelta(days=2))) == []
        assert len(lines(people["steward"], since=str(now().date()))) == 2
        assert lines(people["steward"], story="everything") == []

    def test_nobody_but_a_steward_sees_it(self, people):
        assert people["researcher"].get("/steward/audit").status_code == 403

    def test_a_teller_reads_on_which_days_and_why_and_no_name(self, people, house):
        people["researcher"].get("/desk/1")
        page = people["teller"].get("/my/1/readers").text
        assert "Someone in our team opened it to study it." in page
        with house.sessions() as session:
            name = session.scalar(
                sa.select(Account.name).where(Account.email == "researcher@example.org")
            )
        assert name not in re.sub(r"<[^>]+>", " ", page)
        assert people["researcher"].get("/my/1/readers").status_code == 403


def _story():
    from storybank.stories.models import Story

    return Story
