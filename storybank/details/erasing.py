"""What becomes of details of a story that is deleted: all go, with who looked and who opened."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank.details.models import (
    Detail,
    DetailsCheck,
    DetailsLook,
    OriginalOpened,
    ReplacedDetail,
)


def erase(session: Session, story_id: int) -> None:
    """Delete every place kept of a story. The sealed words go with its other words."""
    for table in (Detail, DetailsLook, DetailsCheck, ReplacedDetail, OriginalOpened):
        session.execute(
            sa.delete(table).where(table.story_id == story_id),
            execution_options={"synchronize_session": False},
        )
    session.expire_all()
