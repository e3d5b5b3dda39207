"""Decisions follow their words into a corrected version of a story."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.agreement.models import Adjudication
from storybank.clock import now
from storybank.stories.mending import Edit


def carry(session: Session, story_id: int, old: int, new: int, edit: Edit) -> None:
    """Move decisions from one version to the next. One about words that were changed does not
    stand any more; it stays written down where it was."""
    on_old = select(Adjudication).where(
        Adjudication.story_id == story_id, Adjudication.version == old
    )
    for one in session.scalars(on_old):
        place = edit.moved(one.start, one.end)
        if place is not None:
            one.version, (one.start, one.end) = new, place
        elif one.taken_back_at is None:
            one.taken_back_at = now()
    session.flush()
