"""Keeps one promise that was called for, on whichever machine heard the call.

The row of the promise is the truth: it is read with a lock, its work is done in the same
transaction, and it is deleted there. A call that comes twice, or late, finds nothing to do. What
fails is put off in its row, and with that called again later.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from time import monotonic
from typing import Any, Protocol

import sqlalchemy as sa
import structlog
from sqlalchemy import update
from sqlalchemy.orm import Session, sessionmaker

from storybank.clock import now
from storybank.db import begin_writing, writing
from storybank.jobs.calling import Calls
from storybank.jobs.errands import Errands
from storybank.jobs.keeping import MOST_ATTEMPTS, alone, put_off
from storybank.jobs.models import Job
from storybank.jobs.queues import deadline_of, lock_of

Handler = Callable[[Session, list[dict[str, Any]]], None]
LOOK_AGAIN = timedelta(seconds=10)
"""When to come again for what waits for a quiet moment."""
HUNG = 75
"""The code with which a worker ends itself that took too long over one promise."""
ENDED = "the worker ended"
"""The trouble with what ended each worker that began it."""

log = structlog.get_logger()


class Learner(Protocol):
    """Does by itself all that is due of its kind."""

    @property
    def names(self) -> Any: ...

    def drain(self) -> object: ...


class Keeper:
    """Keeps promises by their numbers. ``who`` is noted on what is begun."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        handlers: Mapping[str, Handler],
        errands: Errands,
        learner: Learner,
        calls: Calls,
        who: str,
    ) -> None:
        self.sessions, self.handlers, self.errands = sessions, handlers, errands
        self.learner, self.calls, self.who = learner, calls, who
        self._busy: dict[int, tuple[str, float]] = {}

    def keep(self, job_id: int) -> None:
        """Keep the promise of this number, where it still stands and is due."""
        name = self._begin(job_id)
        if name is None:
            return
        began = monotonic()
        mine = threading.get_ident()
        self._busy[mine] = name, began
        try:
            if name in self.learner.names:
                self.learner.drain()
                self._look_again(job_id)
            elif name in self.errands.errands:
                self.errands.run(job_id)
            else:
                self._keep(job_id)
        except Exception as problem:
            # The database may be away as well: then the call is given back, and comes again.
            put_off(self.sessions, [job_id], problem)
        finally:
            self._busy.pop(mine, None)
        log.info("promise_tried", job=name, ms=round((monotonic() - began) * 1000))

    def watch(self) -> None:
        """From now on end this process when a promise takes longer than it may: whoever started it
        starts it again, and the promise has one attempt more against it."""
        threading.Thread(target=self._watch, name="deadlines", daemon=True).start()

    def overdue(self) -> str | None:
        """The name of the work that takes longer than it may; None where none does."""
        for name, began in list(self._busy.values()):
            if monotonic() - began > deadline_of(name):
                return name
        return None

    def _watch(self) -> None:
        while True:
            threading.Event().wait(1.0)
            name = self.overdue()
            if name is not None:
                log.error("worker_hangs", job=name)
                os._exit(HUNG)

    def _begin(self, job_id: int) -> str | None:
        """Note that it is begun; None where it is not to be kept now.

        One that was begun and neither kept nor put off ended whoever was at it. That counts as an
        attempt, so that what ends every worker is given up, too. The learner counts for itself.
        """
        with writing(self.sessions) as session:
            job = session.get(Job, job_id, with_for_update=True)
            if job is None or job.failed_at is not None or job.waits(now()):
                return None
            values: dict[str, Any] = {"begun_at": now(), "begun_by": self.who[:100]}
            if job.begun_at is not None and job.name not in self.learner.names:
                values["attempts"] = job.attempts + 1
                if job.attempts + 1 >= MOST_ATTEMPTS:
                    values |= {"failed_at": now(), "trouble": ENDED}
            session.execute(
                update(Job)
                .where(Job.id == job_id)
                .values(**values)
                .execution_options(synchronize_session=False)
            )
            return None if "failed_at" in values else job.name

    def _keep(self, job_id: int) -> None:
        with self.sessions() as session:
            begin_writing(session)
            job = session.get(Job, job_id, with_for_update=True)
            if job is None or job.failed_at is not None:
                return
            alone(session, [lock_of(job.name, job.args)])
            self.handlers[job.name](session, [job.args])
            session.execute(sa.delete(Job).where(Job.id == job_id))
            session.commit()

    def _look_again(self, job_id: int) -> None:
        with writing(self.sessions) as session:
            job = session.get(Job, job_id)
            if job is not None and job.failed_at is None:
                job.begun_at = None
                self.calls.again(session, job, now() + LOOK_AGAIN)
