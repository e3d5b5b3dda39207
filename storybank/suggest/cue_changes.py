"""When cue phrases change, every story is read for them again: some at a time, as a job."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook.changing import CUES_CHANGED
from storybank.jobs import queue
from storybank.stories.models import Story
from storybank.suggest.derivative import Suggestions

AT_A_TIME = 200
"""How many stories are read in one transaction."""


def read_again(session: Session, jobs: list[dict[str, Any]]) -> None:
    """Suggest anew for the next stories, and promise the rest. Several changes become one round:
    where one is under way, it begins again."""
    after = min(job.get("after", 0) for job in jobs)
    ids = session.scalars(
        select(Story.id).where(Story.id > after).order_by(Story.id).limit(AT_A_TIME)
    ).all()
    Suggestions().reconcile(session, ids)
    if len(ids) == AT_A_TIME:
        queue.put(session, CUES_CHANGED, queue.SOON, after=ids[-1])
