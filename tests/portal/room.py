"""Storytellers at browsers, what was printed of their stories, and pages read as lines of text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import factories
from bs4 import BeautifulSoup
from crawling import Person

from storybank import db
from storybank.consent.models import UseRecord
from storybank.consent.rules import NameStyle, Purpose
from storybank.people.rules import Role
from storybank.stories.models import Story

INLINE = ("a", "b", "bdi", "em", "span", "strong")


@dataclass
class Room:
    """A house with storytellers in it, each at a browser of their own."""

    house: object
    app: object

    def teller(self, email: str = "ana@example.org", **story) -> tuple[Person, int]:
        """Somebody who told a story, signed in, and the story's number."""
        with db.writing(self.house.sessions) as session:
            a = factories.Factory(session)
            number = a.story(**story).id
            person_id = session.get_one(Story, number).person_id
            a.actor(Role.STORYTELLER, email=email, person_id=person_id)
        return Person(self.app, email), number

    def somebody(self, role: Role, email: str) -> Person:
        """Somebody without a story, signed in."""
        with db.writing(self.house.sessions) as session:
            factories.Factory(session).actor(role, email=email)
        return Person(self.app, email)

    def print_cards(self, number: int, at: datetime, **more) -> None:
        with db.writing(self.house.sessions) as session:
            session.add(printing(number, at, **more))


def printing(story_id: int, at: datetime, **more) -> UseRecord:
    """A record that part of a story was put on cards."""
    said = {
        "version": 1, "start": 0, "end": 28, "use": Purpose.WORKSHOP.value, "medium": "print",
        "place": "Tea and talk", "reference": "7KQ2M4", "name_style": NameStyle.NONE.value,
        "copies": 12,
    }  # fmt: skip
    return UseRecord(story_id=story_id, at=at, **said | more)


def read_lines(html: str, without: tuple[str, ...] = ()) -> list[str]:
    """The main part of a page, a line for each block of text, but for some CSS selectors."""
    main = BeautifulSoup(html, "html.parser").main
    for selector in without:
        for element in main.select(selector):
            element.decompose()
    for element in main.find_all(INLINE):
        element.unwrap()
    for element in main.find_all("br"):
        element.replace_with("\f")
    main.smooth()
    texts = main.get_text("\f").split("\f")
    return [line for line in (" ".join(text.split()) for text in texts) if line]
