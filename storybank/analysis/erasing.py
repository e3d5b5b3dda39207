"""What becomes of what was written about a story that is deleted: it goes."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank.analysis.models import FrameworkSummary


def erase(session: Session, story_id: int) -> None:
    """Delete every summary on a story, in whichever matrix."""
    session.execute(
        sa.delete(FrameworkSummary).where(FrameworkSummary.story_id == story_id),
        execution_options={"synchronize_session": False},
    )
