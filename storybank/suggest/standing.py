"""What was learnt, and may be used now: asked of the door's rule at the moment of use, so that a
stop is true here at its commit, before any job has run."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from storybank.clock import now
from storybank.consent.permits import permits
from storybank.consent.rules import Purpose, Use
from storybank.people.rules import MACHINE
from storybank.suggest.learned_models import LearnedFrom, LearnedModel
from storybank.suggest.models import Suggestion

READY, BLOCKED, REPLACED = "ready", "blocked", "replaced"


def machine_use() -> Use:
    """The use that all learning and suggesting reads for."""
    return Use.claim(MACHINE, Purpose.SUGGEST, now())


def model_in_use(session: Session) -> LearnedModel | None:
    """The newest model, where every story it learnt from may be studied at this moment."""
    return session.scalars(
        select(LearnedModel)
        .where(LearnedModel.state == READY, _stands(LearnedModel.id))
        .order_by(LearnedModel.id.desc())
        .limit(1)
    ).first()


def holds(session: Session) -> sa.ColumnElement[bool]:
    """A clause for suggestions that only cues made, or a model whose stories may all be studied.

    One model takes over from another little by little: what the earlier one said holds until the
    later one has read that story.
    """
    rows = select(LearnedModel.id).where(
        LearnedModel.state.in_((READY, REPLACED)),
        sa.exists().where(LearnedFrom.model_id == LearnedModel.id),
        _stands(LearnedModel.id),
    )
    ids = session.scalars(rows).all()
    return sa.or_(Suggestion.model_id.is_(None), Suggestion.model_id.in_(ids))


def _stands(model_id: sa.SQLColumnExpression[int]) -> sa.ColumnElement[bool]:
    """No story that this model learnt from is closed to study."""
    learnt = aliased(LearnedFrom)
    return ~sa.exists().where(learnt.model_id == model_id, ~permits(machine_use(), learnt.story_id))
