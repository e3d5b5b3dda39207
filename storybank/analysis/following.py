"""Framework matrices follow a code that was merged into another."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.analysis.models import Framework, FrameworkSummary


class FrameworksFollow:
    """The old code's column becomes the new one's, with what was written in it. A matrix that has
    a column for each keeps both, so that nothing written is lost."""

    def follow(self, session: Session, old: int, new: int) -> list[Any]:
        return [
            one.id for one in session.scalars(select(Framework)) if _turn(session, one, old, new)
        ]

    def back(self, session: Session, old: int, new: int, moved: list[Any]) -> None:
        for one in session.scalars(select(Framework).where(Framework.id.in_(moved))):
            _turn(session, one, new, old)


def _turn(session: Session, framework: Framework, was: int, now: int) -> bool:
    if was not in framework.code_ids or now in framework.code_ids:
        return False
    framework.code_ids = [now if one == was else one for one in framework.code_ids]
    written = sa.exists().where(
        FrameworkSummary.framework_id == framework.id, FrameworkSummary.code_id == now
    )
    if not session.scalar(select(written)):
        session.execute(
            sa.update(FrameworkSummary)
            .where(FrameworkSummary.framework_id == framework.id, FrameworkSummary.code_id == was)
            .values(code_id=now),
            execution_options={"synchronize_session": False},
        )
    session.flush()
    return True
