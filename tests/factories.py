"""Making what a test needs, through the same services the house uses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path

import houses
from argon2 import PasswordHasher
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy.orm import Session

from storybank import db
from storybank.clock import now
from storybank.codebook import service as codebook
from storybank.codebook.service import CodeCard
from storybank.config import PROJECT, Config, prepare_home
from storybank.consent import service as consent
from storybank.consent import wordings
from storybank.consent.rules import EIGHT, Answer, Fact, Medium, NameStyle, Purpose, Use
from storybank.people import passwords, service
from storybank.people.rules import MACHINE, Actor, Role
from storybank.stories import writing
from storybank.stories.canon import plain
from storybank.stories.models import Story
from storybank.stories.rules import Place
from storybank.undoing import service as undoing
from storybank.undoing.service import Done
from storybank.wiring import UNDOERS

PASSWORD = "a door of green glass"
TEXT = (
    "I rang the clinic on Monday. Nobody had an answer for me.\n\n"
    "Then Olu, who runs the carers' group, said we should go in together. "
    "We sat down with the manager and she listened."
)
_numbers = count(1)

passwords.hasher = PasswordHasher(1, 8, 1)  # the same answers, in a thousandth of the time


def load_codebook(session: Session) -> None:
    codebook.load(session, PROJECT / "corpus" / "codebook.toml")


class Factory:
    """Makes people, stories and codings in one session."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def actor(self, *roles: Role, email: str | None = None, person_id: int | None = None) -> Actor:
        email = email or f"{roles[0]}{next(_numbers)}@example.org"
        account = service.add_account(
            self.session, email, roles, password=PASSWORD, person_id=person_id
        )
        return service.actor_for(self.session, account)

    def researcher(self) -> Actor:
        return self.actor(Role.RESEARCHER)

    def use(
        self, purpose: Purpose, at: datetime | None = None, audience: Iterable[str] = ()
    ) -> Use:
        """A use by somebody who may claim it."""
        roles = {
            Purpose.KEEP: Role.STEWARD, Purpose.STUDY: Role.RESEARCHER,
            Purpose.REUSE: Role.RESEARCHER, Purpose.MEMBERS: Role.MEMBER,
            Purpose.PUBLIC: Role.VISITOR, Purpose.INDEX: Role.MACHINE,
            Purpose.SUGGEST: Role.MACHINE, Purpose.TAKE_IN: Role.MACHINE,
            Purpose.DETAILS: Role.MACHINE,
        }  # fmt: skip
        role = roles.get(purpose, Role.FACILITATOR)
        actor = (
            MACHINE
            if role is Role.MACHINE
            else self.actor(*([Role.MEMBER] if role is Role.VISITOR else [role]))
        )
        return Use.claim(actor, purpose, at or now(), audience)

    def story(
        self,
        text: str = TEXT,
        title: str = "Going in together",
        consented_to: Iterable[Purpose] = EIGHT,
        *,
        answers: dict[Purpose, Answer] | None = None,
        name: str | None = None,
        style: NameStyle | None = None,
        until: datetime | None = None,
        since: datetime | None = None,
        not_for: Iterable[str] = (),
        person_id: int | None = None,
        external_id: str | None = None,
        attributes: dict[str, object] | None = None,
        facts: Iterable[Fact] = tuple(Fact),
        media: Iterable[Medium] | None = None,
    ) -> Story:
        """A story with a yes to each of these uses (and to keeping it)."""
        use = Use.claim(MACHINE, Purpose.TAKE_IN, now())
        story = writing.take_in(
            self.session, use, plain(text), title, person_id=person_id,
            external_id=external_id or f"made-{next(_numbers)}", attributes=attributes, name=name,
        )  # fmt: skip
        said = dict.fromkeys([Purpose.KEEP, *consented_to], Answer.YES) | (answers or {})
        consent.give(
            self.session, MACHINE, story.id, story.person_id, said, self.proof(), "paper",
            until=until, since=since, not_for=list(not_for),
            name_style=style or (NameStyle.CHOSEN if name else NameStyle.NONE),
            name_ref=1 if name else 0, facts=facts, media=media,
        )  # fmt: skip
        return story

    def proof(self) -> consent.Proof:
        return consent.Proof("witness_note", "Said yes out loud; Jo Park was there.")

    def stop(self, story: Story, *uses: Purpose, at: datetime | None = None) -> None:
        consent.stop(
            self.session, MACHINE, story.id, story.person_id, uses or EIGHT, "phone", at=at
        )

    def code(self, key: str = "EN-PEER") -> CodeCard:
        return codebook.code(self.session, key)

    def undo(self, use: Use) -> Done | None:
        return undoing.undo(self.session, use, UNDOERS)

    def redo(self, use: Use) -> Done | None:
        return undoing.redo(self.session, use, UNDOERS)

    def place(self, story: Story, quote: str, text: str = TEXT) -> Place:
        start = plain(text).text.index(quote)
        return Place(story.id, story.current_version, start, start + len(quote))


def make_empty_house(home: Path) -> Path:
    """What ``storybank init`` makes, once for all tests."""
    from storybank.consent import ledger
    from storybank.wiring import open_house

    prepare_home(home)
    houses.prepare(home)
    config = Config.for_home(home, jobs="held", testing=True)
    db.upgrade(config.database_url)
    ledger.begin(config)
    house = open_house(config)
    with db.writing(house.sessions) as session:
        wordings.publish_shipped(session)
        load_codebook(session)
    house.index.prepare()
    house.close()
    return home


@contextmanager
def open_copy(empty: Path, home: Path, jobs: str = "held") -> Iterator:
    """A house in a copy of an empty one."""
    from storybank.wiring import open_house

    houses.copy(empty, home)
    house = open_house(replace(Config.for_home(home, testing=True), jobs=jobs))
    yield house
    house.close()


class CompiledTemplates(BytecodeCache):
    """Templates compiled once for all the applications of a run of tests."""

    def __init__(self) -> None:
        self.known: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.known:
            bucket.bytecode_from_string(self.known[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key] = bucket.bytecode_to_string()


_templates = CompiledTemplates()


def make_app(house):
    from storybank.app import create_app

    app = create_app(house=house)
    app.jinja_env.bytecode_cache = _templates
    return app
