"""What becomes of decisions on a story that is deleted: they go."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank.agreement.models import Adjudication


def erase(session: Session, story_id: int) -> None:
    """Delete every decision between coders on a story."""
    session.execute(
        sa.delete(Adjudication).where(Adjudication.story_id == story_id),
        execution_options={"synchronize_session": False},
    )
