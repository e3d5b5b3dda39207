"""Tables of the storyteller's room: of which uses somebody has been told."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class UseNotice(Base):
    """Somebody was told of one use of their words, by the way and as often as they asked for."""

    __tablename__ = "use_notice"

    use_record_id: Mapped[int] = mapped_column(sa.ForeignKey("use_record.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True, index=True)
    told_at: Mapped[datetime]
