"""Which memos somebody may see: those that stand, about what their use allows, and not those
that others wrote on a story which they are still to code blind. Every list and count asks this."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from storybank.coding.seeing import blind
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.memos.models import Memo
from storybank.memos.rules import Kind


def seen(use: Use, memo: Any = Memo) -> sa.ColumnElement[bool]:
    """A clause that holds for memos this use may see; ``memo`` is the table or an alias."""
    return sa.and_(memo.removed_at.is_(None), allowed(use, memo))


def allowed(use: Use, memo: Any = Memo) -> sa.ColumnElement[bool]:
    """The same, for those that were taken away too. An answer is about what its memo is about."""
    on_story = [memo.kind == Kind.STORY.value, permits(use, memo.story_id)]
    on_passage = [memo.kind == Kind.PASSAGE.value, permits(use, memo.story_id, memo)]
    return sa.or_(
        memo.story_id.is_(None),
        sa.and_(sa.or_(sa.and_(*on_story), sa.and_(*on_passage)), _unveiled(use, memo)),
    )


def _unveiled(use: Use, memo: Any) -> sa.ColumnElement[bool]:
    if use.actor.account_id is None:
        return sa.true()
    return sa.or_(memo.account_id == use.actor.account_id, ~blind(use, memo.story_id))
