"""The table of epochs: a number that is another one whenever what may be used has changed."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class Epoch(Base):
    """What a story's number is made of; story 0 stands for all. Triggers of the database write it.

    It holds no word and no name, and no foreign key: what was deleted changed, too.
    """

    __tablename__ = "epoch"

    story_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    act: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    """0 where numbers were put together; on a server a number of its own for each statement, so
    that no act waits for another."""
    token: Mapped[int] = mapped_column(sa.BigInteger)
