"""Two researchers, a story, and a browser without JavaScript for each."""

from __future__ import annotations

import factories
import pytest
from coding.conftest import Browser as CodersBrowser

from storybank import db
from storybank.consent.rules import Purpose, Use
from storybank.people.models import Account
from storybank.people.rules import Role


class Browser(CodersBrowser):
    """Somebody signed in, who fills in text areas too."""

    def send(self, form, part=False, **fields):
        form = self.page.select_one(form) if isinstance(form, str) else form
        areas = {one["name"]: one.text.removeprefix("\n") for one in form.select("textarea[name]")}
        return super().send(form, part=part, **(areas | fields))


@pytest.fixture
def ana(a):
    """A researcher's use of stories; "Ana Lopez"."""
    return use_of(a, "Ana Lopez")


@pytest.fixture
def ben(a):
    return use_of(a, "Ben Okri")


def use_of(a, name) -> Use:
    actor = a.actor(Role.RESEARCHER)
    rename(a.session, actor.account_id, name)
    return Use.claim(actor, Purpose.STUDY, factories.now())


def rename(session, account_id, name) -> None:
    session.get(Account, account_id).name = name
    session.flush()


@pytest.fixture
def story(a):
    return a.story()


@pytest.fixture
def desk(house, app):
    """The number of a story, with Ana and Ben to study it."""
    with db.writing(house.sessions) as session:
        a = factories.Factory(session)
        number = a.story().id
        for name in ("Ana Lopez", "Ben Okri"):
            email = f"{name.split()[0].lower()}@example.org"
            rename(session, a.actor(Role.RESEARCHER, email=email).account_id, name)
        a.actor(Role.FACILITATOR, email="fay@example.org")
    return number


@pytest.fixture
def anas(app, desk):
    return Browser(app, "ana@example.org")


@pytest.fixture
def bens(app, desk):
    return Browser(app, "ben@example.org")
