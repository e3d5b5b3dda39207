"""Tables of coding."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class Coding(Base):
    """One coder put one code on one passage. Removed ones stay, so that removing can be undone."""

    __tablename__ = "coding"
    __table_args__ = (
        sa.Index("ix_coding_story_removed", "story_id", "removed_at"),
        sa.Index("ix_coding_code_removed", "code_id", "removed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"))
    version: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    code_id: Mapped[int] = mapped_column(sa.ForeignKey("code.id"))
    coder_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    made_at: Mapped[datetime]
    suggestion_id: Mapped[int | None] = mapped_column(sa.ForeignKey("suggestion.id"), index=True)
    removed_at: Mapped[datetime | None]
    to_check: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """The words it stands on were corrected since: a coder should look whether it still fits."""
    aside: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """It turned out that an interviewer says all these words, and nobody has said that they are
    coded on purpose: it is shown, and in no figure."""


class CodingFlag(Base):
    """What else a coder says of a passage under a code: its stance, voice, level, stage, role.

    Names and values are those of ``Codebook.flags``; one value a name.
    """

    __tablename__ = "coding_flag"

    coding_id: Mapped[int] = mapped_column(sa.ForeignKey("coding.id"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(30), primary_key=True)
    value: Mapped[str] = mapped_column(sa.String(50))


class CountedApart(Base):
    """How many codings a code had on stories that were deleted, where their tellers left us the
    number. It says of no story, of no coder and of no day."""

    __tablename__ = "counted_apart"

    code_id: Mapped[int] = mapped_column(sa.ForeignKey("code.id"), primary_key=True)
    n: Mapped[int]
