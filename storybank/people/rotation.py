"""Changing the key that seals personal details, everywhere, while people go on working.

The new key is put into the file first; from then on everybody seals with it and can still open
what the old one sealed. The old key is taken out only when nothing is left that needs it. Cut
off at any moment, the next run goes on.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session, sessionmaker

from storybank import db
from storybank.config import new_key
from storybank.errors import Conflict
from storybank.people.sealing import CHANGE_OF_KEYS, Keys, Mark, Sealed, Sealer, sealer_of

BATCH = 100
Tell = Callable[[int], None]
Tables = Sequence[sa.Table]


def start(sealer: Sealer) -> bool:
    """Put a new key before the old one; False when an earlier change is still to be finished.

    Raises NotReady when the keys are missing or damaged.
    """
    old = sealer.keys().all
    if len(old) > 1:
        return False
    _replace(sealer.keys_file, (new_key().encode(), *old))
    return True


def left(session: Session, tables: Tables) -> int:
    """How many rows hold something that the newest key did not seal."""
    return _count(session, tables, sealer_of(session).keys().names[:1])


def unopened(session: Session, tables: Tables) -> int:
    """How many rows hold something that no key in the file can open. Raises NotReady."""
    return _count(session, tables, sealer_of(session).keys().names)


def finish(sessions: sessionmaker[Session], tables: Tables, tell: Tell = lambda rows: None) -> int:
    """Seal everything anew with the newest key, then take the older keys out of the file.

    ``tell`` is called after each batch with the rows it held. Returns how many rows were sealed
    anew. Raises NotReady when there is something that none of the keys opens; all keys then stay.
    """
    count = 0
    for table in tables:
        for rows in _batches(sessions, table):
            count += rows
            tell(rows)
    while late := _take_old_keys_away(sessions, tables):
        count += late
        tell(late)
    return count


def sealed_tables(metadata: sa.MetaData) -> Tables:
    """Every table with a sealed column, whichever room it belongs to."""
    return [table for table in metadata.sorted_tables if _sealed_columns(table)]


@contextmanager
def alone(keys_file: Path) -> Iterator[None]:
    """Only one change of keys at a time. Raises Conflict."""
    with open(keys_file.with_name(f".{keys_file.name}.lock"), "w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise Conflict("The keys are being changed already. Wait until that is done.") from busy
        yield


def _take_old_keys_away(sessions: sessionmaker[Session], tables: Tables) -> int:
    """Leave the newest key alone in the file, unless rows still need another; how many did."""
    with db.writing(sessions) as session:
        if session.get_bind().dialect.name == "postgresql":
            # Whoever sealed with an old key a moment ago is waited for; that SQLite has one
            # writer at a time does the same.
            session.execute(sa.select(sa.func.pg_advisory_xact_lock(CHANGE_OF_KEYS)))
        late = sum(_reseal(session, table, None)[0] for table in tables)
        if not late:
            sealer = sealer_of(session)
            _replace(sealer.keys_file, sealer.keys().all[:1])
    if not late and session.get_bind().dialect.name == "sqlite":
        # What the old key sealed leaves the log beside the database too.
        with sessions() as session:
            session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return late


def _count(session: Session, tables: Tables, names: tuple[bytes, ...]) -> int:
    return sum(
        session.scalar(sa.select(sa.func.count()).where(_not_by(table, names))) or 0
        for table in tables
    )


def _sealed_columns(table: sa.Table) -> list[sa.Column[bytes]]:
    return [column for column in table.columns if isinstance(column.type, Sealed)]


def _not_by(table: sa.Table, names: tuple[bytes, ...]) -> sa.ColumnElement[bool]:
    """Does a row hold something sealed by another key than these?"""
    known = [name + b":" for name in names]
    return sa.or_(
        *(
            sa.func.substr(column, 1, len(known[0]), type_=sa.LargeBinary).not_in(known)
            for column in _sealed_columns(table)
        )
    )


def _batches(sessions: sessionmaker[Session], table: sa.Table) -> Iterator[int]:
    last = None
    while True:
        with db.writing(sessions) as session:
            rows, last = _reseal(session, table, last)
        if not rows:
            return
        yield rows


def _reseal(
    session: Session, table: sa.Table, after: tuple[object, ...] | None
) -> tuple[int, tuple[object, ...] | None]:
    """Seal the next batch of ``table`` anew: how many rows, and the last one's primary key."""
    keys = sealer_of(session).keys()
    own = list(table.primary_key.columns)
    sealed = _sealed_columns(table)
    query = sa.select(*own).where(_not_by(table, keys.names[:1])).order_by(*own).limit(BATCH)
    if after is not None:
        query = query.where(sa.tuple_(*own) > sa.tuple_(*after))
    rows = session.execute(query).all()
    for row in rows:
        # One at a time: a row may hold a whole recording.
        this = [column == value for column, value in zip(own, row, strict=True)]
        kept = session.execute(sa.select(*sealed).where(*this).with_for_update()).one_or_none()
        if kept is not None:
            session.execute(
                sa.update(table).where(*this).values(_anew(keys, table, kept._asdict()))
            )
    return len(rows), tuple(rows[-1]) if rows else None


def _anew(keys: Keys, table: sa.Table, values: dict[str, bytes | None]) -> dict[str, object]:
    plain = {name: keys.unseal(value) for name, value in values.items() if value is not None}
    anew: dict[str, object] = {name: keys.seal(text) for name, text in plain.items()}
    for column in table.columns:
        if isinstance(column.type, Mark) and column.type.of in plain:
            anew[column.name] = keys.marks(plain[column.type.of].decode())[0]
    return anew


def _replace(keys_file: Path, keys: tuple[bytes, ...]) -> None:
    """The file holds these keys from one moment to the next, also through a power cut."""
    keys_file = keys_file.resolve()
    draft = keys_file.with_name(f".{keys_file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        if os.geteuid() == 0:  # The house may be another's, who must still be able to read it.
            owner = keys_file.stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        handle.write(b"".join(key + b"\n" for key in keys))
        handle.flush()
        os.fsync(handle.fileno())
    os.replace(draft, keys_file)
    folder = os.open(keys_file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
