"""Suggestions follow their sentences into a corrected version: an answer is asked for once."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.stories.mending import Edit
from storybank.suggest.models import Suggestion
from storybank.suggest.sample_models import SampledPassage


def carry(session: Session, story_id: int, old: int, new: int, edit: Edit) -> None:
    """Move suggestions, answered ones too, and sentences drawn by lot. What meets the sentence
    which was changed stays with the old words; the house suggests anew for the new ones."""
    on_old = select(Suggestion).where(Suggestion.story_id == story_id, Suggestion.version == old)
    for one in session.scalars(on_old):
        place = edit.moved(one.start, one.end)
        because = [edit.moved(start, end) for start, end in one.because]
        if place is not None and None not in because:
            one.version, (one.start, one.end) = new, place
            one.because = [list(found) for found in because if found]
    drawn = (SampledPassage.story_id == story_id, SampledPassage.version == old)
    for passage in session.scalars(select(SampledPassage).where(*drawn)):
        place = edit.moved(passage.start, passage.end)
        if place is not None:
            passage.version, (passage.start, passage.end) = new, place
    session.flush()
