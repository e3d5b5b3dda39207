"""What becomes of cards from a story that is deleted: they leave every pack for good."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank.workshops.models import FrozenItem, PackItem


def erase(session: Session, story_id: int) -> None:
    """Delete a story's places from every pack, also those that left it before.

    The records of use stay: they say who is to be told.
    """
    for table in (FrozenItem, PackItem):
        session.execute(
            sa.delete(table).where(table.story_id == story_id),
            execution_options={"synchronize_session": False},
        )
    session.expire_all()
