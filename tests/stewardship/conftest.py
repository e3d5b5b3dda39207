"""What the tests of the steward's desk share: somebody signed in, and stories to look after."""

from __future__ import annotations

import pytest
from crawling import Person
from factories import Factory

from storybank import db
from storybank.consent.standing import state_of
from storybank.people.rules import Role


@pytest.fixture
def people(app, house):
    """``people("one@example.org", Role.STEWARD)``: somebody signed in."""

    def sign_in(email: str, role: Role = Role.STEWARD) -> Person:
        with db.writing(house.sessions) as session:
            Factory(session).actor(role, email=email)
        return Person(app, email)

    return sign_in


@pytest.fixture
def steward(people) -> Person:
    return people("one@example.org")


@pytest.fixture
def facilitator(people) -> Person:
    return people("fay@example.org", Role.FACILITATOR)


@pytest.fixture
def tell(house):
    """``tell(title=...)``: the number of a story and of its teller."""

    def make(**story) -> tuple[int, int]:
        with db.writing(house.sessions) as session:
            made = Factory(session).story(**story)
            return made.id, made.person_id

    return make


@pytest.fixture
def standing(house):
    def read(number: int):
        with house.sessions() as session:
            return state_of(session, number)

    return read
