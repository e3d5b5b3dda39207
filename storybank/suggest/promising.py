"""Promises to learn anew: written down with each answer, kept together when there are some.

Each answer puts down a line of its own, so that no answer waits for another. Whoever learns takes
all there are: as soon as there are ``ENOUGH``, or when nothing came for ``QUIET``.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from storybank.jobs import queue

FIT = "suggest.fit"
"""The job's name: learn from all answers there are."""
ENOUGH = 10
QUIET = timedelta(seconds=40)
"""So that what was learnt from a last answer is there within a minute."""


def promise_fit(session: Session, at_once: bool = False) -> None:
    """Somebody answered, or coded, or the codebook changed: learn from it soon.

    ``at_once`` for what cannot wait, as after a stop.
    """
    queue.put(session, FIT, queue.FIRST if at_once else queue.LATER, at_once=at_once)
