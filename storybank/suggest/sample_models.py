"""Tables of what is done without the machine: passages drawn by lot, and first readings."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class SampledPassage(Base):
    """A passage drawn by lot, for somebody to code in full without seeing any suggestion."""

    __tablename__ = "sampled_passage"
    __table_args__ = (sa.Index("ix_sampled_passage_account_done", "account_id", "done_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    version: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    drawn_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    code_ids: Mapped[list[int]] = mapped_column(sa.JSON)
    """Every code the person found to apply, by number; empty where none did."""
    model_id: Mapped[int | None] = mapped_column(sa.ForeignKey("learned_model.id"))
    chances: Mapped[dict[str, float]] = mapped_column(sa.JSON)
    """What the machine would have said when it was done: {code number: chance}."""
    skipped: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    """How often the person said "not now": it comes back, so that skipping hides nothing."""
    skipped_at: Mapped[datetime | None]


class FirstPass(Base):
    """Somebody has read and coded a story once by themselves: now they may see suggestions."""

    __tablename__ = "first_pass"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True, index=True)
    done_at: Mapped[datetime]


class NotNow(Base):
    """Somebody put a suggestion off: it is not shown to them before this moment."""

    __tablename__ = "suggestion_not_now"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    suggestion_id: Mapped[int] = mapped_column(
        sa.ForeignKey("suggestion.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    until: Mapped[datetime]
