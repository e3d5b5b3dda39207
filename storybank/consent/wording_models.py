"""Tables of wordings: what people were asked, and how those words came to be live.

What is published is never changed: a change of words is a new version beside the old one. What
may still change (drafts, the organisation, a question to a second steward) has tables of its own,
so that the triggers which guard the rest stay simple.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, Mapper, mapped_column

from storybank.db import Base

Controllers = list[dict[str, str]]
"""Organisations that answer for the use of stories: name, address, contact of each."""


class WordingVersion(Base):
    """The exact words somebody was asked. Immutable once published, and here it is published."""

    __tablename__ = "wording_version"
    __table_args__ = (sa.UniqueConstraint("code", "version", "language", "format"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(20))
    version: Mapped[str] = mapped_column(sa.String(20))
    language: Mapped[str] = mapped_column(sa.String(20))
    format: Mapped[str] = mapped_column(sa.String(20))
    text: Mapped[str] = mapped_column(sa.Text)
    help_text: Mapped[str] = mapped_column(sa.Text, default="")
    source_text: Mapped[str] = mapped_column(sa.Text, default="")
    """The words before the slots were filled in: what the next draft begins from."""
    source_help: Mapped[str] = mapped_column(sa.Text, default="")
    sha256: Mapped[str] = mapped_column(sa.String(64))
    controllers: Mapped[Controllers] = mapped_column(sa.JSON, default=list)
    reading_age: Mapped[float | None]
    approved_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    no_change_of_meaning: Mapped[bool] = mapped_column(default=False)
    published_at: Mapped[datetime]


class WordingRetired(Base):
    """A published wording that nobody is asked any more, from this moment."""

    __tablename__ = "wording_retired"

    wording_id: Mapped[int] = mapped_column(sa.ForeignKey("wording_version.id"), primary_key=True)
    retired_at: Mapped[datetime]
    retired_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class WordingChange(Base):
    """A new version took the place of an old one, and whether it asks for something else."""

    __tablename__ = "wording_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(20), index=True)
    old_id: Mapped[int] = mapped_column(sa.ForeignKey("wording_version.id"))
    new_id: Mapped[int] = mapped_column(sa.ForeignKey("wording_version.id"), unique=True)
    meaning_changed: Mapped[bool]
    asked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    confirmed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    """The second steward, where it means the same; nobody else is needed where it does not."""
    published_at: Mapped[datetime]


class WordingDraft(Base):
    """Words that a steward is still working on, slots not filled in."""

    __tablename__ = "wording_draft"

    code: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    language: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    format: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    text: Mapped[str] = mapped_column(sa.Text)
    help_text: Mapped[str] = mapped_column(sa.Text)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


class WordingProposal(Base):
    """One steward says that new words mean the same, and waits for a second to say so too."""

    __tablename__ = "wording_proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    codes: Mapped[list[str]] = mapped_column(sa.JSON)
    language: Mapped[str] = mapped_column(sa.String(20))
    seal: Mapped[str] = mapped_column(sa.String(64))
    """sha256 of all that would be published; other words need another proposal."""
    asked_by: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    asked_at: Mapped[datetime]


class Organisation(Base):
    """Who looks after the stories, who else may use them, why, and how to stop: one row.

    A copy goes into each wording at publishing, so that what somebody was told stays on record.
    """

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    address: Mapped[str] = mapped_column(sa.String(500))
    contact: Mapped[str] = mapped_column(sa.String(200))
    others: Mapped[Controllers] = mapped_column(sa.JSON)
    no_others: Mapped[bool]
    """Somebody said that there are no others, rather than forgot to name them."""
    why: Mapped[str] = mapped_column(sa.String(500))
    withdraw: Mapped[str] = mapped_column(sa.String(500))
    placeholder: Mapped[bool]
    """Set up by the program; to be replaced before anybody is asked in earnest."""
    changed_at: Mapped[datetime]
    changed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))


def _refuse(mapper: Mapper[Base], connection: Connection, target: Base) -> None:
    raise TypeError(f"{target.__tablename__} is append-only: publish a new version instead")


for _kept in (WordingVersion, WordingRetired, WordingChange):
    event.listen(_kept, "before_update", _refuse)
    event.listen(_kept, "before_delete", _refuse)
