"""Keeping promises: a runner drains the outbox, one drainer at a time for each data folder.

Killed at any moment it leaves nothing to mend: a job is deleted in the transaction that does
its work, the lock dies with its process, and whoever drains next takes up what is left.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from storybank.clock import now
from storybank.config import JobsMode
from storybank.db import begin_writing, writing
from storybank.jobs.apart import Apart
from storybank.jobs.errands import Errands
from storybank.jobs.keeping import MOST_ATTEMPTS, alone, put_off, the_only_one
from storybank.jobs.models import Job
from storybank.jobs.queues import lock_of
from storybank.jobs.workers import Workers

Handler = Callable[[Session, list[dict[str, Any]]], None]
"""Does the work of several jobs of one name at once; doing it twice must be harmless."""

FIRST_BATCH, BATCH = 10, 100
"""How many jobs are done in the first transaction, and in one at the most."""
TURN = 1.0
"""Seconds that a transaction should take: whoever else wants to write waits for it."""
GAP = 0.12
"""Seconds between two of them: SQLite looks every tenth of a second whether its turn has come."""
SWEEP_EVERY = 600
"""Seconds between two looks for copies that outlived a yes which ran out."""

__all__ = ["MOST_ATTEMPTS", "Handler", "Runner", "next_size"]

log = structlog.get_logger()


class Runner:
    """Drains the outbox: in a thread, straight after each commit, or only when told."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        handlers: Mapping[str, Handler],
        lock_file: Path,
        mode: JobsMode,
        sweep: Callable[[Session], None] | None = None,
        pause: Callable[[float], None] = sleep,
        errands: Errands | None = None,
        apart: Apart | None = None,
        workers: Workers | None = None,
        called: bool = False,
    ) -> None:
        self.sessions = sessions
        self.handlers = handlers
        self.lock_file = lock_file
        self.mode = mode
        self.sweep = sweep
        self.pause = pause
        self.errands = errands or Errands(sessions, {}, lock_file.with_suffix(".errands"))
        self.apart = apart
        self.workers, self.called = workers, called
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._draining = threading.local()
        if mode != "held":
            sa.event.listen(sessions, "after_commit", self._after_commit)

    def start(self) -> None:
        """Begin to drain in a thread of this process; what an earlier process left goes first."""
        if self.called:
            if self.mode == "thread" and self.workers is not None:
                self.workers.start()
        elif self.mode == "thread" and self._thread is None:
            self._thread = threading.Thread(target=self._work, name="jobs", daemon=True)
            self._thread.start()
            self.errands.start()
            if self.apart is not None:
                self.apart.start()

    def drain(self, progress: Callable[[int], object] = lambda jobs: None) -> int:
        """Do all work that is due, and return how many jobs were done. Errands are not run here,
        nor, in a thread, what a program of its own does.

        ``progress`` is told after each batch how many jobs were in it.

        Where another process is draining, it sees what this one committed; so 0 is fine.
        """
        done = self._drain(progress)
        if self.mode != "thread" and self.apart is not None:
            self._draining.on = True
            try:
                done += self.apart.drain()
            finally:
                self._draining.on = False
        return done

    def _drain(self, progress: Callable[[int], object]) -> int:
        done, size = 0, FIRST_BATCH
        self._draining.on = True
        try:
            while self._anything_due():
                with the_only_one(self.lock_file) as alone:
                    if not alone:
                        return done
                    began, before = monotonic(), done
                    while batch := self._do_one_batch(size):
                        done += batch
                        progress(batch)
                        took = monotonic() - began
                        size = next_size(size, took)
                        if took > GAP and self._anything_due():
                            self.pause(GAP)
                        began = monotonic()
                if done == before:
                    return done  # others are at what is left
        finally:
            self._draining.on = False
        return done

    def _after_commit(self, session: Session) -> None:
        if not session.info.pop("storybank_promised", False):
            return
        if self.called and self.mode == "thread":
            return  # whoever hears the call does it
        if self.mode == "thread":
            self.start()
            self._wake.set()
            self.errands.start()
            if self.apart is not None:
                self.apart.start()
        elif not getattr(self._draining, "on", False):
            self.drain()
            self.errands.drain()

    def _work(self) -> None:
        swept_at: float | None = None
        while True:
            try:
                if self.sweep and (swept_at is None or monotonic() - swept_at > SWEEP_EVERY):
                    with writing(self.sessions) as session:
                        self.sweep(session)
                    swept_at = monotonic()
                self.drain()
            except Exception as problem:  # a database that is away must not end the thread
                log.warning("jobs_not_drained", trouble=type(problem).__name__)
            self._wake.wait(timeout=5)
            self._wake.clear()

    def _anything_due(self) -> bool:
        with self.sessions() as session:
            return session.scalar(select(Job.id).where(*self._due()).limit(1)) is not None

    def _due(self) -> tuple[sa.ColumnElement[bool], ...]:
        others = [*self.errands.errands, *(self.apart.names if self.apart else ())]
        mine = Job.name.not_in(others)
        return (mine, Job.failed_at.is_(None), Job.run_after <= now())

    def _do_one_batch(self, size: int) -> int:
        with self.sessions() as session:
            begin_writing(session)
            first = session.scalar(
                select(Job)
                .where(*self._due())
                .order_by(Job.priority, Job.id)
                .limit(1)
                .with_for_update(skip_locked=True)
            )
            if first is None:
                return 0
            batch = session.scalars(
                select(Job)
                .where(*self._due(), Job.name == first.name, Job.priority == first.priority)
                .order_by(Job.id)
                .limit(size)
                .with_for_update(skip_locked=True)
            ).all()
            alone(session, [lock_of(job.name, job.args) for job in batch])
            ids = [job.id for job in batch]
            try:
                self.handlers[first.name](session, [job.args for job in batch])
                session.execute(sa.delete(Job).where(Job.id.in_(ids)))
                session.commit()
            except Exception as problem:
                session.rollback()
                put_off(self.sessions, ids, problem)
        return len(ids)


def next_size(size: int, took: float) -> int:
    """How many jobs to do in the next transaction, when ``size`` of them took so many seconds."""
    fitting = int(size * TURN / took) if took > 0 else BATCH
    return max(1, min(fitting, size * 2, BATCH))
