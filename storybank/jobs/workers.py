"""Workers: programs, or threads of a web server, that hear calls and keep promises."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from time import monotonic

import structlog
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker

from storybank.db import writing
from storybank.jobs.calling import Calls, Listening, quiet, schema_of
from storybank.jobs.keeper import Keeper
from storybank.jobs.keeping import HouseLock, the_only_one
from storybank.jobs.queues import ALL, SLOW, queues_heard

SHORTEST, LONGEST = 1.0, 15.0
"""Seconds until a worker that lost the database tries again; twice as long each time."""
SWEEP_EVERY, LOST_EVERY = 600.0, 30.0
"""Seconds between two looks for stray copies, and for promises without a call."""

PATIENCE = 5.0
"""Seconds that a process which leaves waits for the promise its own thread is at."""

log = structlog.get_logger()


class Workers:
    """One worker of a house on PostgreSQL."""

    def __init__(
        self,
        engine: Engine,
        sessions: sessionmaker[Session],
        calls: Calls,
        keeper: Keeper,
        sweep: Callable[[Session], None],
    ) -> None:
        self.engine, self.sessions, self.calls = engine, sessions, calls
        self.keeper, self.sweep = keeper, sweep
        self._thread: threading.Thread | None = None
        self._over = threading.Event()
        self._listening: dict[int, Listening] = {}

    def start(self) -> None:
        """Work in a thread of this process, for a house of which no program of its own works."""
        if self._thread is None:
            self._thread = threading.Thread(
                target=self.work, args=([ALL], False), name="worker", daemon=True
            )
            self._thread.start()

    def work(self, queues: Sequence[str], signals: bool = True, once: bool = False) -> None:
        """Hear calls of these queues until told to stop; ``once`` ends when nothing is left.

        A database that is away is waited for.
        """
        quiet()
        looking = threading.Thread(target=self._look_after, name="looking after", daemon=True)
        looking.start()
        named = queues_heard(queues)
        slow = threading.Thread(
            target=self._hear, args=([f"{name}{SLOW}" for name in named], False, once),
            name="errands", daemon=True,
        )  # fmt: skip
        slow.start()
        try:
            self._hear(named, signals, once)
        finally:
            if not once:
                self.stop()
            slow.join()
            self._over.set()

    def _hear(self, queues: Sequence[str], signals: bool, once: bool) -> None:
        pause = SHORTEST
        while not self._over.is_set():
            began = monotonic()
            try:
                self.calls.prepare(self.engine)
                with self.engine.connect() as connection:
                    schema = schema_of(connection)
                listening = Listening(self.calls.url, schema, queues, self.keeper.keep)
                self._listening[threading.get_ident()] = listening
                if not self._over.is_set():
                    listening.run(signals, wait=not once)
                return
            except Exception as problem:  # a database that is away must not end a worker
                log.warning("worker_not_heard", trouble=type(problem).__name__)
                pause = SHORTEST if monotonic() - began > LONGEST else min(LONGEST, 2 * pause)
                # Not all at the same moment, when a server comes back.
                self._over.wait(pause * random.uniform(0.5, 1.0))

    def stop(self) -> None:
        """End after the promise at hand."""
        self._over.set()
        for listening in list(self._listening.values()):
            listening.stop()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(timeout=PATIENCE)

    def look_after(self, sweep: bool = True) -> None:
        """Promise what nobody promised, and call again for promises that lost their call. One
        worker in the house does so at a time."""
        with the_only_one(HouseLock(self.engine, "looking after")) as alone:
            if alone:
                with writing(self.sessions) as session:
                    if sweep:
                        self.sweep(session)
                    self.calls.uncalled(session)

    def _look_after(self) -> None:
        swept: float | None = None
        while not self._over.is_set():
            due = swept is None or monotonic() - swept > SWEEP_EVERY
            try:
                self.look_after(due)
                swept = monotonic() if due else swept
            except Exception as problem:
                log.warning("not_looked_after", trouble=type(problem).__name__)
            self._over.wait(LOST_EVERY * random.uniform(0.7, 1.3))
