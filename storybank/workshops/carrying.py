"""Cards follow their words into a corrected version of a story, or leave their pack."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.stories.mending import Edit
from storybank.workshops.models import FrozenItem, PackItem
from storybank.workshops.rules import CHANGED


def carry(session: Session, story_id: int, old: int, new: int, edit: Edit) -> None:
    """Move places in packs; one that meets the sentence which was changed is pulled."""
    on_old = select(PackItem).where(PackItem.story_id == story_id, PackItem.version == old)
    for item in session.scalars(on_old):
        place = edit.moved(item.start, item.end)
        if place is not None:
            _move(item, new, place, edit)
        elif item.pulled_at is None or item.pulled_because != CHANGED:
            item.pulled_at, item.pulled_because = item.pulled_at or now(), CHANGED
    frozen = select(FrozenItem).where(FrozenItem.story_id == story_id, FrozenItem.version == old)
    for one in session.scalars(frozen):
        # One whose words changed stays as it was: its card has left the pack, so it is not shown.
        if (place := edit.moved(one.start, one.end)) is not None:
            _move(one, new, place, edit)
    session.flush()


def _move(item: PackItem | FrozenItem, new: int, place: tuple[int, int], edit: Edit) -> None:
    item.version, (item.start, item.end) = new, place
    if item.kept:
        parts = [edit.moved(*part) for part in item.kept]
        item.kept = [list(part) for part in parts if part is not None]
