"""What every test may ask for. A test's writes vanish: one outer transaction, savepoints inside."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import factories
import houses
import once
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


def pytest_addoption(parser: pytest.Parser) -> None:
    houses.add_option(parser)


def pytest_configure(config: pytest.Config) -> None:
    houses.begin(config)
    once.begin()


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end; to go through it again and again in
    search of rings of objects took a fourth of the time of all tests."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()


def pytest_xdist_auto_num_workers() -> int:
    """Two processes for each processor, four at most: browsers and servers leave some waiting."""
    return min(4, 2 * (os.cpu_count() or 1))


LONGEST = (
    "test_bad_forms.py", "test_browser_access.py", "test_canary.py", "test_bad_input.py",
    "test_twins.py", "test_browser_roles.py", "test_browser_coding.py", "test_backup.py",
    "test_service.py", "test_looking_after.py", "test_crashes.py",
)  # fmt: skip


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take longest come first, so that in the end no process waits for another."""
    order = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


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


def _prepared(url: str, carried: dict[str, object]) -> Iterator[Engine]:
    """A migrated database with the starter codebook and the wordings in it."""
    db.upgrade(url)
    engine = db.make_engine(url)
    guard_words(engine, Use)
    with db.writing(db.make_sessions(engine, carried)) as session:
        wordings.publish_shipped(session)
        factories.load_codebook(session)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_engine(sqlite_url, carried) -> Iterator[Engine]:
    yield from _prepared(sqlite_url, carried)


@pytest.fixture(scope="session")
def postgres_engine(postgres_url, carried) -> Iterator[Engine]:
    yield from _prepared(postgres_url, carried)


@pytest.fixture(
    scope="session",
    params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
)
def engine(request) -> Engine:
    """A database of each kind. Both stay, however often tests go from one to the other."""
    return request.getfixturevalue(f"{request.param}_engine")


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
    houses.remove(tmp_path / "home")


@pytest.fixture
def app(house):
    return factories.make_app(house)
