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
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("code.id"), index=True)
    """The wider code it is a kind of; in the same family."""
    colour: Mapped[str | None] = mapped_column(sa.String(7))
    """``#rrggbb`` where it has one of its own; else its family's. Never the only sign of it."""
    merged_into_id: Mapped[int | None] = mapped_column(sa.ForeignKey("code.id"))
    """The code that its codings went to; it is retired."""
    retired_at: Mapped[datetime | None]


class Cue(Base):
    """A phrase that suggests a code (``cue``), or one that looks like it and does not."""

    __tablename__ = "code_cue"
    __table_args__ = (sa.UniqueConstraint("code_id", "kind", "phrase"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code_id: Mapped[int] = mapped_column(sa.ForeignKey("code.id"))
    kind: Mapped[str] = mapped_column(sa.String(10))
    phrase: Mapped[str] = mapped_column(sa.String(200))


class CodeExample(Base):
    """A passage that shows what a code means: its place, never its words.

    Shown where the reader's use allows the passage. Follows its words into corrected versions.
    """

    __tablename__ = "code_example"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_id: Mapped[int] = mapped_column(sa.ForeignKey("code.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(10))
    """example, or near (looks like it and is not)."""
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), index=True)
    version: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class CodebookChange(Base):
    """One change of the codebook: what, who, when and why. Kept for good."""

    __tablename__ = "codebook_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    code_id: Mapped[int | None] = mapped_column(sa.ForeignKey("code.id"), index=True)
    family_id: Mapped[int | None] = mapped_column(sa.ForeignKey("code_family.id"))
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime]
    why: Mapped[str] = mapped_column(sa.Text, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """What it was before and is after: {"before": {...}, "after": {...}}, and numbers of codes."""


class CodebookVersion(Base):
    """The whole codebook as it stood when somebody gave it a name, such as "after pilot"."""

    __tablename__ = "codebook_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime]
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """In the shape that a codebook file has."""


class CodeProposal(Base):
    """A code somebody would like to have, to be talked about."""

    __tablename__ = "code_proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    definition: Mapped[str] = mapped_column(sa.Text)
    family_id: Mapped[int | None] = mapped_column(sa.ForeignKey("code_family.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(sa.String(10))
    """taken or declined; nothing while it is open."""
    why: Mapped[str] = mapped_column(sa.Text, default="")
    answered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    answered_at: Mapped[datetime | None]
    code_id: Mapped[int | None] = mapped_column(sa.ForeignKey("code.id"))
    """The code that came of it."""


class ProposalRemark(Base):
    """What somebody says about a proposed code."""

    __tablename__ = "proposal_remark"

    id: Mapped[int] = mapped_column(primary_key=True)
    proposal_id: Mapped[int] = mapped_column(sa.ForeignKey("code_proposal.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime]
    body: Mapped[str] = mapped_column(sa.Text)
