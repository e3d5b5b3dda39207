"""Changing the key: everything is sealed anew, nothing is lost wherever it is cut off."""

from __future__ import annotations

import stat

import commands
import crashing
import factories
import pytest
import sqlalchemy as sa
from identity.test_details import DETAILS

from storybank import db, tables
from storybank.errors import NotReady
from storybank.people import identity, rotation, service
from storybank.people.identity_models import PersonIdentity
from storybank.people.rules import MACHINE, Role
from storybank.people.sealing import Sealed, sealer_of

TABLES = rotation.sealed_tables(tables.metadata)
MANY = 230
"""More than two batches."""


@pytest.fixture
def storybank(house, monkeypatch, capsys) -> commands.Terminal:
    return commands.Terminal(monkeypatch, capsys).in_house(house.config.home)


@pytest.fixture
def kept(house):
    """A house with many storytellers' details in it."""
    fill(house)
    return house


@pytest.fixture(scope="module")
def steps(empty_house, tmp_path_factory) -> int:
    """How many steps a change takes that nobody disturbs."""
    home = tmp_path_factory.mktemp("undisturbed") / "home"
    with factories.open_copy(empty_house, home) as house:
        fill(house)
        with crashing.storybank(home, "rotate-keys") as running:
            running.rest()
    assert running.process.exitcode == 0
    return running.steps


def fill(house) -> None:
    with db.writing(house.sessions) as session:
        first = service.new_person(session).id
        identity.save_details(session, MACHINE, first, DETAILS)
        row = session.get_one(PersonIdentity, first)
        values = {c.name: getattr(row, c.name) for c in row.__table__.columns}
        for _ in range(MANY - 1):
            other = service.new_person(session).id
            session.execute(sa.insert(PersonIdentity).values(values | {"person_id": other}))


def names(house) -> set[bytes]:
    """Which keys sealed what is kept."""
    with house.sessions() as session:
        columns = [column for column in PersonIdentity.__table__.columns if is_sealed(column)]
        return {bytes(v)[:8] for row in session.execute(sa.select(*columns)) for v in row}


def is_sealed(column) -> bool:
    return isinstance(column.type, Sealed)


def lines(house) -> list[str]:
    return house.config.keys_file.read_text().split()


def assert_whole(house, keys: int = 1) -> None:
    assert len(lines(house)) == keys
    with house.sessions() as session:
        newest = sealer_of(session).keys().names[0]
        assert identity.details_of(session, 1).address == DETAILS.address
        assert identity.details_of(session, MANY).address == DETAILS.address
        steward = factories.Factory(session).actor(Role.STEWARD)
        assert len(identity.find(session, steward, DETAILS.email)) == identity.MOST_FOUND
    if keys == 1:
        assert names(house) == {newest}


class TestRotate:
    def test_everything_is_sealed_with_a_new_key_and_the_old_one_is_gone(self, kept, storybank):
        old = lines(kept)
        said = storybank("rotate-keys")
        assert (said.code, said.out) == (0, f"{MANY} sealed anew. The old key is taken away.\n")
        assert not set(old) & set(lines(kept))
        assert stat.S_IMODE(kept.config.keys_file.stat().st_mode) == 0o600
        assert_whole(kept)
        assert "personal details: ok" in storybank("check").lines

    def test_what_the_old_key_sealed_is_in_no_file(self, kept, storybank):
        old = names(kept).pop() + b":"
        storybank("rotate-keys")
        for path in kept.config.home.rglob("*"):
            assert not path.is_file() or old not in path.read_bytes(), path.name

    def test_an_open_house_goes_on_working(self, kept, storybank):
        with kept.sessions() as session:
            identity.details_of(session, 1)
        storybank("rotate-keys")
        with db.writing(kept.sessions) as session:
            assert identity.details_of(session, 1).email == DETAILS.email
            identity.save_details(session, MACHINE, 2, DETAILS)
        assert_whole(kept)

    def test_it_says_when_there_is_nothing_to_seal(self, house, storybank):
        assert storybank("rotate-keys").out.startswith("0 sealed anew.")

    def test_a_value_that_no_key_opens_keeps_every_key(self, kept, storybank):
        with db.writing(kept.sessions) as session:
            session.get_one(PersonIdentity, 150).email = b"00000000:sealed elsewhere"
        said = storybank("rotate-keys")
        assert said.code == 1 and "another key" in said.err and "Traceback" not in said.err
        assert_whole(kept, keys=2)
        assert "1 rows were sealed with a key that is not here" in storybank("check").out

    def test_two_at_once_do_not_meet(self, kept, storybank):
        with rotation.alone(kept.config.keys_file):
            said = storybank("rotate-keys")
        assert said.code == 1 and "being changed already" in said.err
        assert len(lines(kept)) == 1


