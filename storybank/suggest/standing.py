"""What was learnt, and may be used now: asked of the door's rule at the moment of use, so that a
stop is true here at its commit, before any job has run."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from storybank.clock import now
from storybank.consent.models import PartStanding
from storybank.consent.rules import Purpose, Use
from storybank.people.rules import MACHINE
from storybank.stories import masking
from storybank.stories.allowed_ids import allowed_ids, among
from storybank.suggest.learned_models import LearnedFrom, LearnedModel
from storybank.suggest.models import Suggestion

READY, LEAVING, REPLACED, BLOCKED = "ready", "leaving", "replaced", "blocked"


def machine_use() -> Use:
    """The use that all learning and suggesting reads for."""
    return Use.claim(MACHINE, Purpose.SUGGEST, now())


def model_in_use(session: Session) -> LearnedModel | None:
    """The newest model, where everything it learnt from may be studied at this moment."""
    newest = session.scalars(
        select(LearnedModel)
        .where(LearnedModel.state == READY)
        .order_by(LearnedModel.id.desc())
        .limit(1)
    ).first()
    return newest if newest is not None and not fallen(session, [newest.id]) else None


def holds(session: Session) -> sa.ColumnElement[bool]:
    """A clause for suggestions that only cues made, or a model whose stories may all be studied.

    One model takes over from another little by little: what the earlier one said holds until the
    later one has read that story.
    """
    ids = learnt(session)
    standing = sorted(set(ids) - set(fallen(session, ids)))
    return sa.or_(Suggestion.model_id.is_(None), Suggestion.model_id.in_(standing))


def learnt(session: Session) -> list[int]:
    """The models of which suggestions may still be open."""
    rows = select(LearnedModel.id).where(LearnedModel.state.in_((READY, LEAVING)))
    return list(session.scalars(rows.order_by(LearnedModel.id)))


def fallen(session: Session, model_ids: Collection[int]) -> dict[int, int]:
    """Those of these models that learnt from what may not be studied now, each with one such
    story: one that was stopped, or of which a part is kept back that it read."""
    if not model_ids:
        return {}
    source, part, use = aliased(LearnedFrom), aliased(PartStanding), machine_use()
    # A story is asked about once, however many models learnt from it.
    every = sa.select(source.story_id).where(source.model_id.in_(model_ids)).distinct().subquery()
    allowed = allowed_ids(session, use)
    told = session.scalars(select(every.c.story_id))
    found = _each(session, model_ids, {one for one in told if not among(allowed, one)})
    kept_back = select(every.c.story_id).where(sa.exists().where(part.story_id == every.c.story_id))
    uneven = set(session.scalars(kept_back))
    if uneven:
        editions = masking.editions(session, use, sorted(uneven))
        rows = session.execute(
            select(source.model_id, source.story_id, source.edition).where(
                source.model_id.in_(model_ids), source.story_id.in_(uneven)
            )
        )
        for model_id, story_id, edition in rows:
            if edition != editions[story_id]:
                found.setdefault(model_id, story_id)
    return found


def _each(session: Session, model_ids: Collection[int], closed: set[int]) -> dict[int, int]:
    if not closed:
        return {}
    rows = session.execute(
        select(LearnedFrom.model_id, sa.func.min(LearnedFrom.story_id))
        .where(LearnedFrom.model_id.in_(model_ids), LearnedFrom.story_id.in_(closed))
        .group_by(LearnedFrom.model_id)
    )
    return {model_id: story_id for model_id, story_id in rows}
