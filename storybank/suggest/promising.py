"""Promises to learn and to suggest anew. Whoever keeps them is ``working``.

Each answer puts down a line of its own, so that no answer waits for another. Whoever learns takes
all there are: as soon as there are ``ENOUGH``, or when nothing came for ``QUIET``.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.jobs import queue
from storybank.jobs.models import Job

FIT = "suggest.fit"
"""The job's name: learn from all answers there are."""
READ = "suggest.read"
"""Suggest anew for some stories: ``story_ids``."""
RENEW = "suggest.renew"
"""Suggest anew for all stories, some at a time: ``after`` is the last that was read."""
NAMES = (FIT, READ, RENEW)

ENOUGH = 10
QUIET = timedelta(seconds=40)
"""So that what was learnt from a last answer is there within a minute."""


def promise_fit(session: Session, at_once: bool = False) -> None:
    """Somebody answered, or coded, or the codebook changed: learn from it soon.

    ``at_once`` for what cannot wait, as after a stop.
    """
    queue.put(session, FIT, queue.FIRST if at_once else queue.LATER)


def promise_reading(session: Session, story_ids: Collection[int]) -> None:
    """Suggest anew for these stories, as far as that is allowed then."""
    if story_ids:
        queue.put(session, READ, queue.LATER, story_ids=sorted(story_ids))


def promise_renewal(session: Session) -> None:
    """Suggest anew for every story. A round that is under way is begun again."""
    session.execute(sa.delete(Job).where(Job.name == RENEW))
    queue.put(session, RENEW, queue.LATER, after=0, done=0)


def fit_is_due(session: Session, at_once: bool = False) -> bool:
    """Is there enough to learn from, or was it quiet for long enough? ``at_once`` waits for
    neither."""
    mine = (Job.name == FIT, Job.failed_at.is_(None), Job.run_after <= now())
    many, last, first = session.execute(
        select(sa.func.count(), sa.func.max(Job.made_at), sa.func.min(Job.priority)).where(*mine)
    ).one()
    if not many:
        return False
    return bool(at_once or many >= ENOUGH or first == queue.FIRST or last <= now() - QUIET)
