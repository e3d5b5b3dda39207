"""After words were wiped: the database's own log and free pages let go of them too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Engine

from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.db import BUSY
from storybank.people.rules import MACHINE

SETTLE = "portal.settle"
"""The errand; done twice it is harmless."""
AGAIN = timedelta(minutes=1)
PATIENCE = 200
"""Milliseconds."""
WIPED = (
    "story_words, story_attribute, excluded_place, evidence_note, evidence_file, person_identity"
)


def settle(engine: Engine) -> Callable[[dict[str, Any]], datetime | None]:
    """Does the errand: SQLite's log is emptied, PostgreSQL's dead rows are cleared away.

    Somebody who reads just now holds SQLite's log; then it is tried again a minute later.
    """

    def does(_args: dict[str, Any]) -> datetime | None:
        use = Use.claim(MACHINE, Purpose.TAKE_IN, now())
        options = {"isolation_level": "AUTOCOMMIT", "use": use}
        if engine.dialect.name != "sqlite":
            with engine.connect().execution_options(**options) as connection:
                connection.exec_driver_sql(f"VACUUM {WIPED}")
            return None
        raw = engine.raw_connection()
        cursor = raw.cursor()
        try:
            # Nobody else can write while this waits for a reader, so it does not wait long.
            cursor.execute(f"PRAGMA busy_timeout = {PATIENCE}")
            busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {BUSY}")
            raw.close()
        return now() + AGAIN if busy else None

    return does
