"""Tables of what was learnt: when, from which stories, with what, and how well it did."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base


class LearnedModel(Base):
    """One fit of the learner to everything people had answered by then.

    Its numbers lie in a folder of the data folder that is named by ``id``; this row stays when
    they are gone, so that an old suggestion can still say what made it.
    """

    __tablename__ = "learned_model"

    id: Mapped[int] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    seed: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(10), index=True)
    """ready; leaving while the next one takes over from it, and then replaced; or blocked: a
    story it learnt from may no longer be studied."""
    ended_at: Mapped[datetime | None]
    codebook: Mapped[str] = mapped_column(sa.String(100))
    """The codebook and its version, as people know them."""
    codes_hash: Mapped[str] = mapped_column(sa.String(64))
    pipeline: Mapped[str] = mapped_column(sa.String(200))
    vectors: Mapped[str | None] = mapped_column(sa.String(100))
    code_ids: Mapped[list[int]] = mapped_column(sa.JSON)
    """The codes by their position in the model."""
    held_back: Mapped[list[int]] = mapped_column(sa.JSON)
    """Codes (by number) it does not suggest yet: too seldom right, as far as one can tell."""
    answers: Mapped[int]
    """How many answers it learnt from: confirmed, declined, added."""
    figures: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    """What was found out of fold: overall, and for each code by its number."""
    seconds: Mapped[float]
    """Processor time of the fit."""


class LearnedFrom(Base):
    """A story that a model read: with answers, or only as one of those nobody had coded."""

    __tablename__ = "learned_from"

    model_id: Mapped[int] = mapped_column(sa.ForeignKey("learned_model.id"), primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"), primary_key=True, index=True)
    answers: Mapped[int] = mapped_column(default=0)
    edition: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    """Which text it read: its version, or another number where a part of it was kept back."""
