"""Tables of people. Nothing here says what a person told."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base
from storybank.people.rules import code_of


class Person(Base):
    """A storyteller as the team knows them: a code, no name. May have no account."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    time_zone: Mapped[str] = mapped_column(sa.String(40), default="Europe/London")
    """Whose midnight ends a day of theirs."""

    @property
    def code(self) -> str:
        """The name the team uses: ST-0001."""
        return code_of(self.id)


class Account(Base):
    """A way in: e-mail address, password hash, and the person behind it if a storyteller.

    A storyteller may have no address: they come in by a slip or a passkey. An address stands
    here only when it is known to be theirs, for a link sent to it opens the account.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str | None] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    organisation: Mapped[str | None] = mapped_column(sa.String(200))
    """Where its holder works: part of the audience of all they see."""
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), unique=True)
    session_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]

    @property
    def code(self) -> str | None:
        """The code of the storyteller behind the account, if one is."""
        return code_of(self.person_id) if self.person_id is not None else None


class AccountRole(Base):
    """One role held by one account."""

    __tablename__ = "account_role"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    role: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
