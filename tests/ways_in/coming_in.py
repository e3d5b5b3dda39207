"""A house with a storyteller who has no account yet, a steward, and an outbox to read."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import factories
import sqlalchemy as sa
from crawling import Person

from storybank import db
from storybank.mail import service as mail
from storybank.mail.models import Message
from storybank.people import identity
from storybank.people import service as people
from storybank.people.identity_rules import Details
from storybank.people.models import Account
from storybank.people.rules import MACHINE, Actor, Role
from storybank.stories.models import Story

LINK = re.compile(r"http://localhost:8000(/[^\s]*)")


@dataclass
class Scene:
    """Somebody told a story; their number, and ways to look behind the pages."""

    house: object
    app: object
    person_id: int
    steward: Actor

    def browser(self, email: str | None = None) -> Person:
        return Person(self.app, email)

    def account(self, email: str | None, *roles: Role, **more) -> int:
        with db.writing(self.house.sessions) as session:
            made = people.add_account(
                session, email, roles or [Role.STORYTELLER], password=factories.PASSWORD, **more
            )
            return made.id

    def address(self, email: str) -> None:
        with db.writing(self.house.sessions) as session:
            details = identity.details_of(session, self.person_id) or Details()
            identity.save_details(session, MACHINE, self.person_id, replace(details, email=email))

    def letters(self) -> list[str]:
        """What lies in the outbox, opened with the keys; work that was promised is done first."""
        self.house.runner.drain()
        with self.house.sessions() as session:
            found = session.scalars(sa.select(Message).order_by(Message.id)).all()
            return [mail.text_of(session, one) for one in found]

    def link(self) -> str:
        """The path in the newest letter."""
        return LINK.search(self.letters()[-1])[1]

    def teller(self) -> Account | None:
        with self.house.sessions() as session:
            return session.scalar(sa.select(Account).where(Account.person_id == self.person_id))

    def change(self, account_id: int, act) -> None:
        with db.writing(self.house.sessions) as session:
            act(session, session.get(Account, account_id))

    def kept(self) -> str:
        """All that stands in the database, as text; the words of stories aside."""
        names = sa.inspect(self.house.engine).get_table_names()
        with self.house.engine.connect() as connection:
            return " ".join(
                str(tuple(row))
                for name in names
                if name != "story_words"
                for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"')
            )


def scene(app, house) -> Scene:
    with db.writing(house.sessions) as session:
        a = factories.Factory(session)
        story = a.story()
        person_id = session.get_one(Story, story.id).person_id
        steward = a.actor(Role.STEWARD, email="steward@example.org")
    return Scene(house, app, person_id, steward)
