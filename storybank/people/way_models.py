"""Tables of the ways in: invitations, links by e-mail, passkeys. No token or code in clear."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base
from storybank.people.sealing import Sealed


class Invitation(Base):
    """Somebody was asked to come in. Who asked, when, and when it was claimed stay as facts."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    how: Mapped[str] = mapped_column(sa.String(10))
    made_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    voided_at: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    claimed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class InvitationKey(Base):
    """What opens an invitation: the link of a letter, the link or the code of a slip, hashed."""

    __tablename__ = "invitation_key"

    hash: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    invitation_id: Mapped[int] = mapped_column(sa.ForeignKey("invitation.id"), index=True)
    sealed_email: Mapped[bytes | None] = mapped_column(Sealed)
    """Where the letter went: who opens its link has shown that the address is theirs."""


class MailedLink(Base):
    """A link somebody asked for by e-mail: to sign in, or to show that an address is theirs.

    The token stands in the letter, which lies sealed in the outbox until it has gone.
    """

    __tablename__ = "mailed_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(10))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    session_version: Mapped[int]
    back: Mapped[str | None] = mapped_column(sa.String(99))
    sealed_email: Mapped[bytes | None] = mapped_column(Sealed)
    """The address to be shown as theirs; not the account's until it is."""
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Passkey(Base):
    """A phone, computer or key that can sign an account in. Only its public half is here."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str] = mapped_column(sa.String(60))
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
