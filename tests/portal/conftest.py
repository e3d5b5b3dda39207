"""What the tests of the storyteller's room share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from portal.room import Room

from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.people.rules import Actor, Role
from storybank.stories.models import Story


@pytest.fixture
def own(a) -> Callable[[Story], Use]:
    """``own(story)``: the use that its storyteller makes of it."""

    tellers: dict[int, Actor] = {}

    def use(story: Story) -> Use:
        person_id = story.person_id
        if person_id not in tellers:
            tellers[person_id] = a.actor(Role.STORYTELLER, person_id=person_id)
        return Use.claim(tellers[person_id], Purpose.OWN, now())

    return use


@pytest.fixture
def room(house, app) -> Room:
    return Room(house, app)
