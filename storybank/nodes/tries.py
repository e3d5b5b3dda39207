"""Tries that every node counts together: of passwords, codes, links and searches.

The only place that knows ``limits``, whose storages the limits of ``people`` can be told to use.
On SQLite the counts are in the memory of the one process; on PostgreSQL in a table, each in a
short transaction of its own, so that a try counts though its request was rolled back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
import structlog
from limits.storage import MemoryStorage
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

SCHEME = "storybank"

log = structlog.get_logger()
_COUNTED = sa.text(
    "WITH at AS (SELECT extract(epoch FROM clock_timestamp())::float8 AS now)"
    " SELECT count(c.id) AS many, coalesce(min(c.at), max(at.now)) AS first"
    " FROM at LEFT JOIN counted_try c ON c.key = :key AND c.at > at.now - :expiry"
)
_COUNT = sa.text(
    "INSERT INTO counted_try (key, at, until) SELECT :key, now, now + :expiry"
    " FROM (SELECT extract(epoch FROM clock_timestamp())::float8 AS now) AS at,"
    " generate_series(1, :amount)"
)
_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
_OVER = sa.text(
    "DELETE FROM counted_try WHERE id IN (SELECT id FROM counted_try"
    " WHERE until < extract(epoch FROM clock_timestamp()) LIMIT 100 FOR UPDATE SKIP LOCKED)"
)


class Tries:
    """The counts in the database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def take(self, key: str, limit: int, expiry: int, amount: int) -> bool:
        """Count ``amount`` tries in a window of ``expiry`` seconds; False, and none is counted,
        where that would be more than ``limit``.

        One that cannot be counted is let pass: its answer is made, and while the database is away
        no password, code or link is right. Who asks whether one more may be made is refused.
        """
        named = {"key": key[:200], "expiry": expiry}
        try:
            with self.engine.begin() as connection:
                connection.execute(_LOCK, named)
                if connection.execute(_COUNTED, named).one().many + amount > limit:
                    return False
                connection.execute(_COUNT, named | {"amount": amount})
                connection.execute(_OVER)
        except SQLAlchemyError as problem:
            log.warning("try_not_counted", trouble=type(problem).__name__)
        return True

    def window(self, key: str, expiry: int) -> tuple[float, int]:
        """When the first try that counts was made (seconds since 1970), and how many there are.

        Raises what a database raises that is away.
        """
        with self.engine.connect() as connection:
            row = connection.execute(_COUNTED, {"key": key[:200], "expiry": expiry}).one()
        return float(row.first), int(row.many)

    def clear(self, key: str) -> None:
        """Forget the tries of one key."""
        with self.engine.begin() as connection:
            connection.execute(sa.text("DELETE FROM counted_try WHERE key = :k"), {"k": key[:200]})


class Counts(MemoryStorage):
    """Where limits are counted: with all nodes where the house has several, else in memory."""

    STORAGE_SCHEME = [SCHEME]

    def __init__(self, uri: str | None = None, **options: Any) -> None:
        self.find: Callable[[], Tries | None] = options.pop("find")
        super().__init__(uri, **options)

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count a try, or say that there were too many."""
        tries = self.find()
        if tries is None:
            return super().acquire_entry(key, limit, expiry, amount)
        return amount <= limit and tries.take(key, limit, expiry, amount)

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        """Since when tries count, and how many there are."""
        tries = self.find()
        return tries.window(key, expiry) if tries else super().get_moving_window(key, limit, expiry)

    def clear(self, key: str) -> None:
        """Forget the tries of one key."""
        tries = self.find()
        return tries.clear(key) if tries else super().clear(key)
