"""The table of codings that went from one code to another."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class CarriedCoding(Base):
    """A coding that a merge or a split of codes gave another code (or, in a split, left as it
    was), and how it stood then. It goes when the coding does."""

    __tablename__ = "carried_coding"

    change_id: Mapped[int] = mapped_column(sa.ForeignKey("codebook_change.id"), primary_key=True)
    coding_id: Mapped[int] = mapped_column(sa.ForeignKey("coding.id"), primary_key=True, index=True)
    from_code_id: Mapped[int] = mapped_column(sa.ForeignKey("code.id"))
    to_code_id: Mapped[int] = mapped_column(sa.ForeignKey("code.id"))
    stood: Mapped[bool]
    """It was not taken off."""
    joined_id: Mapped[int | None] = mapped_column(sa.ForeignKey("coding.id"), index=True)
    """Its coder had the other code on the same words: the coding it became one with."""
    version: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
