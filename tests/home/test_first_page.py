"""The first page and the menu: each role's ways."""

from __future__ import annotations

import re

import pytest
from crawling import Person
from factories import Factory

from storybank import db
from storybank.home.navigation import WAYS
from storybank.people.rules import GIVEN_TO_ACCOUNTS, Role

OTHERS = [role for role in GIVEN_TO_ACCOUNTS if role is not Role.STORYTELLER]


@pytest.fixture
def somebody(app, house):
    """Somebody signed in with these roles."""

    def make(*roles: Role) -> Person:
        email = "-".join(roles) + "@example.org"
        with db.writing(house.sessions) as session:
            a = Factory(session)
            person = a.story().person_id if Role.STORYTELLER in roles else None
            a.actor(*roles, email=email, person_id=person)
        return Person(app, email)

    return make


def ways(page: str) -> list[str]:
    return re.findall(r'class="sb-ways__label"><a href="[^"]*">([^<]+)<', page)


def menu(page: str) -> dict[str, str]:
    """Each entry of the menu with how it is marked as where one is."""
    links = re.findall(r'<a class="sb-nav__link"[^>]*?(?: aria-current="(\w+)")?>([^<]+)</a>', page)
    return {label: mark for mark, label in links}


def labels(*roles: Role) -> list[str]:
    return [way.label for way in WAYS if way.role in roles]


class TestFirstPage:
    def test_a_visitor_is_welcomed_and_may_read_what_is_public(self, app):
        answer = Person(app).get("/")
        assert answer.status_code == 200
        assert "What every storyteller is promised" in answer.text
        assert 'href="/sign-in"' in answer.text
        assert ways(answer.text) == list(menu(answer.text)) == labels(Role.VISITOR)

    @pytest.mark.parametrize("role", OTHERS)
    def test_each_role_sees_its_own_ways_and_each_leads_somewhere(self, somebody, role):
        person = somebody(role)
        page = person.get("/").text
        assert ways(page) == labels(role, Role.VISITOR)
        assert list(menu(page)) == [way.label for way in WAYS if way.role is role and way.menu]
        for href in re.findall(r'class="sb-ways__label"><a href="([^"]*)"', page):
            assert person.get(href).status_code == 200, href

    def test_somebody_with_several_roles_sees_the_ways_of_all(self, somebody):
        page = somebody(Role.RESEARCHER, Role.FACILITATOR).get("/").text
        assert ways(page) == labels(Role.RESEARCHER, Role.FACILITATOR, Role.VISITOR)

    def test_a_storyteller_goes_straight_to_their_stories(self, somebody):
        answer = somebody(Role.STORYTELLER).get("/")
        assert (answer.status_code, answer.location) == (303, "/my")

    def test_a_storyteller_who_is_something_else_too_chooses(self, somebody):
        page = somebody(Role.STORYTELLER, Role.MEMBER).get("/").text
        assert ways(page) == labels(Role.STORYTELLER, Role.MEMBER, Role.VISITOR)


class TestMenu:
    def test_labels_differ(self):
        assert len({way.label for way in WAYS}) == len(WAYS)

    def test_the_page_one_is_on_is_marked(self, somebody):
        assert menu(somebody(Role.FACILITATOR).get("/workshops").text) == {
            "Workshops": "page", "Search for workshops": "", "Sit with a storyteller": "",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("role", "path", "label"),
        [
            (Role.FACILITATOR, "/workshops/new", "Workshops"),
            (Role.STEWARD, "/stories/keep/1", "Stories we keep"),
            (Role.STEWARD, "/assist/1", "Write down with somebody"),
            (Role.RESEARCHER, "/codes/EN-PEER", "Stories to study"),
        ],
    )
    def test_a_page_further_in_marks_the_way_that_led_there(self, somebody, role, path, label):
        person = somebody(role)
        somebody(Role.STORYTELLER)
        marks = menu(person.get(path).text)
        assert marks[label] == "true" and list(marks.values()).count("") == len(marks) - 1

    def test_ones_own_account_is_no_page_of_the_administrators(self, somebody):
        assert set(menu(somebody(Role.ADMINISTRATOR).get("/me").text).values()) == {""}
