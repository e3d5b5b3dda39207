"""Work that a program of its own does, so that this process need not load what it takes.

Where the house is served, a thread looks whether there is such work and starts the program, which
does it and ends when there was none for a while. Elsewhere the work is done here, when drained.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Collection, Mapping, Sequence
from time import monotonic
from typing import Protocol

import structlog

LOOK_EVERY = 5.0
"""Seconds between two looks."""
SHORTEST, LONGEST = 5.0, 300.0
"""Seconds until a program that failed is started again; twice as long each time."""
PARENT = "STORYBANK_PARENT"
"""Tells the program whose child it is: it ends when that one has."""

log = structlog.get_logger()


class Work(Protocol):
    """What is to be done, and whether there is any."""

    @property
    def names(self) -> Collection[str]: ...

    def due(self) -> bool: ...

    def drain(self) -> int: ...


class Apart:
    """Has ``command`` do the work that is due, one at a time."""

    def __init__(
        self, work: Work, command: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        self.work, self.command, self.environment = work, command, dict(environment or {})
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def names(self) -> Collection[str]:
        return self.work.names

    def drain(self) -> int:
        """Do it here and now, in this process."""
        return self.work.drain()

    def start(self) -> None:
        """Look at once whether there is work, and from now on from time to time."""
        self._wake.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="apart", daemon=True)
            self._thread.start()

    def _watch(self) -> None:
        pause, rest_until = SHORTEST, 0.0
        while True:
            try:
                if monotonic() >= rest_until and self.work.due():
                    went_well = self._run()
                    pause = SHORTEST if went_well else min(LONGEST, 2 * pause)
                    rest_until = 0.0 if went_well else monotonic() + pause
            except Exception as problem:  # a database that is away must not end the thread
                log.warning("apart_not_run", trouble=type(problem).__name__)
            self._wake.wait(timeout=LOOK_EVERY)
            self._wake.clear()

    def _run(self) -> bool:
        """Run the program to its end; whether it ended well."""
        ended = subprocess.run(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **self.environment, PARENT: str(os.getpid())},
            check=False,
        )
        if ended.returncode:
            log.warning("apart_failed", code=ended.returncode)
        return ended.returncode == 0


class Elsewhere:
    """A learner for whoever hears calls: the program of its own is woken, and nobody waits."""

    def __init__(self, apart: Apart) -> None:
        self.apart = apart

    @property
    def names(self) -> Collection[str]:
        return self.apart.names

    def drain(self) -> None:
        self.apart.start()


def end_with_parent() -> None:
    """In the program: end at once, whatever it is doing, when whoever started it is gone."""
    parent = os.environ.get(PARENT, "")
    if parent.isdigit():
        threading.Thread(target=_watch_parent, args=(int(parent),), daemon=True).start()


def _watch_parent(parent: int) -> None:
    while os.getppid() == parent:
        threading.Event().wait(1.0)
    os._exit(0)


def program(*arguments: str) -> list[str]:
    """The house's own command as a program."""
    start = "from storybank.cli import main; main()"
    return [sys.executable, "-P", "-c", start, *arguments]
