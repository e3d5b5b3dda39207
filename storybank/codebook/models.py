"""Tables of the codebook. Its phrases and examples are its own, never a storyteller's."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class Codebook(Base):
    """An agreed set of codes, with a version."""

    __tablename__ = "codebook"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(sa.String(100), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    version: Mapped[str] = mapped_column(sa.String(20))
    unit_of_coding: Mapped[str] = mapped_column(sa.Text)
    ground_rules: Mapped[list[str]] = mapped_column(sa.JSON)
    flags: Mapped[dict[str, Any]] = mapped_column(sa.JSON)


class Family(Base):
    """Codes that answer one question: enabler, barrier, value."""

    __tablename__ = "code_family"

    id: Mapped[int] = mapped_column(primary_key=True)
    codebook_id: Mapped[int] = mapped_column(sa.ForeignKey("codebook.id"))
    key: Mapped[str] = mapped_column(sa.String(50), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    question: Mapped[str] = mapped_column(sa.Text)
    position: Mapped[int]


class Code(Base):
    """A named idea that a coder may put on a passage."""

    __tablename__ = "code"

    id: Mapped[int] = mapped_column(primary_key=True)
    family_id: Mapped[int] = mapped_column(sa.ForeignKey("code_family.id"), index=True)
    key: Mapped[str] = mapped_column(sa.String(50), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    definition: Mapped[str] = mapped_column(sa.Text)
    include: Mapped[str] = mapped_column(sa.Text)
    exclude: Mapped[str] = mapped_column(sa.Text)
    example: Mapped[str] = mapped_column(sa.Text)
    not_example: Mapped[str] = mapped_column(sa.Text)
    position: Mapped[int]
    retired_at: Mapped[datetime | None]


class Cue(Base):
    """A phrase that suggests a code (``cue``), or one that looks like it and does not."""

    __tablename__ = "code_cue"
    __table_args__ = (sa.UniqueConstraint("code_id", "kind", "phrase"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code_id: Mapped[int] = mapped_column(sa.ForeignKey("code.id"))
    kind: Mapped[str] = mapped_column(sa.String(10))
    phrase: Mapped[str] = mapped_column(sa.String(200))
