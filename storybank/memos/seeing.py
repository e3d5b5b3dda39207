"""Which memos somebody may see: those that stand, about what their use allows, and not those
that others wrote on a story which they are still to code blind. Every list and count asks this."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from storybank.coding.seeing import blind
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.memos.models import Memo


def seen(use: Use, memo: Any = Memo) -> sa.ColumnElement[bool]:
    """A clause that holds for memos this use may see; ``memo`` is the table or an alias."""
    return sa.and_(memo.removed_at.is_(None), allowed(use, memo))


def allowed(use: Use, memo: Any = Memo) -> sa.ColumnElement[bool]:
    """The same, for those that were taken away too. An answer is about what its memo is about."""
    # Where there is no place there is nothing that could meet a part kept back: for a memo on
    # the whole story this asks of the whole story.
    return sa.or_(
        memo.story_id.is_(None),
        sa.and_(permits(use, memo.story_id, memo), unveiled(use, memo)),
    )


def unveiled(use: Use, memo: Any = Memo) -> sa.ColumnElement[bool]:
    """A clause that holds for memos that are one's own, or on stories one has not still to code
    blind. Building it costs less than ``allowed``, whose other half it is."""
    if use.actor.account_id is None:
        return sa.true()
    return sa.or_(memo.account_id == use.actor.account_id, ~blind(use, memo.story_id))
