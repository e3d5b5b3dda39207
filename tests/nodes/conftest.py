"""One house on PostgreSQL, and two machines that know it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import factories
import pytest
import sqlalchemy as sa

from storybank import db
from storybank.config import Config, prepare_home
from storybank.consent import ledger, wordings
from storybank.wiring import House, open_house


@pytest.fixture(scope="module")
def url(postgres_url) -> Iterator[str]:
    """A database of its own, for these tests commit."""
    server = sa.make_url(postgres_url)
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE nodes TEMPLATE template0")
    url = server.set(database="nodes").render_as_string()
    db.upgrade(url)
    yield url
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE nodes WITH (FORCE)")
    engine.dispose()


@pytest.fixture(scope="module")
def configs(url, tmp_path_factory) -> list[Config]:
    """What each of the two machines knows; the house has its codebook."""
    first, second = (tmp_path_factory.mktemp("nodes") / name for name in ("one", "two"))
    prepare_home(first)
    shutil.copytree(first, second)
    kept = first / "ledger.jsonl"
    configs = [
        Config.for_home(home, url, jobs="held", testing=True, ledger_elsewhere=kept)
        for home in (first, second)
    ]
    ledger.of(configs[0]).prepare()
    house = open_house(configs[0])
    with db.writing(house.sessions) as session:
        wordings.publish_shipped(session)
        factories.load_codebook(session)
    house.index.prepare()
    house.close()
    return configs


@pytest.fixture(scope="module")
def houses(configs) -> Iterator[list[House]]:
    """Both with their doors open."""
    houses = [open_house(config) for config in configs]
    yield houses
    for house in houses:
        house.close()
