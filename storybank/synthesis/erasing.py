"""What becomes of a deleted story's passages in clusters and as evidence: they are gone."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.synthesis.models import ClusterItem, Evidence
from storybank.workshops.models import PackItem


def erase(session: Session, story_id: int) -> None:
    """Delete a story's places from every collective answer. Called before they leave the packs."""
    gone = select(PackItem.id).where(PackItem.story_id == story_id)
    for table in (ClusterItem, Evidence):
        session.execute(
            sa.delete(table).where(table.pack_item_id.in_(gone)),
            execution_options={"synchronize_session": False},
        )
    session.expire_all()
