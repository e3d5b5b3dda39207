"""Which programs serve the house or work in it, and what they are at, on whichever machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.jobs.models import Job
from storybank.nodes.models import Node
from storybank.receiving.models import Intake, IntakeItem
from storybank.receiving.rules import Outcome, Stage

SILENT = timedelta(seconds=60)
"""A program that was not heard of for so long is said to be away."""
MOST = 50
"""How many of each a page lists."""


@dataclass(frozen=True)
class Machine:
    """A program of the house, as it last noted itself."""

    name: str
    """The machine, what it does there, its number: "web-1 serve 4711"."""
    kind: str
    began_at: datetime
    silent: float
    """Seconds since it was last heard of."""
    head: str
    """The revision of the database that its release expects."""
    index_at: int | None

    @property
    def away(self) -> bool:
        return self.silent > SILENT.total_seconds()


def machines(session: Session, at: datetime | None = None) -> list[Machine]:
    """Every program that noted itself, by name. A house on SQLite has none."""
    at = at or now()
    return [
        Machine(node.name, node.kind, node.began_at, max(0.0, (at - node.seen_at).total_seconds()),
                node.head, node.index_at)
        for node in session.scalars(select(Node).order_by(Node.name))
    ]  # fmt: skip


def being_done(session: Session) -> Sequence[Job]:
    """Work that somebody is at, what was begun first before the rest; at most ``MOST``."""
    begun = sa.and_(Job.begun_at.is_not(None), Job.failed_at.is_(None))
    return session.scalars(select(Job).where(begun).order_by(Job.begun_at).limit(MOST)).all()


@dataclass(frozen=True)
class Coming:
    """Files that are coming in: how many of them are settled."""

    intake_id: int
    stage: Stage
    settled: int
    of: int


def coming_in(session: Session) -> list[Coming]:
    """Every intake that is not done, the oldest first; at most ``MOST``."""
    ended = (Stage.DONE.value, Stage.UNDONE.value)
    open_still = (Outcome.WAITING.value, Outcome.READY.value, Outcome.ASKED.value)
    settled = sa.func.sum(sa.case((IntakeItem.status.in_(open_still), 0), else_=1))
    rows = session.execute(
        select(Intake.id, Intake.status, settled, sa.func.count(IntakeItem.id))
        .join(IntakeItem, IntakeItem.intake_id == Intake.id)
        .where(Intake.status.not_in(ended))
        .group_by(Intake.id, Intake.status)
        .order_by(Intake.id)
        .limit(MOST)
    )
    return [Coming(number, Stage(stage), done or 0, of) for number, stage, done, of in rows]
