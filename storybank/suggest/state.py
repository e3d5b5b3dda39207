"""How suggestions are getting on, for pages that show them: what there is to say, if anything."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.suggest import pipeline, progress, standing
from storybank.suggest.learned_models import LearnedModel
from storybank.suggest.progress import Progress


@dataclass(frozen=True)
class State:
    """What a page says above its suggestions."""

    progress: Progress
    answers: int | None
    """How many answers the model in use learnt from; None where there is no model to use."""
    withdrawn: bool
    """There was one, and a storyteller since stopped a story that it had learnt from."""
    notice: str | None
    """What is missing on this machine, if anything is."""


def state_of(session: Session) -> State:
    """The state of this moment."""
    model = standing.model_in_use(session)
    newest = select(LearnedModel.state).order_by(LearnedModel.id.desc()).limit(1)
    withdrawn = model is None and session.scalar(newest) in (standing.READY, standing.BLOCKED)
    return State(
        progress.state(session), model.answers if model else None, withdrawn, pipeline.notice()
    )
