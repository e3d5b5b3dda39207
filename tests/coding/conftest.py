"""A story with three paragraphs, two researchers, and a browser without JavaScript for each."""

from __future__ import annotations

import factories
import pytest
from bs4 import BeautifulSoup

from storybank import db
from storybank.coding import service
from storybank.consent.rules import EIGHT, Purpose, Use
from storybank.people import service as people
from storybank.people.rules import Role
from storybank.stories.models import Story

TEXT = (
    "We had a bus \U0001f68c. It came late & nobody <said> why. I wrote a letter.\n\n"
    "\u0645\u0631\u062d\u0628\u0627 they said. Then they listened, all of them.\n\n"
    "My nan's cafe\u0301 closed. That was that."
)


class Browser:
    """Somebody signed in: reads pages, fills in the forms on them, presses their buttons."""

    def __init__(self, app, email):
        self.client = app.test_client()
        self.open("/sign-in")
        self.send("main form:has([name=password])", email=email, password=factories.PASSWORD)

    def open(self, path, **headers):
        return self._take(self.client.get(path, headers=headers))

    def send(self, form, part=False, **fields):
        """Send a form of the page, by a selector or as found, with these fields filled in."""
        form = self.page.select_one(form) if isinstance(form, str) else form
        data = {
            field["name"]: field.get("value", "")
            for field in form.select("input[name]")
            if field.get("type") != "checkbox" or field.has_attr("checked")
        }
        action = form.get("action") or self.path
        headers = {"HX-Request": "true"} if part else {}
        return self._take(self.client.post(action, data=data | fields, headers=headers))

    def undo(self, **more):
        return self.send(".sb-message__undo", **more)

    def _take(self, answer):
        self.answer, self.status, self.path = answer, answer.status_code, answer.request.path
        self.page = BeautifulSoup(answer.text, "html.parser")
        if self.status == 303:
            return self.open(answer.headers["Location"])
        return self.page

    @property
    def message(self):
        found = self.page.select_one(".sb-message__text")
        return found and found.get_text()

    def tags(self):
        """The codes beside each paragraph: {number: [label, ...]}, paragraphs without left out."""
        rows = ((row, [tag.get_text() for tag in row.select(":scope > a > *")])
                for row in self.page.select("#story > div"))  # fmt: skip
        return {int(row["id"][1:]): labels for row, labels in rows if labels}


@pytest.fixture
def story(house):
    """The number of the story; beside it, one that may not be studied."""
    with db.writing(house.sessions) as session:
        a = factories.Factory(session)
        number = a.story(TEXT, title="The late bus", attributes={"country": "Wales"}).id
        others = [use for use in EIGHT if use is not Purpose.STUDY]
        a.story("Hidden words stay hidden.", title="Kept away", consented_to=others)
        a.actor(Role.RESEARCHER, email="ana@example.org")
        a.actor(Role.RESEARCHER, email="ben@example.org")
        a.actor(Role.FACILITATOR, email="fay@example.org")
    return number


@pytest.fixture
def put_on(house, story):
    """Puts a code on words of the story in somebody's name: ``put_on("ben", "EN-PEER", "bus")``."""

    def put(who: str, key: str, words: str) -> int:
        with db.writing(house.sessions) as session:
            a = factories.Factory(session)
            account = people.account_by_email(session, f"{who}@example.org")
            use = Use.claim(people.actor_for(session, account), Purpose.STUDY, factories.now())
            place = a.place(session.get(Story, story), words, TEXT)
            return service.apply(session, use, place, [a.code(key).id])[0].id

    return put


@pytest.fixture
def stop(house, story):
    """The storyteller stops a use."""

    def of(*uses):
        with db.writing(house.sessions) as session:
            factories.Factory(session).stop(session.get(Story, story), *uses)

    return of


@pytest.fixture
def ana(app, story):
    return Browser(app, "ana@example.org")


@pytest.fixture
def ben(app, story):
    return Browser(app, "ben@example.org")


@pytest.fixture
def fay(app, story):
    return Browser(app, "fay@example.org")


@pytest.fixture
def code(house):
    """The number of a code: ``code("EN-PEER")``."""

    def number(key: str) -> str:
        with house.sessions() as session:
            return str(factories.Factory(session).code(key).id)

    return number
