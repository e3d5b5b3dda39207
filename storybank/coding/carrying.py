"""Codings follow their words into a corrected version of a story."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.coding.check_models import CodingCheck
from storybank.coding.models import Coding
from storybank.stories.mending import Edit


def carry(session: Session, story_id: int, old: int, new: int, edit: Edit) -> int:
    """Move codings from one version to the next; how many of those that stand are to be checked.

    The words of most are the same, letter for letter. Of those that meet the sentence which was
    changed, some stand on words that are in it still: they go on with exactly these. Others
    are widened to the whole sentence. Both are marked, for a coder to look whether they still
    fit; what the storyteller said to them was said of other words, and goes. Codings that were
    taken off follow too, so that undoing puts them back where they belong.
    """
    met: list[Coding] = []
    on_old = select(Coding).where(Coding.story_id == story_id, Coding.version == old)
    for coding in session.scalars(on_old):
        place = edit.moved(coding.start, coding.end)
        if place is None:
            place = edit.found(coding.start, coding.end) or edit.widened(coding.start, coding.end)
            coding.to_check = True
            met.append(coding)
        coding.version, (coding.start, coding.end) = new, place
    session.execute(
        sa.delete(CodingCheck).where(CodingCheck.coding_id.in_([coding.id for coding in met])),
        execution_options={"synchronize_session": False},
    )
    session.flush()
    return sum(coding.removed_at is None for coding in met)
