"""Coders, and a story each of them has."""

from __future__ import annotations

import factories
import pytest

from storybank.agreement import service
from storybank.agreement.rules import Pick
from storybank.coding import service as coding
from storybank.consent.rules import Purpose, Use
from storybank.people.models import Account
from storybank.people.rules import Role


def coder(a, name, email=None):
    """Somebody who may code, by this name."""
    actor = a.actor(Role.RESEARCHER, email=email)
    a.session.get(Account, actor.account_id).name = name
    a.session.flush()
    return Use.claim(actor, Purpose.STUDY, factories.now())


@pytest.fixture
def ana(a):
    return coder(a, "Ana")


@pytest.fixture
def ben(a):
    return coder(a, "Ben")


@pytest.fixture
def story(a):
    return a.story()


def put_on(a, use, story, quote="Nobody", key="EN-PEER"):
    """The coding that this puts on."""
    [made] = coding.apply(a.session, use, a.place(story, quote), [a.code(key).id])
    return made


def a_round(a, by, coders, stories, **more):
    numbers = ",".join(str(one.id) for one in stories)
    ids = [use.actor.account_id for use in coders]
    more = {"name": "Pilot", "blind": True} | more
    return service.make(a.session, by, more.pop("name"), ids, Pick.NUMBERS, numbers=numbers, **more)


def finish(a, use, made, *stories):
    for one in stories:
        service.finish(a.session, use, made.id, one.id)