class TestCutOff:
    def test_a_change_cut_off_is_finished_by_the_next_with_the_same_new_key(self, kept, storybank):
        class CutOff(Exception):
            pass

        def cut(rows: int) -> None:
            raise CutOff

        with kept.sessions() as session:
            assert rotation.start(sealer_of(session))
        new = lines(kept)[0]
        with pytest.raises(CutOff):
            rotation.finish(kept.sessions, TABLES, cut)
        assert len(names(kept)) == 2
        assert_whole(kept, keys=2)
        said = storybank("rotate-keys")
        assert "Going on with it" in said.err
        assert said.out.startswith(f"{MANY - rotation.BATCH} sealed anew.")
        assert lines(kept) == [new]
        assert_whole(kept)

    @pytest.mark.slow
    @pytest.mark.parametrize("part", [0.05, 0.3, 0.6, 0.9, 0.97, 0.995])
    def test_killed_at_any_step_nothing_is_lost_and_the_next_run_finishes(
        self, kept, storybank, part, steps
    ):
        with crashing.storybank(
            kept.config.home, "rotate-keys", kill_at=max(1, int(steps * part))
        ) as running:
            running.rest()
        assert running.killed
        assert_whole(kept, keys=len(lines(kept)))
        assert storybank("rotate-keys").code == 0
        assert_whole(kept)


class TestEveryTable:
    def test_every_sealed_column_can_be_sealed_anew(self, engine):
        """No table that refuses changes keeps anything sealed, or no key could ever be changed."""
        where = {
            "sqlite": "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'",
            "postgresql": "SELECT event_object_table FROM information_schema.triggers",
        }[engine.dialect.name]
        with engine.connect() as connection:
            fixed = {name for (name,) in connection.exec_driver_sql(where)}
        assert "identity_reading" in fixed
        assert {table.name for table in TABLES} & fixed == set()

    def test_it_works_on_each_database(self, session, engine, carried, a):
        """The statements of one batch, inside the test's own transaction."""
        person = service.new_person(session).id
        identity.save_details(session, MACHINE, person, DETAILS)
        assert rotation.unopened(session, TABLES) == rotation.left(session, TABLES) == 0
        sealer = sealer_of(session)
        before = sealer.keys_file.read_text()
        try:
            assert rotation.start(sealer)
            left = rotation.left(session, TABLES)
            assert left >= 1
            count, last = rotation._reseal(session, PersonIdentity.__table__, None)
            assert count >= 1 and last == (person,)
            assert rotation._reseal(session, PersonIdentity.__table__, last) == (0, None)
            session.expire_all()
            assert identity.details_of(session, person).email == DETAILS.email
            assert rotation.left(session, TABLES) == left - count
            sealer.keys_file.write_text(before)
            with pytest.raises(NotReady):
                identity.details_of(session, person)
            assert rotation.unopened(session, TABLES) == count
        finally:
            sealer.keys_file.write_text(before)

    def test_a_whole_change_on_each_database(self, engine, carried):
        sessions = db.make_sessions(engine, carried)
        with db.writing(sessions) as session:
            person = service.new_person(session)
            identity.save_details(session, MACHINE, person.id, DETAILS)
            sealer = sealer_of(session)
        try:
            old = sealer.keys().all
            assert rotation.start(sealer)
            assert rotation.finish(sessions, TABLES) >= 1
            assert len(sealer.keys().all) == 1 and sealer.keys().all != old
            with sessions() as session:
                assert identity.details_of(session, person.id).email == DETAILS.email
        finally:
            with db.writing(sessions) as session:
                identity.forget(session, person.id)
                session.delete(session.merge(person))
