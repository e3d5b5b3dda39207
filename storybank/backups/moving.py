"""A house moves from SQLite to PostgreSQL: every row is copied in one transaction, then read back
and compared before anything is said to be done."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import ArgumentError, DataError, IntegrityError, SQLAlchemyError

from storybank import db
from storybank.errors import BadInput, Conflict, NotReady
from storybank.people.sealing import Sealed

BATCH = 500
"""Rows that are held at a time."""
FEW = 16
"""So many of a table with sealed columns: each row may hold a stretch of a recording."""
_WHOLE = 2**256

NOT_POSTGRES = (
    "A house moves to PostgreSQL. Give its address: postgresql+psycopg://user@machine/name."
)
NOT_SQLITE = "This house is on PostgreSQL already. Use backup and restore to bring it elsewhere."
NOT_EMPTY = "There is something in that database. Give an empty one."
AWAY = "That database does not answer, or lets us make no tables. Check the address and the user."
NOT_TAKEN = (
    "PostgreSQL does not take a row of {}. Nothing was changed. Run: storybank check, and tell us."
)
NOT_SAME = "What arrived in {} is not what left. Nothing was changed. Try again."


@dataclass(frozen=True)
class Moved:
    """What was copied and compared."""

    rows: Mapping[str, int]
    """{table: how many rows}"""


@dataclass(frozen=True)
class Sum:
    """What a table holds: how many rows, and a number that hangs on each of them, in any order."""

    rows: int
    of: int


def move(source: str, target: str, told: Callable[[str, int], None] = lambda *_: None) -> Moved:
    """Copy the database at ``source`` into the empty one at ``target``; nobody may be writing.

    ``told`` hears of each table that has arrived, with its rows. Nothing is in the target unless
    all of it is. Raises BadInput for an address of another kind; Conflict where the target holds
    something; NotReady where it does not answer, or what arrived is not what left.
    """
    if _kind(source) != "sqlite":
        raise BadInput(NOT_SQLITE)
    if _kind(target) != "postgresql":
        raise BadInput(NOT_POSTGRES)
    here, there = db.make_engine(source), db.make_engine(target)
    try:
        tables = _tables(here)
        _make_ready(there, target, tables)
        with here.connect() as old, there.begin() as new:
            sums = _copy(old, new, tables, told)
            for table in tables:
                if _sum(_rows(new, table)) != sums[table.name]:
                    raise NotReady(NOT_SAME.format(table.name))
    except SQLAlchemyError:  # Its message would quote a row.
        raise NotReady(AWAY) from None
    finally:
        here.dispose()
        there.dispose()
    return Moved({name: found.rows for name, found in sums.items()})


def _kind(url: str) -> str:
    try:
        return make_url(url).get_backend_name()
    except ArgumentError:
        return ""


def _tables(here: sa.Engine) -> list[sa.Table]:
    """Every table that the database has, those first that others point to.

    Raises NotReady where this release would read it otherwise than it was written.
    """
    current, head = db.current_and_head(here)
    if current != head:
        raise NotReady("The database is not up to date. Run: storybank init")
    return list(db.Base.metadata.sorted_tables)


def _make_ready(there: sa.Engine, url: str, tables: Iterable[sa.Table]) -> None:
    """Raises Conflict where there is a row of ours, or a table of somebody else."""
    with there.connect() as connection:
        found = set(sa.inspect(connection).get_table_names())
        ours = {table.name for table in tables} | {"alembic_version"}
        told = [name for name in ("account", "story", "consent_event") if name in found]
        filled = any(connection.scalar(_any(name)) is not None for name in told)
        if found - ours or filled:
            raise Conflict(NOT_EMPTY)
    db.upgrade(url)


def _any(name: str) -> sa.Select[Any]:
    return sa.select(sa.literal(1)).select_from(sa.table(name)).limit(1)


def _copy(
    old: Connection, new: Connection, tables: list[sa.Table], told: Callable[[str, int], None]
) -> dict[str, Sum]:
    """All rows, with what hangs on other rows checked when every one is there."""
    links = _links(new)
    for holder, link in links:
        new.exec_driver_sql(f"ALTER TABLE {holder} ALTER CONSTRAINT {link} DEFERRABLE")
    new.exec_driver_sql("SET CONSTRAINTS ALL DEFERRED")
    named = ", ".join(f'"{table.name}"' for table in tables)
    new.exec_driver_sql(f"TRUNCATE {named} CASCADE")
    sums = {}
    late = [table for table in tables if table.name == "epoch"]
    for table in [one for one in tables if one not in late] + late:
        if table in late:
            # The database noted a change at every row that came; what stood there is what counts.
            new.execute(sa.delete(table))
        sums[table.name] = _copy_table(old, new, table)
        told(table.name, sums[table.name].rows)
    new.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
    for holder, link in links:
        new.exec_driver_sql(f"ALTER TABLE {holder} ALTER CONSTRAINT {link} NOT DEFERRABLE")
    for table in tables:
        _go_on_counting(new, table)
    return sums


def _copy_table(old: Connection, new: Connection, table: sa.Table) -> Sum:
    count, total = 0, 0
    for rows in _rows(old, table).partitions(_at_a_time(table)):
        plain = [dict(row._mapping) for row in rows]
        try:
            new.execute(sa.insert(table), plain)
        except (DataError, IntegrityError):  # Its message would quote the row.
            raise NotReady(NOT_TAKEN.format(table.name)) from None
        for row in rows:
            total = (total + _number(row)) % _WHOLE
        count += len(plain)
    return Sum(count, total)


def _rows(connection: Connection, table: sa.Table) -> sa.CursorResult[Any]:
    few = connection.execution_options(yield_per=_at_a_time(table))
    return few.execute(sa.select(table))


def _at_a_time(table: sa.Table) -> int:
    return FEW if any(isinstance(column.type, Sealed) for column in table.columns) else BATCH


def _sum(rows: Iterable[sa.Row[Any]]) -> Sum:
    count, total = 0, 0
    for row in rows:
        count, total = count + 1, (total + _number(row)) % _WHOLE
    return Sum(count, total)


def _number(row: sa.Row[Any]) -> int:
    plain = json.dumps([_plain(value) for value in row], ensure_ascii=True, sort_keys=True)
    return int.from_bytes(hashlib.sha256(plain.encode()).digest())


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return hashlib.sha256(value).hexdigest()
    return value


def _links(new: Connection) -> list[tuple[str, str]]:
    """Every foreign key, by its table and its name, quoted."""
    rows = new.exec_driver_sql(
        "SELECT conrelid::regclass::text, quote_ident(conname) FROM pg_constraint "
        "WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    )
    return [(table, name) for table, name in rows]


def _go_on_counting(new: Connection, table: sa.Table) -> None:
    """New rows get numbers after the last that came."""
    column = table.autoincrement_column
    if column is None:
        return
    sequence = new.scalar(sa.select(sa.func.pg_get_serial_sequence(f'"{table.name}"', column.name)))
    last = new.scalar(sa.select(sa.func.max(column)))
    if sequence and last:
        new.execute(sa.select(sa.func.setval(sequence, last)))
