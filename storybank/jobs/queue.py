"""Writing promises down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from storybank import events
from storybank.clock import now
from storybank.jobs.models import Job

FIRST, SOON, LATER = 0, 5, 9
"""Priorities: stops go first, letters last."""

Promise = tuple[str, int, dict[str, Any]]
Promises = Mapping[type[events.Event], Callable[[events.Event], Promise | list[Promise]]]
"""Which jobs follow from what happened."""


def put(session: Session, name: str, priority: int = SOON, **args: Any) -> None:
    """Promise a job in this transaction: it exists if, and only if, the act commits."""
    moment = now()
    session.add(
        Job(name=name, priority=priority, args=args, made_at=moment, run_after=moment, attempts=0)
    )
    session.info["storybank_promised"] = True


def waiting(session: Session) -> int:
    """How many promises wait to be kept, without letters and those that were given up."""
    count = session.scalar(
        sa.select(sa.func.count())
        .select_from(Job)
        .where(Job.failed_at.is_(None), Job.priority < LATER)
    )
    return count or 0


def turn_events_into_jobs(sessions: sessionmaker[Session], promises: Promises) -> None:
    """Just before a commit, write the jobs that follow from what happened."""

    def before_commit(session: Session) -> None:
        waiting = events.collect(session)
        for happening in waiting:
            promised = promises[type(happening)](happening)
            for name, priority, args in promised if isinstance(promised, list) else [promised]:
                put(session, name, priority, **args)
        if waiting:
            session.flush()

    def after_rollback(session: Session, ended: SessionTransaction) -> None:
        # What was undone in part still promises the rest: a job too many does no harm.
        if ended.parent is None:
            session.info.pop(events.WAITING, None)
            session.info.pop("storybank_promised", None)

    sa.event.listen(sessions, "before_commit", before_commit)
    sa.event.listen(sessions, "after_soft_rollback", after_rollback)
