"""Tables of searching: searches worth asking again, and keys with which programs may ask."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class SavedSearch(Base):
    """What somebody typed, with a name. It is asked anew each time, for its use; of what it found
    only the number is kept."""

    __tablename__ = "saved_search"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(200))
    line: Mapped[str] = mapped_column(sa.Text)
    same: Mapped[bool] = mapped_column(default=True)
    """Words that mean the same are looked for too."""
    found: Mapped[int]
    """How many stories it found when its owner last looked."""
    looked_at: Mapped[datetime]
    made_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class SearchKey(Base):
    """A key with which a program searches in somebody's name. Only its hash is kept.

    Signing out everywhere, a new password and a closed account end it, as they end sessions.
    """

    __tablename__ = "search_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    sha256: Mapped[str] = mapped_column(sa.String(64), unique=True)
    session_version: Mapped[int] = mapped_column(default=0, server_default="0")
    """The account's own, when the key was made."""
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    """When it was last used, to the hour."""
    revoked_at: Mapped[datetime | None]
