"""Intakes: a list of files or rows, and how far each has come. What waits is sealed.

No story exists yet, so the door does not guard these words: they are sealed with the keys of the
house, shown to stewards alone, and wiped when the story is taken in, when the file is left out,
or on the day ``wipe_on``.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base
from storybank.people.sealing import Mark, Sealed


class Intake(Base):
    """Files or rows that came together, from a page or a command."""

    __tablename__ = "intake"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    source: Mapped[str] = mapped_column(sa.String(20))
    """page, or command"""
    status: Mapped[str] = mapped_column(sa.String(20), index=True)
    """reading, looking, taking, paused, done, undone (see ``rules.Stage``)"""
    fingerprint: Mapped[str | None] = mapped_column(Mark("asked"), index=True)
    """Marks what a command was asked to take in, so that the same command goes on with it."""
    asked: Mapped[bytes | None] = mapped_column(Sealed)
    """What the command was asked, as JSON."""
    choices: Mapped[bytes | None] = mapped_column(Sealed)
    """What the storytellers chose, as JSON of the form, for those not chosen for one by one."""
    mapping_id: Mapped[int | None] = mapped_column(sa.ForeignKey("column_mapping.id"))
    keep_originals: Mapped[bool] = mapped_column(default=False)
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    wipe_on: Mapped[date]


class IntakeItem(Base):
    """One file, part of a file or row: what became of it."""

    __tablename__ = "intake_item"
    __table_args__ = (sa.UniqueConstraint("intake_id", "n"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    intake_id: Mapped[int] = mapped_column(
        sa.ForeignKey("intake.id", ondelete="CASCADE"), index=True
    )
    n: Mapped[int]
    """Its place in the list, from 1; for a row of a file, in the order of the rows."""
    file_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("intake_file.id", ondelete="SET NULL"), index=True
    )
    line: Mapped[int | None]
    """The line or row of its file, where it has many."""
    status: Mapped[str] = mapped_column(sa.String(20))
    """waiting, ready, asked, taken, refused, left out, undone (see ``rules.Outcome``)"""
    reason: Mapped[str] = mapped_column(sa.String(400), default="")
    """One sentence, without a word of the file or its name."""
    warnings: Mapped[list[Any]] = mapped_column(sa.JSON, default=list)
    story_id: Mapped[int | None] = mapped_column(sa.ForeignKey("story.id"), index=True)
    read: Mapped[bytes | None] = mapped_column(Sealed)
    """What was read, as JSON (see ``reading.py``), until it is taken in."""
    decided: Mapped[bytes | None] = mapped_column(Sealed)
    """What a person decided about it before saving, as JSON: title, speakers, choices..."""
    changed_at: Mapped[datetime]


class IntakeFile(Base):
    """A file that was brought, while its stories are not all taken in."""

    __tablename__ = "intake_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    intake_id: Mapped[int] = mapped_column(
        sa.ForeignKey("intake.id", ondelete="CASCADE"), index=True
    )
    n: Mapped[int]
    name: Mapped[bytes | None] = mapped_column(Sealed)
    """As it was called there; often the name of a person."""
    kind: Mapped[str] = mapped_column(sa.String(20), default="")
    """docx, pdf, csv..., as its beginning says; empty while it was not looked at"""
    size: Mapped[int]
    encoding: Mapped[str | None] = mapped_column(sa.String(40))
    """The codec a person chose for it; None for the one that was found."""
    columns: Mapped[bytes | None] = mapped_column(Sealed)
    """What a person said its columns are, as JSON (see ``mapping.py``); None for no table."""


class IntakeBytes(Base):
    """A stretch of the bytes of a file that waits."""

    __tablename__ = "intake_bytes"

    file_id: Mapped[int] = mapped_column(
        sa.ForeignKey("intake_file.id", ondelete="CASCADE"), primary_key=True
    )
    n: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[bytes] = mapped_column(Sealed)


class ColumnMapping(Base):
    """What each column of a table of stories is, kept for the next table like it."""

    __tablename__ = "column_mapping"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(100))
    columns: Mapped[list[Any]] = mapped_column(sa.JSON)
    """A digest of the name of each column that is something, so that another table like it is
    known. The names are not kept: the first row of a file without a head is somebody's words."""
    parts: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """What they are, by digest: see ``columns.py``."""
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
