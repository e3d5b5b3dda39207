"""What every node of the house reads alike."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class HouseFact(Base):
    """Something about the house itself that each node must know: when it was last backed up, and
    by which marks its keys are known. Never a key, a word or a name."""

    __tablename__ = "house_fact"

    name: Mapped[str] = mapped_column(sa.String(50), primary_key=True)
    value: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    noted_at: Mapped[datetime]


class Node(Base):
    """A program that serves pages or does promised work, and when it was last heard of."""

    __tablename__ = "node"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100), unique=True)
    """The machine's name, what it does there, and its number: "web-1 serve 4711"."""
    kind: Mapped[str] = mapped_column(sa.String(20))
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    head: Mapped[str] = mapped_column(sa.String(32))
    """The revision of the database that its release expects."""
    index_at: Mapped[int | None] = mapped_column(sa.BigInteger)
    """How far its own search index has followed, where it has one."""


class CountedTry(Base):
    """One try of something that may not be tried too often. Keys are hashes or plain addresses
    as the limits make them, and gone when their time is over."""

    __tablename__ = "counted_try"
    __table_args__ = (sa.Index("ix_counted_try_key_at", "key", "at"),)

    id: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True
    )
    key: Mapped[str] = mapped_column(sa.String(200))
    at: Mapped[float]
    """Seconds since 1970, UTC, by the database's clock."""
    until: Mapped[float] = mapped_column(index=True)
    """When it counts no more."""


class ServingHead(Base):
    """A release, by the revision it expects, that may serve pages with the database as it is."""

    __tablename__ = "serving_head"

    head: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    noted_at: Mapped[datetime]
