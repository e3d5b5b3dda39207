"""What made a suggestion: asked of any, also of those answered long ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from storybank.consent.rules import Use
from storybank.stories import reading
from storybank.suggest.learned_models import LearnedModel
from storybank.suggest.models import Suggestion


@dataclass(frozen=True)
class MadeBy:
    """``model_id`` and what follows it are None where only cue phrases spoke."""

    name: str
    at: datetime
    model_id: int | None = None
    state: str | None = None
    codebook: str | None = None
    pipeline: str | None = None
    vectors: str | None = None
    answers: int | None = None
    figures: dict[str, Any] | None = None


def made_by(session: Session, use: Use, suggestion_id: int) -> MadeBy | None:
    """What made a suggestion; None where it is not there for this use."""
    row = session.get(Suggestion, suggestion_id)
    if row is None or not reading.may(session, use, row.story_id):
        return None
    model = session.get(LearnedModel, row.model_id) if row.model_id else None
    if model is None:
        return MadeBy(row.made_by, row.made_at)
    return MadeBy(
        row.made_by, row.made_at, model.id, model.state, model.codebook, model.pipeline,
        model.vectors, model.answers, model.figures,
    )  # fmt: skip
