"""The ledger as a table of a PostgreSQL database of its own: for a house that several machines
serve. It belongs on another server than the house, so that no copy of the house holds it, and
nothing that befalls the one befalls the other.

Whoever writes a line has a connection for it alone, and short patience: a ledger that is away
holds up no stop.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from time import monotonic
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import SQLAlchemyError

from storybank.clock import now
from storybank.consent.ledger_lines import (
    BROKEN,
    MISSING,
    OPENED,
    START,
    Chain,
    Position,
    chained,
    link,
    said,
)
from storybank.errors import Conflict, NotReady

TABLE = "storybank_ledger"
PATIENCE = 2
"""Seconds that a writer waits for the server, and for others who write."""
REST = 2.0
"""Seconds for which a server that was away is not asked again: many stops wait for it once."""
LONG = 60
"""Seconds that a whole ledger may take to be read."""
APPENDING = 7_305_103
"""The lock of whoever adds a line."""

AWAY = "The database of the ledger does not answer. See its server, and STORYBANK_LEDGER."
WRONG = "The address of the ledger's database cannot be used. Check STORYBANK_LEDGER."
A_HOUSE = (
    "The ledger is in the database of a house, and would be in its backups. Give it a database "
    "of its own in STORYBANK_LEDGER, best on another machine."
)
SHUT = "The ledger's database takes no lines: it is a standby, or its user may not write."
NOT_EMPTY = "There is a ledger in that database already. Give an empty one."

_lines = sa.table(TABLE, sa.column("number", sa.BigInteger), sa.column("line", sa.Text))
_MADE = (
    f"CREATE TABLE {TABLE} (number bigint PRIMARY KEY CHECK (number > 0), line text NOT NULL)",
    f"CREATE FUNCTION {TABLE}_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'the ledger only grows'; END $$",
    f"CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_only_grows()",
)


class Away(OSError):
    """The ledger's database could not be asked. Says no more: a message may hold an address."""


class LedgerDatabase:
    """A row for each thing that was taken away, each the same line that a file would hold."""

    def __init__(self, url: str) -> None:
        """Raises NotReady for an address that cannot be used."""
        try:
            address = make_url(url)
            if address.get_backend_name() != "postgresql":
                raise NotReady(WRONG)
            # A line is seldom written: a connection of its own, and none that outlives a server.
            self._engine = sa.create_engine(
                address, poolclass=sa.NullPool, connect_args=_patience(dict(address.query))
            )
        except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError, ImportError) as problem:
            raise NotReady(WRONG) from problem
        self._rests_until = 0.0

    @property
    def where(self) -> str:
        return self._engine.url.set(query={}).render_as_string(hide_password=True)

    def prepare(self) -> bool:
        name = {"at": now().isoformat(), "kind": OPENED, "name": secrets.token_hex(16)}
        return self._begin([link(name, START)[0]])

    def take_over(self, texts: Sequence[bytes]) -> None:
        """Go on from another ledger's lines; done twice it is done once.

        Raises NotReady where they do not follow from each other, or the database is away;
        Conflict where there is another ledger already.
        """
        position = chained(texts).position
        begun = self._begin(texts)
        if self.read().position != position:
            raise NotReady(AWAY) if begun else Conflict(NOT_EMPTY)

    def write(self, entries: Sequence[Mapping[str, Any]]) -> None:
        if monotonic() < self._rests_until:
            raise Away
        try:
            with self._working(PATIENCE) as connection:
                number, before = _last(connection)
                rows = []
                for entry in entries:
                    line, before = link(entry, before)
                    number += 1
                    rows.append({"number": number, "line": _text(line)})
                connection.execute(sa.insert(_lines), rows)
        except (SQLAlchemyError, NotReady) as problem:
            self._rests_until = monotonic() + REST
            raise Away from problem

    def read(self) -> Chain:
        with self._asked() as connection:
            if not _there(connection):
                raise NotReady(MISSING)
            rows = connection.execute(sa.select(_lines).order_by(_lines.c.number)).all()
        # A row that is gone from the middle is found by what follows it, one from the end is not:
        # that it is shorter is told by whoever knows how far it was.
        return chained(line.encode() for _, line in rows)

    def position(self) -> Position:
        with self._asked() as connection:
            if not _there(connection):
                raise NotReady(MISSING)
            return Position(*_last(connection))

    def system(self) -> str:
        """The number of the server it is on, which no other has. Raises NotReady."""
        with self._asked() as connection:
            which = sa.text("SELECT system_identifier FROM pg_control_system()")
            return str(connection.scalar(which))

    def trouble(self) -> str | None:
        try:
            self.read()
            with self._asked() as connection:
                if sa.inspect(connection).has_table("alembic_version"):
                    return A_HOUSE
                standby = connection.scalar(sa.select(sa.func.pg_is_in_recovery()))
                may = connection.scalar(sa.select(sa.func.has_table_privilege(TABLE, "INSERT")))
        except NotReady as problem:
            return problem.sentence
        return None if may and not standby else SHUT

    def _begin(self, lines: Sequence[bytes]) -> bool:
        """Make the table with these lines; whether it was made. Raises NotReady."""
        try:
            with self._working(LONG) as connection:
                if sa.inspect(connection).has_table("alembic_version"):
                    raise NotReady(A_HOUSE)
                if _there(connection):
                    return False
                for statement in _MADE:
                    connection.exec_driver_sql(statement)
                rows = [
                    {"number": number, "line": _text(line)}
                    for number, line in enumerate(lines, start=1)
                ]
                connection.execute(sa.insert(_lines), rows)
        except SQLAlchemyError as problem:
            raise NotReady(AWAY) from problem
        return True

    @contextmanager
    def _working(self, seconds: int) -> Iterator[Connection]:
        """A transaction of the only one who writes, which is on the disk when it ends."""
        with self._engine.begin() as connection:
            _limit(connection, seconds)
            connection.exec_driver_sql("SET LOCAL synchronous_commit = on")
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(APPENDING)))
            yield connection

    @contextmanager
    def _asked(self) -> Iterator[Connection]:
        try:
            with self._engine.begin() as connection:
                _limit(connection, LONG)
                yield connection
        except SQLAlchemyError as problem:
            raise NotReady(AWAY) from problem


def _patience(query: Mapping[str, Any]) -> dict[str, Any]:
    """How long a connection waits for a server that says nothing; what the address says goes
    before it. ``tcp_user_timeout`` is in milliseconds."""
    ours = {
        "connect_timeout": PATIENCE, "tcp_user_timeout": PATIENCE * 1000, "keepalives_idle": 5,
        "keepalives_interval": 2, "keepalives_count": 2, "application_name": "storybank ledger",
    }  # fmt: skip
    return {name: value for name, value in ours.items() if name not in query}


def _limit(connection: Connection, seconds: int) -> None:
    for setting in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        connection.exec_driver_sql(f"SET LOCAL {setting} = '{seconds}s'")


def _there(connection: Connection) -> bool:
    return connection.scalar(sa.select(sa.func.to_regclass(TABLE))) is not None


def _last(connection: Connection) -> tuple[int, str]:
    """The number and the hash of the last line. Raises NotReady where there is none."""
    newest = sa.select(_lines).order_by(_lines.c.number.desc()).limit(1)
    row = connection.execute(newest).first()
    if row is None:
        raise NotReady(MISSING)
    what = said(row.line.encode())
    if what is None:
        raise NotReady(BROKEN.format(row.number))
    return int(row.number), str(what["hash"])


def _text(line: bytes) -> str:
    return line.decode().rstrip("\n")
