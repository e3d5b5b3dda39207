"""The table of what the team found no help with its codebook."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class PutAside(Base):
    """A hint about the codebook that somebody put aside for the whole team."""

    __tablename__ = "help_put_aside"
    __table_args__ = (sa.UniqueConstraint("kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    key: Mapped[str] = mapped_column(sa.String(80))
    """What it was about: numbers of codes, cues or passages; for words a mark made with the
    house's key, that tells nothing of them."""
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime]
