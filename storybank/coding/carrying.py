"""Codings follow their words into a corrected version of a story."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.coding.check_models import CodingLost
from storybank.coding.models import Coding
from storybank.stories.mending import Edit


def carry(session: Session, story_id: int, old: int, new: int, edit: Edit) -> int:
    """Move codings from one version to the next; how many were taken off.

    The words of those that move are the same, letter for letter. One that meets the sentence
    which was changed is taken off, and kept as one that was lost.
    """
    gone = 0
    on_old = select(Coding).where(Coding.story_id == story_id, Coding.version == old)
    for coding in session.scalars(on_old):
        place = edit.moved(coding.start, coding.end)
        if place is not None:
            coding.version, (coding.start, coding.end) = new, place
        elif coding.removed_at is None:
            coding.removed_at = now()
            session.add(CodingLost(coding_id=coding.id, at=now()))
            gone += 1
    session.flush()
    return gone
