"""The table of member checking: what storytellers say to codes on their words."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class CodingCheck(Base):
    """A storyteller read a code that was put on their words, and said whether that is it."""

    __tablename__ = "coding_check"

    coding_id: Mapped[int] = mapped_column(sa.ForeignKey("coding.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    answer: Mapped[str] = mapped_column(sa.String(10))
    """yes, or not meant; there is nowhere to write anything else."""
    at: Mapped[datetime]
