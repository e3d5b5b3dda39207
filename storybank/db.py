"""The database: one base class, one engine, sessions, and the way to migrations.

SQLite is run in WAL mode with foreign keys on, full synchronisation (an acknowledged act
survives a crash) and ``secure_delete`` (erased words leave no trace in free pages).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

from storybank.config import PROJECT
from storybank.errors import NotReady

NAMES = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

WRITES = "storybank_writes"
BUSY = 15_000
"""Milliseconds that SQLite waits for another writer before it gives up."""

SLICE = 500
"""How many ids go into one IN list: well below every database's limit."""

Item = TypeVar("Item")


class Base(DeclarativeBase):
    """Every table's base. Constraint names are fixed so that migrations can speak of them."""

    metadata = sa.MetaData(naming_convention=NAMES)


def make_engine(url: str) -> Engine:
    """An engine for ``url``; SQLite gets its pragmas and honest transactions."""
    try:
        parsed = make_url(url)
        engine = sa.create_engine(parsed, pool_pre_ping=parsed.get_backend_name() != "sqlite")
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError) as problem:
        raise NotReady(
            "The database address cannot be used. Check STORYBANK_DATABASE_URL."
        ) from problem
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    elif parsed.get_backend_name() == "postgresql":
        event.listen(engine, "connect", _set_up_postgres)
    return engine


def _set_up_postgres(dbapi_connection: Any, _record: Any) -> None:
    # The consent rule is a long clause, quickly run: PostgreSQL would spend seconds to compile it
    # into machine code wherever many rows are asked about.
    with dbapi_connection.cursor() as cursor:
        cursor.execute("SET jit = off")
    dbapi_connection.commit()


def _set_up_sqlite(dbapi_connection: Any, _record: Any) -> None:
    # The driver's own transaction handling is switched off: it would begin too late for reads.
    dbapi_connection.isolation_level = None
    cursor = dbapi_connection.cursor()
    for pragma in (
        f"busy_timeout = {BUSY}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
        "secure_delete = ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that will write takes the write lock at once and waits its turn; one that
    # began as a reader could be told "busy" half way, after it had already decided something.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def make_sessions(engine: Engine, info: dict[str, Any] | None = None) -> sessionmaker[Session]:
    """Sessions on ``engine``; each carries ``info`` (its keys, for one)."""
    return sessionmaker(engine, expire_on_commit=False, info=info or {})


def begin_writing(session: Session) -> None:
    """Say, before the first statement, that this session's transaction will write."""
    session.connection(execution_options={WRITES: True})


@contextmanager
def writing(sessions: sessionmaker[Session]) -> Iterator[Session]:
    """One writing transaction: committed at the end, rolled back on any error."""
    with sessions() as session:
        begin_writing(session)
        yield session
        session.commit()


def slices(items: Iterable[Item], size: int = SLICE) -> Iterator[list[Item]]:
    """The same items in lists of at most ``size``: ids short enough for one statement, stories few
    enough to hold in memory together."""
    every = list(items)
    for start in range(0, len(every), size):
        yield every[start : start + size]


def alembic_config(url: str) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(PROJECT / "migrations"))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at ``url`` to ``revision``.

    Raises NotReady where it is at a revision that this release does not know.
    """
    try:
        command.upgrade(alembic_config(url), revision)
    except CommandError as problem:
        raise NotReady(
            "The database was set up by another release of Storybank. Use that one, or a later."
        ) from problem


def current_and_head(engine: Engine) -> tuple[str | None, str | None]:
    """The revision the database is at, and the one the code expects."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    head = ScriptDirectory.from_config(alembic_config(str(engine.url))).get_current_head()
    return current, head
