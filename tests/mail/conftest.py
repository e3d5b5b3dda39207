"""A house with an outbox, a mail server beside it, and people to write to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import houses
import pytest
from mail.smtp_servers import Post, serving

from storybank import db
from storybank.config import Config
from storybank.mail import service
from storybank.mail.models import Message
from storybank.people import identity
from storybank.people import service as people
from storybank.people.identity_rules import Details
from storybank.people.rules import MACHINE, Role
from storybank.wiring import House, open_house

ADA = Details(legal_name="Ada Nkemelu-Rossi", email="ada@example.org", address="1 Low Road\nLeeds")
GOLDEN = Path(__file__).parent / "golden"
SENDER = "Riverside Storybank <storybank@riverside.example>"
TEXT = "Here is a note of your choices.\n\nKeep it safe. If something is wrong, tell us."


class Outbox:
    """A house whose letters go to ``smtp_url``, or to the mail folder."""

    def __init__(self, house: House) -> None:
        self.house = house

    def person(self, details: Details | None = ADA) -> int:
        with db.writing(self.house.sessions) as session:
            person = people.new_person(session)
            if details is not None:
                identity.save_details(session, MACHINE, person.id, details)
            return person.id

    def account(self, email: str = "ben@example.org", role: Role = Role.STEWARD) -> int:
        with db.writing(self.house.sessions) as session:
            return people.add_account(session, email, [role]).id

    def put(self, **more) -> int:
        """One message in the outbox, to Ada where nobody else is named; its number."""
        if "person_id" not in more and "account_id" not in more:
            more["person_id"] = self.person()
        said = {"subject": "Your receipt", "body": TEXT, "about": "receipt:12"} | more
        with db.writing(self.house.sessions) as session:
            return service.send(session, **said).id

    def drain(self) -> int:
        return self.house.runner.errands.drain()

    def read(self, number: int) -> Message:
        with self.house.sessions() as session:
            return session.get(Message, number)

    def text(self, number: int) -> str:
        with self.house.sessions() as session:
            return service.text_of(session, session.get(Message, number))

    def state(self, number: int) -> tuple[str, str | None]:
        found = self.read(number)
        return found.state, found.last_problem


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def port(post) -> Iterator[int]:
    """A mail server that keeps what it takes in ``post``."""
    with serving(post) as port:
        yield port


@pytest.fixture
def moved_in(empty_house, tmp_path):
    """``moved_in(smtp_url)``: a house; asked again it is the same one, opened anew."""
    opened = []

    def move_in(smtp_url: str | None = None) -> Outbox:
        home = tmp_path / "home"
        if not home.exists():
            houses.copy(empty_house, home)
        config = Config.for_home(home, testing=True, smtp_url=smtp_url, mail_from=SENDER)
        house = open_house(replace(config, jobs="held"))
        opened.append(house)
        return Outbox(house)

    yield move_in
    for house in opened:
        house.close()


@pytest.fixture
def outbox(moved_in, port) -> Outbox:
    """A house whose letters go to the mail server."""
    return moved_in(f"smtp://127.0.0.1:{port}")


@pytest.fixture
def golden():
    """``golden("letter.eml", text)``: compare with a file that a person has read."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text.replace("\r\n", "\n"), encoding="utf-8")
            pytest.fail(f"{name} is new: read it, and keep it if it is right")
        assert text.replace("\r\n", "\n") == path.read_text(encoding="utf-8")

    return compare
