"""How each person has set up their desk."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class DeskSetting(Base):
    """One thing a person chose for their own desk, such as no shortcuts."""

    __tablename__ = "desk_setting"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(30))
