"""The outbox."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base
from storybank.mail.rules import LONGEST_ABOUT, LONGEST_SUBJECT
from storybank.people.sealing import Sealed


class Message(Base):
    """Something to say to one storyteller, or to the holder of one account.

    It has no address but in one case: ``to``, sealed, where the message is to show that a new
    address is somebody's. That one is dropped when the message goes.
    """

    __tablename__ = "message"
    __table_args__ = (
        sa.CheckConstraint("(person_id IS NULL) <> (account_id IS NULL)", name="one_receiver"),
        sa.Index("ix_message_state", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    to: Mapped[bytes | None] = mapped_column(Sealed)
    subject: Mapped[str] = mapped_column(sa.String(LONGEST_SUBJECT))
    body: Mapped[bytes | None] = mapped_column(Sealed)
    about: Mapped[str] = mapped_column(sa.String(LONGEST_ABOUT))
    state: Mapped[str] = mapped_column(sa.String(20))
    made_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    last_problem: Mapped[str | None] = mapped_column(sa.String(99))
