"""What every keeper of promises does alike: work alone, and put off what did not succeed."""

from __future__ import annotations

import fcntl
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from storybank.clock import now
from storybank.db import begin_writing
from storybank.jobs.models import Job

MOST_ATTEMPTS = 8

log = structlog.get_logger()


@contextmanager
def the_only_one(lock_file: Path) -> Iterator[bool]:
    """True where nobody else on this machine holds the file; it is let go at the end."""
    with open(lock_file, "a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
            return
        yield True


def put_off(sessions: sessionmaker[Session], ids: Collection[int], problem: Exception) -> None:
    """Try these jobs again later, each time a little later; give them up in the end."""
    # The kind of trouble is kept, never its message: a message could quote a story.
    log.warning("job_put_off", trouble=type(problem).__name__, jobs=len(ids))
    with sessions() as session:
        begin_writing(session)
        for job in session.scalars(select(Job).where(Job.id.in_(ids))):
            job.attempts += 1
            job.trouble = type(problem).__name__[:100]
            job.run_after = now() + timedelta(seconds=2**job.attempts)
            if job.attempts >= MOST_ATTEMPTS:
                job.failed_at = now()
        session.commit()
