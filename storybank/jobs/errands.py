"""Errands: promised work that waits for other machines, done while no transaction is open.

A handler of the runner works inside the transaction that keeps its promise, and everybody else
who wants to write waits for it. An errand must not do that: it is read, done with nothing held,
and only then crossed out. Killed in between, it is done again, so doing it twice must be harmless.
Errands have a thread and a lock of their own: a slow machine elsewhere delays no stop.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, sessionmaker

from storybank.clock import now
from storybank.db import writing
from storybank.jobs.keeping import HouseLock, put_off, the_only_one
from storybank.jobs.models import Job

Errand = Callable[[dict[str, Any]], datetime | None]
"""Does one job with no transaction open; says when to come again, or None when all is done."""

log = structlog.get_logger()


class Errands:
    """Runs errands one after the other, one runner at a time for each data folder."""

    def __init__(
        self, sessions: sessionmaker[Session], errands: Mapping[str, Errand], lock_file: Path
    ) -> None:
        self.sessions = sessions
        self.errands = errands
        self.lock_file = lock_file
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to run errands in a thread of this process, and look at once for new ones."""
        self._wake.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="errands", daemon=True)
            self._thread.start()

    def drain(self) -> int:
        """Run every errand that is due; how many were run. 0 where another process runs them."""
        done = 0
        while self._first_due() is not None:
            with the_only_one(self.lock_file) as alone:
                if not alone:
                    return done
                while (job := self._first_due()) is not None:
                    self._run(job)
                    done += 1
        return done

    def _work(self) -> None:
        while True:
            try:
                self.drain()
            except Exception as problem:  # a database that is away must not end the thread
                log.warning("errands_not_run", trouble=type(problem).__name__)
            self._wake.wait(timeout=5)
            self._wake.clear()

    def _first_due(self) -> Job | None:
        with self.sessions() as session:
            return session.scalar(
                select(Job)
                .where(
                    Job.name.in_(list(self.errands)),
                    Job.failed_at.is_(None),
                    Job.run_after <= now(),
                )
                .order_by(Job.priority, Job.id)
                .limit(1)
            )

    def run(self, job_id: int) -> None:
        """Run one errand that was called for, unless somebody else is at it."""
        with self.sessions() as session:
            job = session.get(Job, job_id)
            session.expunge_all()
            engine = session.get_bind().engine
        if job is not None:
            with the_only_one(HouseLock(engine, f"errand {job_id}")) as alone:
                if alone:
                    self._run(job)

    def _run(self, job: Job) -> None:
        try:
            again = self.errands[job.name](job.args)
        except Exception as problem:
            put_off(self.sessions, [job.id], problem)
            return
        with writing(self.sessions) as session:
            if again is None:
                session.execute(delete(Job).where(Job.id == job.id))
            else:
                there = session.get(Job, job.id, with_for_update=True)
                if there is not None:
                    there.begun_at = None
                    there.run_after = max(again, now() + timedelta(seconds=1))
