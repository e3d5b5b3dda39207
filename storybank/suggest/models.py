"""Tables of suggestions: places, codes and reasons; the words stay where they are."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from storybank.db import Base
from storybank.undoing.models import Act

CONFIRMED, CHANGED, DECLINED = "confirmed", "changed", "declined"
DESK, QUEUE, BULK = "desk", "queue", "bulk"


class Suggestion(Base):
    """A proposed coding of a sentence, and the places of the words that led to it."""

    __tablename__ = "suggestion"
    __table_args__ = (
        sa.UniqueConstraint("story_id", "version", "start", "end", "code_id"),
        sa.Index("ix_suggestion_story_answer", "story_id", "answer"),
        # All that lists and counts of what waits ask of a row, so that no row is opened for them.
        sa.Index(
            "ix_suggestion_waiting",
            "story_id",
            "version",
            "start",
            "end",
            "code_id",
            "answer",
            "model_id",
            "chance",
            "score",
            "rank",
            "answered_at",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    story_id: Mapped[int] = mapped_column(sa.ForeignKey("story.id"))
    version: Mapped[int]
    start: Mapped[int]
    end: Mapped[int]
    code_id: Mapped[int] = mapped_column(sa.ForeignKey("code.id"))
    because: Mapped[list[list[int]]] = mapped_column(sa.JSON)
    """[[start, end], ...]: the words that made the machine think so, in code points."""
    cue_ids: Mapped[list[int]] = mapped_column(sa.JSON)
    """Which of the codebook's cues they matched, in order; emptied when `study` is stopped."""
    check_meaning: Mapped[bool]
    """True where a cue is negated: to be read before anything else."""
    score: Mapped[float]
    """Puts the strongest first. Not a probability."""
    chance: Mapped[float | None]
    """How many in ten such suggestions were right, as a share; null where only cues spoke. It
    stays as it was when somebody answered."""
    model_id: Mapped[int | None] = mapped_column(sa.ForeignKey("learned_model.id"), index=True)
    """What was learnt when it was made; null where only cues spoke."""
    made_by: Mapped[str] = mapped_column(sa.String(100))
    made_at: Mapped[datetime]
    answer: Mapped[str | None] = mapped_column(sa.String(10))
    """confirmed, changed or declined; null while it waits."""
    answered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    answered_at: Mapped[datetime | None]
    answered_in: Mapped[str | None] = mapped_column(sa.String(10))
    """Where: desk, queue or bulk."""
    rank: Mapped[int | None]
    """Its place among the suggestions of its passage when it was answered, 1 the likeliest."""
    drawn: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """It was shown because a lot fell on it, not for what it would teach: figures stay honest."""


def waits() -> sa.ColumnElement[bool]:
    """A clause that holds where a suggestion waits for an answer.

    An answer whose coding its coder undid at the desk counts as not given: the desk is below
    this room and cannot tell it.
    """
    undone = sa.exists().where(
        Act.suggestion_id == Suggestion.id,
        Act.undone_at >= Suggestion.answered_at,
    )
    return sa.or_(
        Suggestion.answer.is_(None),
        sa.and_(Suggestion.answer.in_((CONFIRMED, CHANGED)), undone),
    )
