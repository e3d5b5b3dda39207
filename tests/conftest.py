"""What every test may ask for. A test's writes vanish: one outer transaction, savepoints inside."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import factories
import pytest
import servers
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from storybank import db
from storybank.config import prepare_home
from storybank.consent import wordings
from storybank.consent.rules import Use
from storybank.people import sealing
from storybank.stories.reading import guard_words

MEMORY = Path("/dev/shm")
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 4_000_000_000:
    # Every house under test waits for its disk at each act, as a real one must. No test needs a
    # house to outlive the machine, so files in memory do, in half the time.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

gc.disable()


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end; to go through it again and again in
    search of rings of objects took a fourth of the time of all tests."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real inputs beside the project."""
    if not SHARED.is_dir():
        pytest.skip("the real stories are not beside the project, so this cannot be tried")
    return SHARED


@pytest.fixture(scope="session")
def sqlite_url(tmp_path_factory) -> str:
    return f"sqlite:///{tmp_path_factory.mktemp('database') / 'storybank.db'}"


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    with servers.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def carried(tmp_path_factory) -> dict[str, object]:
    """What every session carries: the keys to seal personal details with."""
    home = tmp_path_factory.mktemp("keys")
    prepare_home(home)
    return sealing.carried(home / "identity_keys")


@pytest.fixture(
    scope="session",
    params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
)
def engine(request, carried) -> Iterator[Engine]:
    """A migrated database of each kind, with the starter codebook and the wordings in it."""
    url = request.getfixturevalue(f"{request.param}_url")
    db.upgrade(url)
    engine = db.make_engine(url)
    guard_words(engine, Use)
    with db.writing(db.make_sessions(engine, carried)) as session:
        wordings.publish_shipped(session)
        factories.load_codebook(session)
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine, carried) -> Iterator[Session]:
    with engine.connect().execution_options(**{db.WRITES: True}) as connection:
        outer = connection.begin()
        with Session(
            connection,
            join_transaction_mode="create_savepoint",
            expire_on_commit=False,
            info=carried,
        ) as session:
            yield session
        outer.rollback()


@pytest.fixture
def a(session) -> factories.Factory:
    """``a.story(consented_to=[...])``, ``a.researcher()``...: whatever the test needs."""
    return factories.Factory(session)


@pytest.fixture(scope="session")
def empty_house(tmp_path_factory) -> Path:
    """A data folder as ``storybank init`` leaves it, to be copied."""
    return factories.make_empty_house(tmp_path_factory.mktemp("empty") / "home")


@pytest.fixture
def house(empty_house, tmp_path):
    """A house of its own for this test; promised work waits until the test drains it."""
    with factories.open_copy(empty_house, tmp_path / "home") as house:
        yield house


@pytest.fixture
def app(house):
    return factories.make_app(house)
