"""Table of what was printed of a pack. What was on it is in the records of use; none is kept."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class PrintRun(Base):
    """One making of cards, slides or a handout, with the copies that came back."""

    __tablename__ = "print_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    pack_id: Mapped[int] = mapped_column(sa.ForeignKey("pack.id"), index=True)
    pack_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("pack_version.id"))
    form: Mapped[str] = mapped_column(sa.String(20))
    """cards, a6, large, easy, handout, guide, slides or answers."""
    file: Mapped[str] = mapped_column(sa.String(5))
    """html, pdf, docx or pptx."""
    cards: Mapped[int]
    copies: Mapped[int]
    made_by: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime]
    returned: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many of the copies came back, or were destroyed."""
    counted_at: Mapped[datetime | None]
