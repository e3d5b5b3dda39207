"""What changed for searches, in the order of commits: each node's own index follows it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class SearchChange(Base):
    """A story whose words, choices or codings changed. Written in the transaction of the change,
    by a house whose nodes have indexes of their own, and gone when every node has read it."""

    __tablename__ = "search_change"
    __table_args__ = (sa.Index("ix_search_change_xact", "xact", "id"),)

    id: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True
    )
    story_id: Mapped[int]
    passages: Mapped[bool]
    """Only what is coded on it changed, not its words or choices."""
    xact: Mapped[int] = mapped_column(sa.BigInteger)
    """The transaction's own number: numbers of rows are given before commits, so a lower one may
    come later; a transaction below all that are still open is whole."""
    made_at: Mapped[datetime]
