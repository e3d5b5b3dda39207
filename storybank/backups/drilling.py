"""A drill: a backup is restored into a scratch house, looked at, and thrown away."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from storybank import db
from storybank.backups import manifest as manifests
from storybank.backups import noted
from storybank.backups.copies import CACHES, FACTS, PASSING
from storybank.backups.finishing import Finished
from storybank.backups.manifest import Manifest
from storybank.backups.models import Restoration
from storybank.backups.scratch_server import started
from storybank.config import Config, prepare_home
from storybank.consent.epoch_models import Epoch
from storybank.consent.integrity import broken_links
from storybank.errors import NotReady

_PREFIX = "storybank_drill_"
LAST = "last_drill.json"
OFTEN = timedelta(days=92)
"""A restore that was not tried for a quarter of a year is a hope."""


def went_well(config: Config, moment: datetime, backup: datetime) -> None:
    """Write down that a drill of the backup made at ``backup`` went well at ``moment``, UTC."""
    said = {"tried_at": str(moment), "backup_made_at": str(backup)}
    manifests.write_whole(config.home / LAST, json.dumps(said) + "\n")
    noted.note(config, noted.DRILL, moment)


def last(home: Path, session: Session | None = None) -> datetime | None:
    """When a drill last went well in this house, UTC; None where none did. With a ``session``, on
    whichever node."""
    tried: datetime | None = None
    with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
        said = json.loads((home / LAST).read_text(encoding="utf-8"))
        tried = datetime.fromisoformat(said["tried_at"])
    return noted.later(session, noted.DRILL, tried)


def trouble(home: Path, moment: datetime, session: Session | None = None) -> str | None:
    """What is amiss with the drills; None where nothing is."""
    tried = last(home, session)
    if tried is None:
        return "no restore was tried yet; run: storybank restore FOLDER --drill"
    if tried < moment - OFTEN:
        return f"the last was on {tried:%d %B %Y}; run: storybank restore FOLDER --drill"
    return None


@contextmanager
def scratch(config: Config, base: Path | None = None, wal: Path | None = None) -> Iterator[Config]:
    """A house beside the real one, with its keys; gone at the end.

    It is empty, or on a server of its own that is started from the base backup in ``base`` and
    led through the journal in ``wal``.

    What an earlier drill left, that was cut off, goes too. Raises NotReady where the database
    server lets us make no scratch database.
    """
    for left in config.home.glob(".drill-*"):
        shutil.rmtree(left, ignore_errors=True)
    home = config.home / f".drill-{secrets.token_hex(6)}"
    try:
        prepare_home(home, config.keys_file)
        there = (
            _scratch_database(config, home)
            if base is None
            else started(config.database_url, base, wal, home)
        )
        with there as url:
            yield replace(
                config, home=home, database_url=url, keys_elsewhere=config.keys_file,
                ledger_elsewhere=home / "ledger", ledger_database=None,
                smtp_url=None, jobs="held",
            )  # fmt: skip
    finally:
        shutil.rmtree(home, ignore_errors=True)


def check_rows(config: Config, manifest: Manifest) -> None:
    """Raises NotReady where the restored database holds other rows than the backup says."""
    engine = db.make_engine(config.database_url)
    try:
        with engine.connect() as connection:
            for name, count in manifest.rows.items():
                # Epochs count what changed since: carrying the ledger out changes something.
                if name.endswith(CACHES) or name in PASSING:
                    continue
                if name in ("alembic_version", Epoch.__tablename__, FACTS):
                    continue
                table = sa.table(name)
                found = connection.scalar(sa.select(sa.func.count()).select_from(table)) or 0
                if name == Restoration.__tablename__:
                    found -= 1
                if found != count:
                    raise NotReady(f"The drill failed: {name} has {found} rows, not {count}.")
    finally:
        engine.dispose()


def check_grown(config: Config, manifest: Manifest) -> dict[str, int]:
    """How many rows each table has in a server that was started from a base backup.

    Raises NotReady where one that only grows has fewer than when the copy was begun, or a table
    cannot be read from end to end.
    """
    engine = db.make_engine(config.database_url)
    try:
        with engine.connect() as connection:
            found = {
                name: connection.scalar(sa.select(sa.func.count()).select_from(sa.table(name))) or 0
                for name in sa.inspect(connection).get_table_names()
            }
            grows = set(connection.scalars(_GROWS))
    except SQLAlchemyError as problem:  # Its message could quote a row.
        raise NotReady("The drill failed: a table cannot be read.") from problem
    finally:
        engine.dispose()
    for name in sorted(grows):
        if found[name] < manifest.rows.get(name, 0):
            wanted = manifest.rows[name]
            raise NotReady(f"The drill failed: {name} has {found[name]} rows, not {wanted}.")
    return found


def newest(config: Config) -> datetime | None:
    """When the last act was done that a server of a drill knows of, UTC; None where the journal
    told of none."""
    engine = db.make_engine(config.database_url)
    try:
        with engine.connect() as connection:
            moment = connection.scalar(sa.text("SELECT pg_last_xact_replay_timestamp()"))
    finally:
        engine.dispose()
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None


def check_standings(wanted: int, done: Finished | None) -> None:
    """Raises NotReady where not every story has its standing again."""
    if done is None or done.stories != wanted:
        found = done.stories if done else 0
        raise NotReady(f"The drill failed: {found} stories have a standing, not {wanted}.")


def check_inside(session: Session, index: str | None, strays: Iterator[tuple[int, str]]) -> None:
    """Raises NotReady where the restored house is not sound."""
    if broken_links(session):
        raise NotReady("The drill failed: consent events do not follow from each other.")
    if index:
        raise NotReady(f"The drill failed: {index}")
    if any(True for _ in strays):
        raise NotReady("The drill failed: there are copies that should not be there.")


@contextmanager
def _scratch_database(config: Config, home: Path) -> Iterator[str]:
    url = make_url(config.database_url)
    if url.get_backend_name() == "sqlite":
        yield url.set(database=str(home / "storybank.db")).render_as_string()
        return
    engine = db.make_engine(config.database_url)
    server = engine.execution_options(isolation_level="AUTOCOMMIT")
    name = _PREFIX + secrets.token_hex(6)
    try:
        with server.connect() as connection:
            for (left,) in connection.execute(_LEFT).all():
                connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{left}"')
            connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE template0')
    except SQLAlchemyError as problem:
        engine.dispose()
        raise NotReady(
            "The database server lets us make no scratch database. Let the user of "
            "STORYBANK_DATABASE_URL make databases (CREATEDB), then try again."
        ) from problem
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
        engine.dispose()


_GROWS = sa.text(
    "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE tgname = relname || '_append_only' AND relnamespace = current_schema()::regnamespace"
)
_LEFT = sa.text(
    f"SELECT datname FROM pg_database WHERE datname LIKE '{_PREFIX}%' AND NOT EXISTS "
    "(SELECT 1 FROM pg_stat_activity WHERE pg_stat_activity.datname = pg_database.datname)"
)
