"""Promised work: what waits, since when, and what was given up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.errors import NotFound
from storybank.jobs import queue
from storybank.jobs.models import Job

MOST = 100
"""How much given up work a page lists."""


@dataclass(frozen=True)
class Kind:
    """Work of one kind."""

    name: str
    waiting: int
    """Not done yet, whether it is due now or later."""
    oldest: float
    """Seconds that the oldest of what is due has waited; 0 where nothing is due."""
    given_up: int


def kinds(session: Session, at: datetime | None = None) -> list[Kind]:
    """Each kind of work that waits or was given up, by its name."""
    at = at or now()
    stands = Job.failed_at.is_(None)
    rows = session.execute(
        select(
            Job.name,
            sa.func.sum(sa.case((stands, 1), else_=0)),
            sa.func.min(sa.case((sa.and_(stands, Job.run_after <= at), Job.made_at))),
            sa.func.sum(sa.case((stands, 0), else_=1)),
        )
        .group_by(Job.name)
        .order_by(Job.name)
    )
    return [
        Kind(name, waiting, max(0.0, (at - since).total_seconds()) if since else 0.0, given_up)
        for name, waiting, since, given_up in rows
    ]


def stops_waiting(session: Session) -> int:
    """How many stops are true already, while copies made before are still to be cleaned."""
    first = Job.priority == queue.FIRST
    return session.scalar(select(sa.func.count()).where(first, Job.failed_at.is_(None))) or 0


def oldest_stop(session: Session, at: datetime | None = None) -> float:
    """Seconds since the oldest stop whose copies are still to be cleaned; 0 where there is none."""
    first = select(sa.func.min(Job.made_at)).where(
        Job.priority == queue.FIRST, Job.failed_at.is_(None)
    )
    since = session.scalar(first)
    return max(0.0, ((at or now()) - since).total_seconds()) if since else 0.0


def given_up(session: Session) -> Sequence[Job]:
    """Work that failed too often, the latest first; at most ``MOST``."""
    failed = Job.failed_at.is_not(None)
    return session.scalars(
        select(Job).where(failed).order_by(Job.failed_at.desc(), Job.id).limit(MOST)
    ).all()


def again(session: Session, job_id: int) -> Job:
    """Promise given up work once more, to be done at once. Twice is as good as once.

    Raises NotFound where it is not there any more.
    """
    job = session.get(Job, job_id, with_for_update=True)
    if job is None:
        raise NotFound("That work is not there any more. It may have been done.")
    if job.failed_at is not None:
        job.failed_at, job.attempts, job.run_after = None, 0, now()
        session.info["storybank_promised"] = True
        session.flush()
    return job
