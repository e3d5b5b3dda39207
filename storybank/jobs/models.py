"""The outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class Job(Base):
    """A promise of work. Deleted in the transaction that keeps it."""

    __tablename__ = "job"
    __table_args__ = (sa.Index("ix_job_due", "failed_at", "priority", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(50))
    priority: Mapped[int]
    args: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    made_at: Mapped[datetime]
    run_after: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[datetime | None]
    trouble: Mapped[str | None] = mapped_column(sa.String(100))
    begun_at: Mapped[datetime | None]
    """When a worker last began with it, and which: every node can see what is being done."""
    begun_by: Mapped[str | None] = mapped_column(sa.String(100))

    def waits(self, moment: datetime) -> bool:
        """Was it put off until after this moment? What never was put off is due, whatever the
        clock of the machine that promised it said then."""
        return self.run_after > moment and self.run_after != self.made_at
