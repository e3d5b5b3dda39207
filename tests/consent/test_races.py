"""Several people at one story at once, on each kind of database: all is recorded, the strictest
stands."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from datetime import date
from types import SimpleNamespace

import factories
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url
from workshops.meeting import FIRST, Meeting

from storybank import db
from storybank.clock import now
from storybank.consent import holds, parties, wordings
from storybank.consent import service as consent
from storybank.consent.integrity import broken_links
from storybank.consent.models import ConsentEvent, Receipt, UseRecord
from storybank.consent.rules import EIGHT, Answer, Part, Purpose, Use
from storybank.consent.standing import rebuild, state_of
from storybank.paper import printing
from storybank.people.models import Person
from storybank.people.rules import MACHINE, Role
from storybank.stories import allowed
from storybank.stories.reading import guard_words
from storybank.workshops import cards

POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)


@pytest.fixture(scope="module", params=["sqlite", POSTGRES])
def sessions(request, carried, tmp_path_factory) -> Iterator:
    """Sessions on a database of its own, in which what is committed stays."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('races') / 'storybank.db'}"
        server = None
    else:
        address = make_url(request.getfixturevalue("postgres_url"))
        server = db.make_engine(address.render_as_string()).execution_options(
            isolation_level="AUTOCOMMIT"
        )
        name = f"races_{os.urandom(4).hex()}"
        with server.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
        url = address.set(database=name).render_as_string()
    db.upgrade(url)
    engine = db.make_engine(url)
    guard_words(engine, Use)
    made = db.make_sessions(engine, carried)
    with db.writing(made) as session:
        wordings.publish_shipped(session)
        factories.load_codebook(session)
    yield made
    engine.dispose()
    if server is not None:
        with server.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
        server.dispose()


@pytest.fixture
def told(sessions) -> SimpleNamespace:
    """A story of two tellers who both said yes to everything."""
    with db.writing(sessions) as session:
        a = factories.Factory(session)
        story = a.story()
        other = Person(created_at=now())
        session.add(other)
        session.flush()
        parties.join(session, MACHINE, story.id, other.id, Part.CO_TELLER, None, "paper")
        consent.give(
            session, MACHINE, story.id, other.id, dict.fromkeys(EIGHT, Answer.YES), a.proof(),
            "paper",
        )  # fmt: skip
        steward = a.actor(Role.STEWARD)
        uses = {use: a.use(use) for use in EIGHT}
        return SimpleNamespace(
            id=story.id, teller=story.person_id, other=other.id, steward=steward, uses=uses,
            proof=a.proof(),
        )  # fmt: skip


def at_once(sessions, *acts: Callable[..., object]) -> list[BaseException]:
    """Do these each in a thread and a transaction of its own, at once; what went wrong."""
    start, wrong = threading.Barrier(len(acts)), []

    def run(act) -> None:
        try:
            start.wait()
            with db.writing(sessions) as session:
                act(session)
        except BaseException as problem:
            wrong.append(problem)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return wrong


def stopping(told, person: int, *uses: Purpose) -> Callable[..., object]:
    return lambda session: consent.stop(session, MACHINE, told.id, person, uses, "phone")


def giving(told, person: int, choices: dict) -> Callable[..., object]:
    return lambda session: consent.give(
        session, MACHINE, told.id, person, choices, told.proof, "paper"
    )


def assert_sound(session, story_id: int, events: int) -> None:
    """Every act is there with its receipt, the chains are whole, the standing is what they say."""
    for table in (ConsentEvent, Receipt):
        counted = sa.select(sa.func.count()).select_from(table).where(table.story_id == story_id)
        assert session.scalar(counted) == events
    assert broken_links(session) == 0
    stands = state_of(session, story_id)
    rebuild(session)
    assert state_of(session, story_id) == stands


@pytest.mark.parametrize("turn", range(3))
def test_one_person_in_two_windows_and_a_steward_on_the_phone(sessions, told, turn):
    wrong = at_once(
        sessions,
        stopping(told, told.teller, Purpose.TEACH),
        stopping(told, told.teller, Purpose.PUBLIC),
        giving(told, told.teller, {Purpose.STUDY: Answer.NO}),
        giving(told, told.teller, {Purpose.DECIDE: Answer.ASK}),
    )
    assert wrong == []
    with db.writing(sessions) as session:
        assert_sound(session, told.id, 3 + 4)
        answers = {use: c.answer for use, c in state_of(session, told.id).choices.items()}
        assert (answers[Purpose.TEACH], answers[Purpose.PUBLIC]) == (Answer.STOPPED,) * 2
        assert (answers[Purpose.STUDY], answers[Purpose.DECIDE]) == (Answer.NO, Answer.ASK)


def test_of_two_answers_to_one_question_the_last_in_the_chain_stands(sessions, told):
    wrong = at_once(
        sessions,
        stopping(told, told.teller, Purpose.TEACH),
        giving(told, told.teller, {Purpose.TEACH: Answer.YES}),
    )
    assert wrong == []
    with db.writing(sessions) as session:
        assert_sound(session, told.id, 3 + 2)
        last = session.scalars(
            sa.select(ConsentEvent.kind)
            .where(ConsentEvent.person_id == told.teller)
            .order_by(ConsentEvent.seq.desc())
        ).first()
        may = allowed.may(session, told.uses[Purpose.TEACH], told.id)
        assert may is (last == "given")


@pytest.mark.parametrize("turn", range(3))
def test_two_tellers_and_the_team_at_one_story(sessions, told, turn):
    """Three stops by three hands, none of them lost."""
    wrong = at_once(
        sessions,
        stopping(told, told.teller, Purpose.TEACH),
        stopping(told, told.other, Purpose.PUBLIC),
        lambda session: holds.open_hold(
            session, told.steward, told.id, "legal", "Made up.", date(2099, 1, 1)
        ),
    )
    assert wrong == []
    with db.writing(sessions) as session:
        assert_sound(session, told.id, 3 + 2)
        state = state_of(session, told.id)
        assert state.held
        assert state.choices[Purpose.TEACH].answer is Answer.STOPPED
        assert state.choices[Purpose.PUBLIC].answer is Answer.STOPPED


def test_a_stop_during_a_print_leaves_no_card_that_was_not_written_down(sessions):
    """Whoever is first: a print that came after the stop has no card of the story, and one that
    came before is on the storyteller's list."""
    with db.writing(sessions) as session:
        room = Meeting(factories.Factory(session), Purpose.TEACH)
        place = room.passage(FIRST)
        room.draw(place)
        use, pack_id = room.use, room.pack.id
    printed: list[int] = []

    def print_it(session) -> None:
        try:
            printed.append(printing.make(session, use, pack_id, 3).cards)
        except Exception as problem:  # an empty pack is not printed
            assert "print" in str(problem) or "empty" in str(problem), problem
            printed.append(0)

    def stop(session) -> None:
        person = consent.person_of(session, place.story_id)
        consent.stop(session, MACHINE, place.story_id, person, EIGHT, "phone")

    assert at_once(sessions, print_it, stop) == []
    with db.writing(sessions) as session:
        many = session.scalar(
            sa.select(sa.func.count())
            .select_from(UseRecord)
            .where(UseRecord.story_id == place.story_id)
        )
        assert [many] == printed
        assert cards.view(session, use, pack_id).cards == ()
        assert print_it(session) is None and printed[-1] == 0
