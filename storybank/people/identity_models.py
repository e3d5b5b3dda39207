"""Who a storyteller is: sealed, in a table of its own, and who has read it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base
from storybank.people.sealing import Mark, Sealed


class PersonIdentity(Base):
    """A storyteller's name and how to reach them. One row a person; none where nothing is told."""

    __tablename__ = "person_identity"

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), primary_key=True)
    legal_name: Mapped[bytes | None] = mapped_column(Sealed)
    email: Mapped[bytes | None] = mapped_column(Sealed)
    phone: Mapped[bytes | None] = mapped_column(Sealed)
    address: Mapped[bytes | None] = mapped_column(Sealed)
    trusted_person: Mapped[bytes | None] = mapped_column(Sealed)
    trusted_contact: Mapped[bytes | None] = mapped_column(Sealed)
    name_mark: Mapped[str | None] = mapped_column(Mark(of="legal_name"), index=True)
    email_mark: Mapped[str | None] = mapped_column(Mark(of="email"), index=True)
    phone_mark: Mapped[str | None] = mapped_column(Mark(of="phone"), index=True)
    preferred_channel: Mapped[str] = mapped_column(sa.String(10))
    preferred_format: Mapped[str] = mapped_column(sa.String(20))
    language: Mapped[str] = mapped_column(sa.String(20))
    changed_at: Mapped[datetime]


class IdentityReading(Base):
    """Somebody of the team was shown, or changed, a storyteller's details. Never changed."""

    __tablename__ = "identity_reading"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    act: Mapped[str] = mapped_column(sa.String(10))
    """``read`` or ``change``."""
    at: Mapped[datetime] = mapped_column(index=True)
