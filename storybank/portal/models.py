"""Tables of the storyteller's room: of what somebody has been told."""

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


class Reminder(Base):
    """Somebody was told that a yes of theirs runs out, or was asked whether it still holds."""

    __tablename__ = "reminder"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True)
    about: Mapped[datetime] = mapped_column(primary_key=True)
    """When the yes runs out, or when its teller was asked about it (UTC)."""
    sent_at: Mapped[datetime]
