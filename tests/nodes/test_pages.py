"""People go from one node to the other: two applications, each with its own data folder."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import count

import factories
import pytest
from crawling import Person
from meetings.seated import CODE, Phone, meeting_in

from storybank import db
from storybank.backups import drilling, making, noted
from storybank.clock import now
from storybank.consent.rules import Purpose
from storybank.people.rules import Role
from storybank.search import known
from storybank.stories.models import Story

pytestmark = pytest.mark.postgres

WORD = "quetzalfeather"
_numbers = count(1)


@pytest.fixture(scope="module")
def apps(houses):
    return [factories.make_app(house) for house in houses]


@pytest.fixture
def house(houses):
    return houses[0]


def at(app, person):
    """The same browser, at another node."""
    there = type(person)(app)
    there.client._cookies = person.client._cookies
    return there


def account(house, role: Role) -> str:
    email = f"{role}-{next(_numbers)}@example.org"
    with db.writing(house.sessions) as session:
        factories.Factory(session).actor(role, email=email)
    return email


def test_who_signs_in_at_one_works_at_the_other_and_is_out_at_both(apps, house):
    with db.writing(house.sessions) as session:
        story_id = factories.Factory(session).story().id
    here = Person(apps[0], account(house, Role.RESEARCHER))
    there = at(apps[1], here)
    other = Person(apps[1], here.email)  # the same person at another browser
    assert there.get(f"/desk/{story_id}").status_code == 200
    coded = there.post(
        f"/desk/{story_id}/codings", on=f"/desk/{story_id}", version=1, start=0, end=6,
        quote="I rang", code=1,
    )  # fmt: skip
    assert coded.status_code in (200, 303)
    assert "<mark" in here.get(f"/desk/{story_id}").text
    assert here.post("/me/sign-out-everywhere").status_code == 303
    for one in (there, other):
        assert "/sign-in" in one.get(f"/desk/{story_id}").location


def test_a_stop_at_one_holds_at_the_next_request_to_the_other(apps, houses):
    with db.writing(houses[0].sessions) as session:
        story = factories.Factory(session).story(f"A {WORD} lay there. Nobody spoke of it.")
        story_id = story.id
    for one in houses:
        one.runner.drain()
        assert one.index.follower.follow()
    here = Person(apps[0], account(houses[0], Role.RESEARCHER))
    both = [here, at(apps[1], here)]
    paths = [f"/desk/{story_id}", "/search/study", "/stories/study", f"/stories/study/{story_id}"]

    def seen(person) -> list[str]:
        answers = [(path, person.get(path, q=WORD)) for path in paths]
        link = re.compile(rf"/(desk|study)/{story_id}\b")
        return [
            path
            for path, answer in answers
            if answer.status_code == 200 and link.search(answer.text)
        ]

    for one in both:
        assert {paths[0], paths[1]} <= set(seen(one))  # now it is in every cache
    with db.writing(houses[0].sessions) as session:
        factories.Factory(session).stop(session.get_one(Story, story_id))
    assert seen(both[1]) == []
    assert seen(both[0]) == []


def test_a_workshop_is_joined_at_one_answered_at_the_other_and_stops_at_both(apps, houses):
    with db.writing(houses[0].sessions) as session:
        scene = meeting_in(factories.Factory(session))
        session.expunge_all()
    here = Phone(apps[0])
    assert here.join(scene.groups[0].id).status_code == 303
    there = at(apps[1], here)
    version = there.version()
    assert here.version() == version
    assert here.poll(version).status_code == there.poll(version).status_code == 204
    card = "We sat down with the manager"
    assert card in here.page and card in there.page
    assert there.send(scene.prompts[0].id, text="A lift that works").status_code == 303
    assert "A lift that works" in here.page
    with db.writing(houses[0].sessions) as session:
        factories.Factory(session).stop(session.get_one(Story, scene.story.id))
    assert card not in there.page
    assert card not in here.page
    standing = there.version()
    with db.writing(houses[0].sessions) as session:
        session.get_one(type(scene.workshop), scene.id).status = "closed"
    assert there.poll(standing).status_code != 204
    assert Phone(apps[1]).get(f"/join/{CODE}").status_code != 200


def test_wrong_passwords_at_both_are_counted_together(apps):
    for app in apps:
        app.config["STORYBANK_LIMITS"] = True
    try:
        answers = [
            Person(apps[turn % 2]).post(
                "/sign-in", on="/sign-in", email="nobody@example.org", password="wrong"
            ).status_code
            for turn in range(12)
        ]  # fmt: skip
    finally:
        for app in apps:
            app.config["STORYBANK_LIMITS"] = False
    assert 429 not in answers[:10] and answers[-1] == 429, answers


def test_the_last_backup_and_drill_are_known_at_both(houses, configs):
    moment = now() - timedelta(hours=1)
    noted.note(configs[0], noted.BACKUP, moment)
    drilling.went_well(configs[0], moment, moment)
    with houses[1].sessions() as session:
        assert making.last(configs[1].home, session) == moment
        assert drilling.last(configs[1].home, session) == moment
        assert making.trouble(configs[1].home, now(), session) is None
        assert drilling.last(configs[1].home) is None


def test_what_a_node_keeps_of_the_rule_is_thrown_away_at_a_stop_on_the_other(houses):
    with db.writing(houses[0].sessions) as session:
        story_id = factories.Factory(session).story().id
    for one in houses:
        with one.sessions() as session:
            use = factories.Factory(session).use(Purpose.STUDY)
            assert story_id in known.known(session, use).allowed
    with db.writing(houses[0].sessions) as session:
        factories.Factory(session).stop(session.get_one(Story, story_id))
    for one in houses:
        with one.sessions() as session:
            use = factories.Factory(session).use(Purpose.STUDY)
            assert story_id not in known.known(session, use).allowed
