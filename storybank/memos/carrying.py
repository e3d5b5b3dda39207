"""Memos follow their words into a corrected version of a story."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.memos.models import Memo
from storybank.stories.mending import Edit


def carry(session: Session, story_id: int, old: int, new: int, edit: Edit) -> int:
    """Move memos from one version to the next; how many stood on words that were changed.

    Those stay, on all of the new words, and say that the words were corrected since.
    """
    changed = 0
    on_old = select(Memo).where(Memo.story_id == story_id, Memo.version == old)
    for memo in session.scalars(on_old):
        if memo.start is None or memo.end is None:
            continue
        if edit.moved(memo.start, memo.end) is None:
            memo.corrected_at = now()
            changed += 1
        memo.version, (memo.start, memo.end) = new, edit.widened(memo.start, memo.end)
    session.flush()
    return changed
