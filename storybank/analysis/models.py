"""Tables of analysis: questions worth asking again, and what was made of the answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class SavedQuery(Base):
    """A query line with a name. It is asked anew each time, with the use of whoever asks."""

    __tablename__ = "saved_query"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    line: Mapped[str] = mapped_column(sa.Text)
    shared: Mapped[bool] = mapped_column(default=False)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    made_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Framework(Base):
    """A framework matrix: stories down the side, codes along the top, a summary in each cell."""

    __tablename__ = "framework"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    code_ids: Mapped[list[Any]] = mapped_column(sa.JSON)
    line: Mapped[str] = mapped_column(sa.Text, default="")
    """A query line that chooses its stories; blank is every story with one of its codes."""
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class FrameworkSummary(Base):
    """What a researcher wrote into one cell. It goes when the story is deleted."""

    __tablename__ = "framework_summary"

    framework_id: Mapped[int] = mapped_column(sa.ForeignKey("framework.id"), primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True, index=True)
    code_id: Mapped[int] = mapped_column(sa.ForeignKey("code.id"), primary_key=True)
    body: Mapped[str] = mapped_column(sa.Text)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    changed_at: Mapped[datetime]
