"""What every keeper of promises does alike: work alone, and put off what did not succeed."""

from __future__ import annotations

import fcntl
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
import structlog
from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker

from storybank.clock import now
from storybank.db import begin_writing
from storybank.jobs.models import Job

MOST_ATTEMPTS = 8

log = structlog.get_logger()


@dataclass(frozen=True)
class HouseLock:
    """A lock that the house's PostgreSQL database keeps for all machines."""

    engine: Engine
    name: str

    @property
    def key(self) -> sa.ColumnElement[int]:
        return lock_key(self.name)


Lock = Path | HouseLock
"""A file that processes of one machine agree on, or a lock for all machines of the house."""


def lock_key(name: str) -> sa.ColumnElement[int]:
    """The number by which PostgreSQL knows a lock of this name."""
    return sa.func.hashtextextended(f"storybank {name}", 0)


def alone(session: Session, names: Collection[str]) -> None:
    """On PostgreSQL, wait until nobody else does work of these locks; held until the commit."""
    if session.get_bind().dialect.name == "postgresql":
        for name in sorted(set(names)):
            session.execute(sa.select(sa.func.pg_advisory_xact_lock(lock_key(name))))


@contextmanager
def the_only_one(lock: Lock) -> Iterator[bool]:
    """True where nobody else holds the lock; it is let go at the end, or with its holder."""
    if isinstance(lock, HouseLock):
        with _in_the_house(lock) as held:
            yield held
        return
    with open(lock, "a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


@contextmanager
def _in_the_house(lock: HouseLock) -> Iterator[bool]:
    with lock.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        held = bool(connection.scalar(sa.select(sa.func.pg_try_advisory_lock(lock.key))))
        try:
            yield held
        finally:
            if held:
                connection.execute(sa.select(sa.func.pg_advisory_unlock(lock.key)))


def put_off(sessions: sessionmaker[Session], ids: Collection[int], problem: Exception) -> None:
    """Try these jobs again later, each time a little later; give them up in the end."""
    # The kind of trouble is kept, never its message: a message could quote a story.
    log.warning("job_put_off", trouble=type(problem).__name__, jobs=len(ids))
    with sessions() as session:
        begin_writing(session)
        for job in session.scalars(select(Job).where(Job.id.in_(ids))):
            job.attempts += 1
            job.begun_at = None
            job.trouble = type(problem).__name__[:100]
            job.run_after = now() + timedelta(seconds=2**job.attempts)
            if job.attempts >= MOST_ATTEMPTS:
                job.failed_at = now()
        session.commit()
