"""Passages that show what a code means follow their words into a corrected version."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook.models import CodeExample
from storybank.stories.mending import Edit


def carry(session: Session, story_id: int, old: int, new: int, edit: Edit) -> int:
    """Move examples from one version to the next; how many went, as their words were changed."""
    gone = 0
    on_old = select(CodeExample).where(CodeExample.story_id == story_id, CodeExample.version == old)
    for example in session.scalars(on_old):
        place = edit.moved(example.start, example.end)
        if place is not None:
            example.version, (example.start, example.end) = new, place
        elif example.removed_at is None:
            example.removed_at = now()
            gone += 1
    session.flush()
    return gone
