"""Putting a model out of use because of what it learnt from, with all that it suggested."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.suggest import renewing
from storybank.suggest.learned_models import LearnedFrom, LearnedModel
from storybank.suggest.promising import promise_fit, promise_renewal
from storybank.suggest.standing import BLOCKED, LEAVING, READY


def block(session: Session, model_id: int) -> None:
    """Never use this model again, where it is still in use; learn anew as soon as can be."""
    found = session.execute(
        sa.update(LearnedModel)
        .where(LearnedModel.id == model_id, LearnedModel.state.in_((READY, LEAVING)))
        .values(state=BLOCKED, ended_at=now())
    )
    if not found.rowcount:  # type: ignore[attr-defined]
        return
    renewing.take_back(session, model_id)
    promise_fit(session, at_once=True)
    promise_renewal(session)  # what cue phrases say comes back, whatever becomes of the fit


def block_all_from(session: Session, story_id: int) -> None:
    """Every model that learnt from a story which is deleted."""
    models = select(LearnedFrom.model_id).where(LearnedFrom.story_id == story_id)
    for model_id in session.scalars(models).all():
        block(session, model_id)
