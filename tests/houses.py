"""On which database the houses of tests stand: on SQLite, or, with ``--houses=postgres``, each on a
PostgreSQL database of its own, so that every page and command is tried on both.

A house on PostgreSQL is known by a file in its data folder; whoever opens that folder gets there.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from time import monotonic

import pytest
import servers
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from storybank.config import Config

CLUSTER = "STORYBANK_TEST_CLUSTER"
ADDRESS = "postgres.url"
LONGEST = 60.0
"""Seconds that a copy waits for others who copy the same house."""


def add_option(parser: pytest.Parser) -> None:
    parser.addoption("--houses", choices=["sqlite", "postgres"], default="sqlite",
                     help="the database that houses of tests stand on")  # fmt: skip


def begin(config: pytest.Config) -> None:
    """One cluster for all processes that test, where houses are to stand on PostgreSQL."""
    if config.getoption("--houses") != "postgres":
        return
    if CLUSTER not in os.environ:
        stack = ExitStack()
        os.environ[CLUSTER] = stack.enter_context(servers.postgres(("-c", "max_connections=300")))
        config.add_cleanup(stack.close)
    _find_addresses()


def on_postgres() -> bool:
    return CLUSTER in os.environ


def _find_addresses() -> None:
    asked = Config.for_home.__func__  # type: ignore[attr-defined]

    def for_home(cls: type[Config], home: Path, database_url: str | None = None, **more) -> Config:
        return asked(cls, home, database_url or address_of(home), **more)

    Config.for_home = classmethod(for_home)  # type: ignore[assignment, method-assign]


def alone() -> None:
    """Skips tests that say for themselves on which database their houses stand."""
    if on_postgres():
        pytest.skip("this test chooses its database itself, and is tried with --houses=sqlite")


def address_of(home: Path) -> str | None:
    """Where the database of this data folder is; None where it is a file in it."""
    file = Path(home) / ADDRESS
    return file.read_text() if file.is_file() else None


def settings_of(home: Path) -> dict[str, str]:
    """The variables that lead another program into this house."""
    address = address_of(home)
    named = {"STORYBANK_DATABASE_URL": address} if address else {}
    return {"STORYBANK_HOME": str(home)} | named


def environment(home: Path, outside: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Those of a program started on purpose, without any other setting of ours."""
    kept = {name: value for name, value in outside.items() if not name.startswith("STORYBANK_")}
    return kept | settings_of(home)


def prepare(home: Path) -> None:
    """Give a data folder an empty database, where houses stand on PostgreSQL."""
    if on_postgres():
        (home / ADDRESS).write_text(_new("template0"))


def copy(source: Path, home: Path) -> Path:
    """A copy of a house that nobody is in."""
    shutil.copytree(source, home, symlinks=True)
    address = address_of(home)
    if address:
        (home / ADDRESS).write_text(_new(make_url(address).database or ""))
    return home


def remove(home: Path) -> None:
    """Drop the database of a house that nobody needs any more."""
    address = address_of(home)
    if address:
        _say(f'DROP DATABASE IF EXISTS "{make_url(address).database}" WITH (FORCE)')


def _new(template: str) -> str:
    name = f"house_{secrets.token_hex(6)}"
    until = monotonic() + LONGEST
    while True:
        try:
            _say(f'CREATE DATABASE {name} TEMPLATE "{template}" STRATEGY FILE_COPY')
            break
        except sa.exc.OperationalError:
            # Somebody else copies it just now, or the last who was in it is still leaving.
            if monotonic() > until:
                raise
            _say(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                f"WHERE datname = '{template}' AND application_name <> 'copying'"
            )
    return make_url(os.environ[CLUSTER]).set(database=name).render_as_string()


def _say(statement: str) -> None:
    engine = sa.create_engine(
        os.environ[CLUSTER], poolclass=sa.NullPool, isolation_level="AUTOCOMMIT",
        connect_args={"application_name": "copying"},
    )  # fmt: skip
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()
