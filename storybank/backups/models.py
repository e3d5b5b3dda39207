"""What the database knows of having been restored."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class Restoration(Base):
    """This database was put back from a backup.

    Written in one step with the restored rows. Until it is finished, what was taken away since
    that backup has not been taken away again, and nothing may be shown.
    """

    __tablename__ = "restoration"

    id: Mapped[int] = mapped_column(primary_key=True)
    backup_made_at: Mapped[datetime]
    restored_at: Mapped[datetime]
    ledger_lines: Mapped[int]
    """How far the ledger went when the backup was made."""
    ledger_hash: Mapped[str] = mapped_column(sa.String(64))
    finished_at: Mapped[datetime | None]
    with_ledger: Mapped[bool | None]
