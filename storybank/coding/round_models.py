"""Tables of coding together: rounds, and who codes which story in them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class CodingRound(Base):
    """A piece of work that several coders share. In a blind one a coder sees nobody else's codes
    on a story until they have finished it."""

    __tablename__ = "coding_round"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    blind: Mapped[bool] = mapped_column(default=False)
    made_by: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Assignment(Base):
    """One coder is asked to code one story in one round."""

    __tablename__ = "assignment"
    __table_args__ = (sa.Index("ix_assignment_account_id_story_id", "account_id", "story_id"),)

    round_id: Mapped[int] = mapped_column(sa.ForeignKey("coding_round.id"), primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True, index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    given_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
