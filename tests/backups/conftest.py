"""Houses on PostgreSQL that tests of backups go in and out of."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
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


@pytest.fixture
def new_database(postgres_url) -> Iterator[Callable[[], str]]:
    """Makes an empty database; its address."""
    server, made = make_url(postgres_url), []
    engine = sa.create_engine(server, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")

    def new() -> str:
        made.append(f"backups_{os.urandom(4).hex()}")
        with engine.connect() as connection:
            connection.exec_driver_sql(f"CREATE DATABASE {made[-1]} TEMPLATE template0")
        return server.set(database=made[-1]).render_as_string()

    yield new
    with engine.connect() as connection:
        for name in made:
            connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def config(new_database, empty_house, tmp_path, monkeypatch) -> Config:
    """A house of its own on PostgreSQL, set up and empty."""
    houses.alone()
    home = Path(shutil.copytree(empty_house, tmp_path / "home", symlinks=True))
    url = new_database()
    monkeypatch.setenv("STORYBANK_HOME", str(home))
    monkeypatch.setenv("STORYBANK_DATABASE_URL", url)
    config = Config.for_home(home, url, jobs="held", testing=True)
    set_up(config)
    return config


def set_up(config: Config) -> None:
    db.upgrade(config.database_url)
    house = open_house(config)
    with db.writing(house.sessions) as session:
        wordings.publish_shipped(session)
        factories.load_codebook(session)
    house.close()
