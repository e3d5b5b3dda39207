"""What becomes of suggestions on a story that is deleted: all go, answered ones too, and with
them every model that learnt from it."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank.coding.models import Coding
from storybank.suggest.blocking import block_all_from
from storybank.suggest.learned_models import LearnedFrom
from storybank.suggest.models import Suggestion
from storybank.suggest.sample_models import FirstPass, NotNow, SampledPassage
from storybank.undoing.models import Act

QUIETLY = {"synchronize_session": False}


def erase(session: Session, story_id: int) -> None:
    """Delete every suggestion on a story and what was answered."""
    block_all_from(session, story_id)
    for table in (Coding, Act):
        session.execute(
            sa.update(table).where(table.story_id == story_id).values(suggestion_id=None),
            execution_options=QUIETLY,
        )
    on_story = sa.select(Suggestion.id).where(Suggestion.story_id == story_id)
    put_off = NotNow.suggestion_id.in_(on_story)
    session.execute(sa.delete(NotNow).where(put_off), execution_options=QUIETLY)
    for kept in (Suggestion, SampledPassage, FirstPass, LearnedFrom):
        session.execute(sa.delete(kept).where(kept.story_id == story_id), execution_options=QUIETLY)
    session.expire_all()
