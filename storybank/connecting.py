"""Connections to the database: how long is waited for one, and what is done while it is away.

While a server's database does not answer, one asks again every second or two and everybody else
is refused at once: a house that was away is not run over by all who waited when it comes back.

SQLite is run in WAL mode with foreign keys on, full synchronisation (an acknowledged act
survives a crash) and ``secure_delete`` (erased words leave no trace in free pages).
"""

from __future__ import annotations

import random
import threading
import time
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection, Dialect, Engine, make_url

from storybank.errors import NotReady

WRITES = "storybank_writes"
BUSY = 15_000
"""Milliseconds that SQLite waits for another writer before it gives up."""

KEPT, MORE, WAIT = 10, 30, 3
"""Connections to a server that stay open, those that may come on top for a while (each thread that
answers uses one, or two), and the seconds that one waits for its turn."""
REACH = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 6_000,
}
"""A server that is cut off is noticed in about ten seconds, though nobody says goodbye: seconds,
and the last in milliseconds. What the address itself says of these holds instead."""
REST = 1.0, 2.0
"""Seconds for which nobody asks a database that did not answer: drawn between these."""
AWAY = "The database does not answer. It is asked again in a moment."


class Rest:
    """Lets one at a time ask a database that did not answer, and not before it had some rest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until: float | None = None
        self._asked = False

    def may_ask(self) -> bool:
        """May a connection be opened now? Who may says afterwards how it went."""
        with self._lock:
            if self._until is None:
                return True
            if self._asked or time.monotonic() < self._until:
                return False
            self._asked = True
            return True

    def answered(self) -> None:
        """It is there: everybody may ask."""
        with self._lock:
            self._until, self._asked = None, False

    def failed(self) -> None:
        """It is not there: nobody asks for a while, drawn so that nodes do not come together."""
        with self._lock:
            self._until, self._asked = time.monotonic() + random.uniform(*REST), False  # noqa: S311


def make_engine(url: str) -> Engine:
    """An engine for ``url``; SQLite gets its pragmas and honest transactions, a server bounds.

    Raises NotReady for what is no address of a database.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "postgresql":
            engine = _for_server(parsed)
        else:
            engine = sa.create_engine(parsed)
    except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError) as problem:
        raise NotReady(
            "The database address cannot be used. Check STORYBANK_DATABASE_URL."
        ) from problem
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _for_server(url: sa.URL) -> Engine:
    reach = {name: value for name, value in REACH.items() if name not in url.query}
    engine = sa.create_engine(
        url, pool_pre_ping=True, pool_size=KEPT, max_overflow=MORE, pool_timeout=WAIT,
        connect_args=reach,
    )  # fmt: skip
    rest = Rest()

    def connect(dialect: Dialect, _record: Any, args: Any, named: Any) -> Any:
        if not rest.may_ask():
            raise dialect.loaded_dbapi.OperationalError(AWAY)
        try:
            made = dialect.connect(*args, **named)
        except BaseException:
            rest.failed()
            raise
        rest.answered()
        return made

    event.listen(engine, "do_connect", connect)
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
