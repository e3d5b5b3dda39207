"""Houses on PostgreSQL that tests of backups go in and out of."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import factories
import houses
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from storybank import db
from storybank.config import Config
from storybank.consent import wordings
from storybank.wiring import open_house


@contextmanager
def databases(postgres_url: str) -> Iterator[Callable[..., str]]:
    """Makes databases, empty or like another; their addresses. They are gone at the end."""
    server, made = make_url(postgres_url), []
    engine = sa.create_engine(server, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")

    def new(like: str = "template0") -> str:
        made.append(f"backups_{os.urandom(4).hex()}")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {made[-1]} TEMPLATE {like}")
        return server.set(database=made[-1]).render_as_string()

    yield new
    with engine.connect() as connection:
        for name in made:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def new_database(postgres_url) -> Iterator[Callable[..., str]]:
    with databases(postgres_url) as new:
        yield new


@pytest.fixture(scope="session")
def set_up(postgres_url, empty_house, tmp_path_factory) -> Iterator[str]:
    """The name of a database that was set up, once for all tests here."""
    houses.alone()
    home = tmp_path_factory.mktemp("set_up") / "home"
    shutil.copytree(empty_house, home, symlinks=True)
    with databases(postgres_url) as new:
        config = Config.for_home(home, new(), jobs="held", testing=True)
        db.upgrade(config.database_url)
        house = open_house(config)
        with db.writing(house.sessions) as session:
            wordings.publish_shipped(session)
            factories.load_codebook(session)
        house.close()
        yield str(make_url(config.database_url).database)


@pytest.fixture
def config(new_database, set_up, empty_house, tmp_path, monkeypatch) -> Config:
    """A house of its own on PostgreSQL, set up and empty."""
    home = Path(shutil.copytree(empty_house, tmp_path / "home", symlinks=True))
    url = new_database(set_up)
    monkeypatch.setenv("STORYBANK_HOME", str(home))
    monkeypatch.setenv("STORYBANK_DATABASE_URL", url)
    return Config.for_home(home, url, jobs="held", testing=True)
