"""SQLite: its own online backup, and a rename."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import make_url

from storybank.backups.copies import CACHES, Mark, Taken
from storybank.backups.manifest import sync
from storybank.errors import NotReady


class SqliteCopies:
    kind = "sqlite"
    file = "storybank.db"

    def take(self, url: str, file: Path) -> Taken:
        with _told("copied"), closing(_open(path_of(url))) as source:
            # One snapshot for the counts and the copy; writers go on beside it.
            source.execute("BEGIN")
            taken = Taken(_count(source), _revision(source), _newest_event_at(source))
            os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))
            with closing(_open(file)) as target:
                source.backup(target)
            source.execute("COMMIT")
            with closing(_open(file)) as copy:
                # One file, whole in itself.
                copy.execute("PRAGMA journal_mode = DELETE")
                _check(copy, taken.rows)
            sync(file)
        return taken

    def put(self, url: str, file: Path, rows: Mapping[str, int], mark: Mark) -> None:
        place = path_of(url)
        draft = draft_of(place)
        for left in (draft, _beside(draft, "journal")):
            left.unlink(missing_ok=True)
        with _told("restored"):
            os.close(os.open(draft, os.O_CREAT | os.O_EXCL, 0o600))
            shutil.copyfile(file, draft)
            with closing(_open(draft)) as database:
                _check(database, rows)
                _mark(database, mark)
            sync(draft)
        _let_go_of(place)
        draft.replace(place)
        sync(place.parent)


def path_of(url: str) -> Path:
    """Where the database is. Raises NotReady for one that is in no file."""
    name = make_url(url).database
    if not name or name == ":memory:":
        raise NotReady("Only a database that is in a file can be backed up.")
    return Path(name)


def draft_of(place: Path) -> Path:
    """Where a database lies while it is made ready to be put in its place."""
    return place.with_name(f".{place.name}.restoring")


def _open(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None, timeout=15)
    database.execute("PRAGMA secure_delete = ON")
    return database


def _tables(database: sqlite3.Connection) -> list[str]:
    rows = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    )
    return sorted(name for (name,) in rows)


def _count(database: sqlite3.Connection) -> dict[str, int]:
    return {
        table: database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
        for table in _tables(database)
    }


def _revision(database: sqlite3.Connection) -> str:
    return str(database.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def _newest_event_at(database: sqlite3.Connection) -> datetime | None:
    (moment,) = database.execute("SELECT max(at) FROM consent_event").fetchone()
    return datetime.fromisoformat(moment) if moment else None


def _check(database: sqlite3.Connection, rows: Mapping[str, int]) -> None:
    """Raises NotReady where the copy is not what was copied."""
    sound = database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    if not sound or database.execute("PRAGMA foreign_key_check").fetchone():
        raise NotReady("The copy of the database is not sound. Run: storybank check")
    if _count(database) != dict(rows):
        raise NotReady("The copy of the database does not hold what it should. Use another.")


def _mark(database: sqlite3.Connection, mark: Mark) -> None:
    values = mark.values
    database.execute("BEGIN IMMEDIATE")
    for table in _tables(database):
        if table.endswith(CACHES):
            database.execute(f'DELETE FROM "{table}"')
    database.execute(
        f"INSERT INTO restoration ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
        tuple(values.values()),
    )
    database.execute("COMMIT")


def _let_go_of(place: Path) -> None:
    """The old database without a log beside it: a log would be read into the new one."""
    with suppress(sqlite3.Error):
        if place.exists():
            with closing(_open(place)) as old:
                old.execute("PRAGMA journal_mode = DELETE")
    # One too broken to be read leaves its log behind.
    for name in ("wal", "shm", "journal"):
        _beside(place, name).unlink(missing_ok=True)
    sync(place.parent)


def _beside(place: Path, what: str) -> Path:
    return place.with_name(f"{place.name}-{what}")


@contextmanager
def _told(what: str) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as problem:
        raise NotReady(
            f"The database could not be {what} ({type(problem).__name__}). See its disk, and run: "
            "storybank check"
        ) from problem
