"""Who of the team read which story, and when: noted beside the page, never instead of it.

A reader must not wait for whoever writes, so readings are written down by a thread of their own
a moment later. A crash in that moment loses the note of it; files and prints are written in the
transaction that lets them out, as records of use, and lose nothing.
"""

from __future__ import annotations

import queue
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session, sessionmaker

from storybank.clock import now
from storybank.consent.models import AccessRecord
from storybank.consent.rules import Purpose, Use
from storybank.db import begin_writing

ONCE_IN = timedelta(minutes=10)
"""Pages of one story that one person opens in this time are one reading."""

_READ = "storybank_read"


@dataclass(frozen=True)
class Reading:
    """One account read one story for one purpose."""

    account_id: int
    story_id: int
    purpose: str


def note_reading(session: Session, use: Use, story_id: int) -> None:
    """Remember, until the request is answered, that a whole story was let out to somebody."""
    if use.actor.account_id is not None and use.purpose is not Purpose.OWN:
        reading = Reading(use.actor.account_id, story_id, use.purpose.value)
        session.info.setdefault(_READ, set()).add(reading)


def readings(session: Session) -> set[Reading]:
    """What was let out in this session since it was last asked."""
    found: set[Reading] = session.info.pop(_READ, set())
    return found


class AccessLog:
    """Writes readings down: at once, or with ``later`` by a thread of its own."""

    def __init__(self, sessions: sessionmaker[Session], later: bool) -> None:
        self._sessions = sessions
        self._later = later
        self._waiting: queue.SimpleQueue[tuple[datetime, str, Reading]] = queue.SimpleQueue()
        self._seen: dict[Reading, datetime] = {}
        self._lock = threading.Lock()
        self._woken = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, found: set[Reading], page: str) -> None:
        """Write down what one answer showed; ``page`` is the name of its view."""
        at = now()
        fresh = [reading for reading in found if self._is_new(reading, at)]
        for reading in fresh:
            self._waiting.put((at, page, reading))
        if fresh and not self._later:
            self.write()
        elif fresh:
            self._wake()

    def write(self) -> None:
        """Write down what waits."""
        with self._lock:
            rows = []
            while not self._waiting.empty():
                at, page, reading = self._waiting.get()
                rows.append(
                    {
                        "at": at,
                        "account_id": reading.account_id,
                        "story_id": reading.story_id,
                        "purpose": reading.purpose,
                        "what": "read",
                        "page": page[:60],
                    }
                )
            if rows:
                with self._sessions() as session:
                    begin_writing(session)
                    session.execute(sa.insert(AccessRecord), rows)
                    session.commit()

    def _is_new(self, reading: Reading, at: datetime) -> bool:
        last = self._seen.get(reading)
        if last is not None and timedelta() <= at - last < ONCE_IN:
            return False
        if len(self._seen) > 10_000:
            self._seen.clear()
        self._seen[reading] = at
        return True

    def _wake(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._write_on, daemon=True, name="access log")
            self._thread.start()
        self._woken.set()

    def _write_on(self) -> None:
        while True:
            self._woken.wait()
            self._woken.clear()
            try:
                self.write()
            except sa.exc.SQLAlchemyError:
                # The rows of this turn are lost and said to be: the reader was not kept waiting.
                structlog.get_logger().error("readings were not written down")
