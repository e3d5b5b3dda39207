"""How far the machine is with learning and suggesting, for pages and commands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.jobs.models import Job
from storybank.suggest.promising import FIT, READ, RENEW


class Doing(StrEnum):
    FITTING = "fitting"
    SUGGESTING = "suggesting"
    IDLE = "idle"


@dataclass(frozen=True)
class Progress:
    """``done`` of ``of`` stories were read for suggestions; ``since`` when it began."""

    doing: Doing
    done: int = 0
    of: int = 0
    since: datetime | None = None


def state(session: Session) -> Progress:
    """What the worker is at. One that was killed is said to be at it until the next has begun."""
    rows = session.execute(
        select(Job.name, Job.args)
        .where(Job.name.in_((FIT, READ, RENEW)), Job.failed_at.is_(None))
        .order_by(Job.id)
    ).all()
    begun = [(name, args) for name, args in rows if "begun" in args]
    for name, args in begun:
        if name == FIT:
            return Progress(Doing.FITTING, since=datetime.fromisoformat(args["begun"]))
    for name, args in begun:
        if name == READ:
            since = datetime.fromisoformat(args["begun"])
            return Progress(Doing.SUGGESTING, 0, len(args["story_ids"]), since)
    for name, args in rows:
        if name == RENEW and "since" in args:
            since = datetime.fromisoformat(args["since"])
            return Progress(Doing.SUGGESTING, args["done"], args["of"], since)
    return Progress(Doing.IDLE)
