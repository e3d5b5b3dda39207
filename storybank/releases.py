"""Migrations, and which releases may serve pages with the database as it is.

Each migration says what it is, in ``kind``:

- ``expands``: it adds. Releases that do not know it serve on, during and after it.
- ``contracts``: it takes away what no release uses that the one before could not do without. This
  release serves before it and after; older ones that still need it do not serve after.
- ``changes``: it does both at once, or something else: only releases that know it serve after, and
  they do not serve before.

They run in one transaction, under a lock of the whole house: of two upgrades at once the second
waits and finds nothing to do. On a server none waits long behind a page for a table, for all pages
would wait behind it: it gives way and tries again.
"""

from __future__ import annotations

import random
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config as AlembicConfig
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.script.revision import ResolutionError
from alembic.util import CommandError
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from storybank.clock import now
from storybank.config import PROJECT
from storybank.errors import NotReady
from storybank.outages import Outage, outage

SCRIPTS = PROJECT / "migrations"
EXPANDS, CONTRACTS, CHANGES = KINDS = ("expands", "contracts", "changes")

TURN = 0x53746F7279
"""The number of the advisory lock under which migrations run ("Story")."""
TURN_WAIT, TABLE_WAIT, LONGEST = "300s", "2s", "3600s"
"""How long an upgrade waits for another, for a table that pages use, and for one statement."""
TRIES = 30
OTHER = "The database was set up by another release of Storybank. Use that one, or a later."
TOO_BUSY = "The database was too busy to be upgraded; nothing was changed. Try again."

_heads = sa.table("serving_head", sa.column("head", sa.String), sa.column("noted_at", sa.DateTime))


def alembic_config(url: str, scripts: Path = SCRIPTS) -> AlembicConfig:
    """What Alembic needs to know; ``scripts`` is the folder of another release's migrations."""
    config = AlembicConfig()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head", scripts: Path = SCRIPTS) -> None:
    """Bring the database at ``url`` to ``revision``.

    Raises NotReady where it is at a revision that this release does not know, or pages were in the
    way for too long.
    """
    for turn in range(1, TRIES + 1):
        try:
            command.upgrade(alembic_config(url, scripts), revision)
            return
        except CommandError as problem:
            raise NotReady(OTHER) from problem
        except DBAPIError as problem:
            if outage(problem) not in (Outage.BUSY, Outage.CLASH):
                raise
            if turn == TRIES:
                raise NotReady(TOO_BUSY) from None
        # Pages that waited come first.
        time.sleep(random.uniform(0.2, 1.0))  # noqa: S311


def take_turn(connection: Connection) -> None:
    """Wait until no other upgrade runs; until this transaction ends, others wait for this one.

    SQLite has one writer at a time, and its upgrades take the write lock.
    """
    if connection.dialect.name != "postgresql":
        return
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{TURN_WAIT}'")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})")
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{TABLE_WAIT}'")
    connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{LONGEST}'")


def note_heads(connection: Connection, script: ScriptDirectory) -> None:
    """Write down, in the transaction of an upgrade, which releases may serve after it."""
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None or not sa.inspect(connection).has_table(_heads.name):
        return
    may = set(_serving_at(script, current))
    noted = set(connection.scalars(sa.select(_heads.c.head)))
    if noted - may:
        connection.execute(sa.delete(_heads).where(_heads.c.head.in_(noted - may)))
    for head in sorted(may - noted):
        connection.execute(sa.insert(_heads).values(head=head, noted_at=now()))


def _serving_at(script: ScriptDirectory, current: str) -> list[str]:
    """The revisions whose releases may serve at this one: back to the last that ended others."""
    found = []
    for step in script.walk_revisions("base", current):
        found.append(step.revision)
        if kind(step.module) != EXPANDS:
            break
    return found


def kind(migration: Any) -> str:
    """What a migration's module says it is; ``changes`` where it says nothing."""
    return str(getattr(migration, "kind", CHANGES))


def current_and_head(engine: Engine) -> tuple[str | None, str | None]:
    """The revision the database is at, and the one the code expects."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, _script(SCRIPTS).get_current_head()


def may_serve(engine: Engine, scripts: Path = SCRIPTS) -> bool:
    """May this release serve pages with the database as it is?

    Yes where it is at the head that this release expects; where it was upgraded since by a later
    release, and that said so; and where only what contracts is still to be done.
    """
    script = _script(scripts)
    head = script.get_current_head()
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        if current == head or current is None:
            return current is not None
        if sa.inspect(connection).has_table(_heads.name):
            noted = connection.scalar(sa.select(_heads.c.head).where(_heads.c.head == head))
            if noted is not None:
                return True
    steps = _to_come(script, current)
    return bool(steps) and all(one == CONTRACTS for _, one in steps)


def next_stop(engine: Engine, scripts: Path = SCRIPTS) -> tuple[str | None, list[str]]:
    """How far an upgrade may go while older releases serve, and the steps that must wait.

    The first is None where there is nothing to do until then. Raises NotReady for a database
    that was never set up, or is of another release.
    """
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current is None:
        raise NotReady("Storybank is not set up here yet. Run: storybank init")
    script = _script(scripts)
    steps = _to_come(script, current)
    if not steps and current != script.get_current_head():
        raise NotReady(OTHER)
    safe = []
    for revision, one in steps:
        if one != EXPANDS:
            break
        safe.append(revision)
    return (safe[-1] if safe else None), [revision for revision, _ in steps[len(safe) :]]


def served_after(scripts: Path = SCRIPTS) -> set[str]:
    """The heads of the releases that may serve when everything is done."""
    script = _script(scripts)
    return set(_serving_at(script, script.get_current_head() or "base"))


def _to_come(script: ScriptDirectory, current: str) -> list[tuple[str, str]]:
    """(revision, kind) of each step after the current one, in order; none where it is unknown."""
    try:
        steps = list(script.iterate_revisions("head", current))
    except (CommandError, ResolutionError):
        return []
    return [(step.revision, kind(step.module)) for step in reversed(steps)]


def _script(scripts: Path) -> ScriptDirectory:
    return ScriptDirectory(str(scripts))
