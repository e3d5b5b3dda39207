"""The table of acts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class Act(Base):
    """One thing a person did that can be undone. Whatever its kind needs for that is in
    ``detail``: numbers, and words of the team; never a storyteller's."""

    __tablename__ = "act"
    __table_args__ = (sa.Index("ix_act_account_id_undone_at", "account_id", "undone_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(sa.String(30))
    story_id: Mapped[int | None] = mapped_column(sa.ForeignKey("story.id"), index=True)
    """Where it was done in one story: it goes when the story does."""
    suggestion_id: Mapped[int | None] = mapped_column(sa.ForeignKey("suggestion.id"), index=True)
    detail: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    over: Mapped[bool] = mapped_column(default=False)
    """It was undone, and something new was done after: it cannot be done again."""
