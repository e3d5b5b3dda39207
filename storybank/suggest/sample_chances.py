"""Filling in what the machine would have said of a drawn passage when it was coded.

A page does not wait for it. Only the model that was in use at that moment may say it: one that
was made since may have learnt from this very answer.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.stories.rules import Place
from storybank.suggest import models_at_hand
from storybank.suggest.sample_models import SampledPassage
from storybank.suggest.standing import machine_use, model_in_use

KEPT = 0.01
"""A chance below this is not kept: it makes no difference to any figure."""


def fill(session: Session, jobs: list[dict[str, Any]]) -> None:
    """Fill in some. Where another model is in use by now, what it says does not count, and the
    passage stands without a word of the machine."""
    in_use = model_in_use(session)
    rows = session.scalars(
        select(SampledPassage)
        .where(
            SampledPassage.id.in_([job["sample_id"] for job in jobs]),
            SampledPassage.done_at.is_not(None),
            SampledPassage.model_id.is_not(None),
        )
        .with_for_update()
    ).all()
    rows = [row for row in rows if not row.chances]
    mine = [row for row in rows if in_use is not None and row.model_id == in_use.id]
    places = {row.id: Place(row.story_id, row.version, row.start, row.end) for row in mine}
    said = models_at_hand.chances(session, machine_use(), places.values()) if places else {}
    for row in rows:
        found = said.get(places[row.id]) if row.id in places else None
        if found is None:
            row.model_id = None
        else:
            row.chances = {str(code): round(one, 4) for code, one in found.items() if one >= KEPT}
    session.flush()
