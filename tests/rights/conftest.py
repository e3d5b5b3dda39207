"""What the tests of rights share."""

from __future__ import annotations

import pytest
from portal.room import Room

from storybank.people.rules import Role


@pytest.fixture
def room(house, app) -> Room:
    return Room(house, app)


@pytest.fixture
def ana(a):
    """A storyteller with a story, signed in: her actor."""
    story = a.story()
    return a.actor(Role.STORYTELLER, email="ana@example.org", person_id=story.person_id)


@pytest.fixture
def steward(a):
    return a.actor(Role.STEWARD)


@pytest.fixture
def other_steward(a):
    return a.actor(Role.STEWARD)
