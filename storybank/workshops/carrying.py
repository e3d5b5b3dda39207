"""Cards follow their words into a corrected version of a story, or leave their pack."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.stories.mending import Edit
from storybank.workshops.models import PackItem
from storybank.workshops.rules import CHANGED


def carry(session: Session, story_id: int, old: int, new: int, edit: Edit) -> None:
    """Move places in packs; one that meets the sentence which was changed is pulled."""
    on_old = select(PackItem).where(PackItem.story_id == story_id, PackItem.version == old)
    for item in session.scalars(on_old):
        place = edit.moved(item.start, item.end)
        if place is not None:
            item.version, (item.start, item.end) = new, place
        elif item.pulled_at is None or item.pulled_because != CHANGED:
            item.pulled_at, item.pulled_because = item.pulled_at or now(), CHANGED
    session.flush()
