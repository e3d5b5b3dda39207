"""Tables of deciding between coders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class Adjudication(Base):
    """Two coders differed on a passage, and somebody decided. Both codings stay as they were."""

    __tablename__ = "adjudication"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int | None] = mapped_column(sa.ForeignKey("coding_round.id"), index=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    version: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    code_id: Mapped[int] = mapped_column(sa.ForeignKey("code.id"))
    applies: Mapped[bool]
    """The code belongs on this passage; else it does not."""
    why: Mapped[str] = mapped_column(sa.Text)
    coding_ids: Mapped[list[Any]] = mapped_column(sa.JSON)
    """The codings that differed, each coder's."""
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime]
    taken_back_at: Mapped[datetime | None]
