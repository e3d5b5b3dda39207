"""A program of the house says that it is there, and takes that back when it leaves.

Only on PostgreSQL, which several machines may reach; a house in one file knows who is in it. The
moments are the database's, so a machine whose clock is wrong is not thought away.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from storybank.config import node_name
from storybank.nodes.models import Node

EVERY = 15.0
"""Seconds between two notes."""
FORGOTTEN = timedelta(days=1)
"""A program that was not heard of for so long is no longer listed."""

LIVE = timedelta(seconds=60)
"""One that was heard of since then is there."""

log = structlog.get_logger()
_NOW = sa.func.timezone("utc", sa.func.clock_timestamp())


class Presence:
    """One program's row in the list of those that serve the house, or work in it."""

    def __init__(self, sessions: sessionmaker[Session], kind: str, head: str) -> None:
        """``kind`` says what it does: "serve", "work". ``head`` is the revision of the database
        that its release expects."""
        self.sessions, self.kind, self.head = sessions, kind, head
        self.name = f"{node_name()[:80]} {kind[:10]} {os.getpid()}"
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None

    def note(self, index_at: int | None = None) -> None:
        """Say that it is there now, and how far its own search index has followed."""
        with self.sessions() as session:
            if session.get_bind().dialect.name != "postgresql":
                return
            told = {"seen_at": _NOW, "head": self.head, "index_at": index_at}
            row = insert(Node).values(name=self.name, kind=self.kind, began_at=_NOW, **told)
            session.execute(row.on_conflict_do_update(index_elements=["name"], set_=told))
            session.execute(sa.delete(Node).where(Node.seen_at < _NOW - FORGOTTEN))
            session.commit()

    def start(
        self,
        index_at: Callable[[], int | None] = lambda: None,
        beside: Callable[[], object] = lambda: None,
    ) -> None:
        """Say so from now on until ``end``, in a thread of its own; and do each time what each
        node must do for itself."""
        with self.sessions() as session:
            if session.get_bind().dialect.name != "postgresql" or self._thread is not None:
                return

        def beat() -> None:
            while True:
                for act in (lambda: self.note(index_at()), beside):
                    try:
                        act()
                    except Exception as problem:  # a database that is away must not end the thread
                        log.warning("node_not_noted", trouble=type(problem).__name__)
                if self._ended.wait(EVERY):
                    return

        self._thread = threading.Thread(target=beat, name="presence", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """It leaves, as it should: nobody need wait until it is forgotten."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(timeout=5.0)
        with suppress(SQLAlchemyError), self.sessions() as session:
            if session.get_bind().dialect.name == "postgresql":
                session.execute(sa.delete(Node).where(Node.name == self.name))
                session.commit()


def others(session: Session) -> list[str]:
    """The programs that other machines than this one run in the house at this moment."""
    if session.get_bind().dialect.name != "postgresql":
        return []
    here = Node.name.startswith(f"{node_name()[:80]} ", autoescape=True)
    live = sa.select(Node.name).where(Node.seen_at > _NOW - LIVE, ~here).order_by(Node.name)
    return list(session.scalars(live))
