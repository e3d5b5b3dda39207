"""A house moves to PostgreSQL: all of it or nothing, and it goes on there as it was."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import factories
import houses
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from storybank import db
from storybank.backups import moving
from storybank.config import HAS_MOVED, Config
from storybank.consent.epoch import epochs
from storybank.consent.ledger_database import LedgerDatabase
from storybank.consent.ledger_file import HAS_MOVED as LEDGER_HAS_MOVED
from storybank.consent.ledger_file import LedgerFile
from storybank.consent.rules import Purpose
from storybank.people import sealing
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.wiring import open_house

pytestmark = pytest.mark.postgres


@pytest.fixture
def home(empty_house, tmp_path) -> Path:
    houses.alone()
    return Path(shutil.copytree(empty_house, tmp_path / "home", symlinks=True))


@pytest.fixture
def target(postgres_url) -> Iterator[str]:
    """The address of an empty database."""
    with empty_database(postgres_url) as url:
        yield url


@pytest.fixture
def other(postgres_url) -> Iterator[str]:
    """That of another."""
    with empty_database(postgres_url) as url:
        yield url


@contextmanager
def empty_database(postgres_url: str) -> Iterator[str]:
    name = f"moved_{os.urandom(4).hex()}"
    engine = db.make_engine(postgres_url).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE template0")
    yield make_url(postgres_url).set(database=name).render_as_string()
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()


@pytest.fixture
def storybank(bare, home):
    return bare.in_house(home)


@contextmanager
def opened(home: Path, url: str | None = None):
    house = open_house(Config.for_home(home, url, jobs="held", testing=True))
    try:
        yield house
    finally:
        house.close()


def filled(home: Path) -> tuple[int, int]:
    """Two stories, one of them stopped for study; their numbers."""
    with opened(home) as house, db.writing(house.sessions) as session:
        a = factories.Factory(session)
        one, other = a.story("The first of all.", title="One"), a.story("Then more.", title="Two")
        a.stop(other, Purpose.STUDY)
        return one.id, other.id


def held(url: str) -> dict[str, int]:
    engine = db.make_engine(url)
    with engine.connect() as connection:
        rows = {
            table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
            for table in db.Base.metadata.sorted_tables
        }
    engine.dispose()
    return rows


def test_every_row_arrives_and_the_house_goes_on_there(storybank, home, target):
    one, other = filled(home)
    before = held(Config.for_home(home).database_url)
    with opened(home) as house, house.sessions() as session:
        noted = epochs(session)
    said = storybank("move", "--to", target)
    assert said.code == 0, said
    assert f"compared {sum(before.values())} rows" in said.out
    assert "Before a second one serves the house, run: storybank move --ledger" in said.err
    assert held(target) == before
    with opened(home, target) as house:
        with db.writing(house.sessions) as session:
            assert epochs(session) == noted
            a = factories.Factory(session)
            seen = reading.stories(session, a.use(Purpose.STUDY), [one, other])
            assert [story.title for story in seen] == ["One"]
            assert sealing.sealer_of(session).keys()
            new = a.story("Told after the move.", title="Three")
            assert new.id > other
            a.stop(session.get_one(Story, one), Purpose.STUDY)
        with house.sessions() as session:
            assert epochs(session)[one] != noted[one], "the database notes changes there as here"


def test_nobody_goes_on_in_the_old_house_by_mistake(storybank, home, target, other):
    filled(home)
    said = storybank("move", "--to", target, "--ledger", other)
    assert said.code == 0, said
    assert len(LedgerDatabase(other).read().lines) == 1
    assert LedgerFile(Config.for_home(home, target).ledger_file).trouble() == LEDGER_HAS_MOVED
    assert not (home / "storybank.db").exists()
    assert (home / "storybank.db.moved").exists()
    for command in ("init", "strays", "check"):
        said = storybank(command)
        assert said.code == 1 and HAS_MOVED in said.out + said.err
    assert not (home / "storybank.db").exists()


def test_into_a_database_that_holds_something_nothing_moves(storybank, home, target):
    filled(home)
    assert storybank("move", "--to", target).code == 0
    (home / "storybank.db.moved").rename(home / "storybank.db")
    before = held(target)
    said = storybank("move", "--to", target)
    assert (said.code, said.err.strip().splitlines()[-1]) == (1, moving.NOT_EMPTY)
    assert held(target) == before
    assert (home / "storybank.db").exists()


def test_what_postgresql_does_not_take_is_told_without_a_word_and_nothing_moves(
    storybank, home, target
):
    filled(home)
    engine = db.make_engine(Config.for_home(home).database_url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE code SET name = 'quokka' || char(0)"))
    engine.dispose()
    said = storybank("move", "--to", target)
    assert said.err.strip().splitlines()[-1] == moving.NOT_TAKEN.format("code")
    assert "quokka" not in said.out + said.err
    assert held(target)["story"] == 0
    assert (home / "storybank.db").exists()


def test_sums_hang_on_every_value_and_on_no_order():
    with sa.create_engine("sqlite://").connect() as connection:

        def summed(*rows: str) -> moving.Sum:
            return moving._sum(connection.execute(sa.text(" UNION ALL ".join(rows))))

        one, other = "SELECT 1, 'a', NULL", "SELECT 2, 'b', x'00'"
        assert summed(one, other) == summed(other, one)
        assert summed(one, other) != summed(one, "SELECT 2, 'b', x'01'")
        assert summed(one) != summed(one, one)


@pytest.mark.parametrize("url", ["sqlite:///other.db", "nonsense", "mysql://a@b/c"])
def test_another_kind_of_database_is_refused_in_one_sentence(storybank, home, url):
    assert moving.NOT_POSTGRES in storybank("move", "--to", url).err


def test_a_server_that_is_away_is_told_in_one_sentence(storybank, home):
    said = storybank("move", "--to", "postgresql+psycopg://nobody@127.0.0.1:9/none")
    assert said.err.strip().splitlines()[-1] == moving.AWAY
