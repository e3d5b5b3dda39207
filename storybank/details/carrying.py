"""Places of details follow their words into a new version of a story."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.details.models import Detail, ReplacedDetail
from storybank.stories.mending import Edit

Carry = Callable[[Session, int, int, int, Edit], object]
"""Moves what a room keeps of a story from one version to the next: session, story id, the old
version, the new one, and the edit."""


def carry(session: Session, story_id: int, old: int, new: int, edit: Edit) -> None:
    """Move mentions and what was replaced; those whose words were changed are gone with them.

    A person's sign-off does not follow: they did not see the new words.
    """
    mentions = select(Detail).where(Detail.story_id == story_id, Detail.version == old)
    marks = select(ReplacedDetail).where(
        ReplacedDetail.story_id == story_id, ReplacedDetail.version == old
    )
    for one in (*session.scalars(mentions), *session.scalars(marks)):
        place = edit.found(one.start, one.end)
        if place is None:
            session.delete(one)
        else:
            one.version, (one.start, one.end) = new, place
    session.flush()
