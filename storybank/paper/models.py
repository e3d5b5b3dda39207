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


class PrintedCard(Base):
    """A card of one making. It says which card, and never what stood on it.

    Neither the story nor the pack's item is held by a key: a card that is out must still be
    collected when both are gone.
    """

    __tablename__ = "printed_card"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("print_run.id"), index=True)
    item_id: Mapped[int] = mapped_column(index=True)
    story_id: Mapped[int]
    letters: Mapped[str] = mapped_column(sa.String(10), index=True)
    """What its square leads to: the pack's code and four letters, the same in every making."""
    mark: Mapped[str] = mapped_column(sa.String(40))
    """What stands on it to tell it by."""
    returned: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many of its copies came back one by one, or were destroyed."""
