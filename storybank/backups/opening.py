"""Who is in a house: many at once, or a restore alone. And whether the house may be opened."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from storybank import db
from storybank.backups import lineage
from storybank.backups.models import Restoration
from storybank.clock import now
from storybank.errors import Conflict, NotReady
from storybank.nodes.models import Node

UNFINISHED = (
    "This house was restored from a backup, and what storytellers took away since has not been "
    "taken away again. Run: storybank restore --finish"
)
WENT_BACK = (
    "The database server was put back from a backup, or a standby took over, and stops of the last "
    "minutes may be lost in it. Run: storybank restore --finish"
)
NODES = (
    "Storybank is running in this house: {}. Stop it on every machine, then wait a minute and try "
    "again."
)
LATELY = timedelta(seconds=60)
"""Who was heard of since then is in the house."""
_LOCK = "house.lock"


class Presence:
    """Somebody is in the house. It ends with its process, whatever becomes of that."""

    def __init__(self, home: Path) -> None:
        """Raises NotReady while a restore has the house to itself."""
        self._lock: int | None = os.open(home / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        if not _try(self._lock, fcntl.LOCK_SH):
            self.end()
            raise NotReady("A backup is being restored here. Wait until that is done.")

    def end(self) -> None:
        lock, self._lock = self._lock, None
        if lock is not None:
            os.close(lock)

    def __del__(self) -> None:
        self.end()


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Nobody else is in the house, nor comes in.

    Raises Conflict when somebody is there: a server, or another command.
    """
    lock = os.open(home / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        if not _try(lock, fcntl.LOCK_EX):
            raise Conflict("Storybank is running in this house. Stop it, then try again.")
        yield
    finally:
        os.close(lock)


def refuse_nodes(url: str) -> None:
    """Raises Conflict while another machine serves the database, or works in it."""
    engine = db.make_engine(url)
    try:
        with engine.connect() as connection:
            if not sa.inspect(connection).has_table(Node.__tablename__):
                return
            lately = Node.seen_at > now() - LATELY
            names = connection.scalars(sa.select(Node.name).where(lately).order_by(Node.id)).all()
    except SQLAlchemyError:
        # Broken is why a backup is put back; but who does it says so.
        return
    finally:
        engine.dispose()
    if names:
        raise Conflict(NODES.format(", ".join(names[:5])))


def refuse_unfinished(engine: Engine) -> None:
    """Raises NotReady where a restored database still gives what was taken away since."""
    # A database that is away, or was never set up, is for others to tell.
    with suppress(SQLAlchemyError):
        with engine.connect() as connection:
            waits, back = _waits(connection), lineage.went_back(connection) is not None
        if waits or back:
            raise NotReady(UNFINISHED if waits else WENT_BACK)


def is_unfinished(engine: Engine) -> bool:
    """Was this database restored, and the ledger not carried out in it since?"""
    with engine.connect() as connection:
        return _waits(connection) or lineage.went_back(connection) is not None


def _waits(connection: Connection) -> bool:
    """Is there a restore that was cut off before its end?"""
    if not sa.inspect(connection).has_table(Restoration.__tablename__):
        return False
    waits = sa.select(Restoration.id).where(Restoration.finished_at.is_(None)).limit(1)
    return connection.scalar(waits) is not None


def _try(lock: int, how: int) -> bool:
    try:
        fcntl.flock(lock, how | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
