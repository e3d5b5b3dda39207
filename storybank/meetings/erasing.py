"""What becomes of live questions about a story that is deleted: they ask about no passage."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.meetings.models import Prompt
from storybank.workshops.models import PackItem


def erase(session: Session, story_id: int) -> None:
    """Let go of a story's passages. Called before its places leave the packs."""
    gone = select(PackItem.id).where(PackItem.story_id == story_id)
    session.execute(
        sa.update(Prompt).where(Prompt.pack_item_id.in_(gone)).values(pack_item_id=None),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()
