"""Words within a code: read through the door in the passages that carry it, and gone."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.coding.models import Coding
from storybank.coding.seeing import seen
from storybank.consent.rules import Use
from storybank.db import slices
from storybank.errors import BadInput
from storybank.search.passages import Stem, holds
from storybank.search.query import Node
from storybank.stories import reading
from storybank.stories.rules import Place

MOST_READ = 6_000
"""The most passages that are read for one search."""


def holding(
    session: Session,
    use: Use,
    story_ids: Sequence[int],
    codes: Collection[int],
    part: Node,
    stem: Stem,
) -> set[int]:
    """Those of these stories in which a passage with one of these codes holds what is asked.

    Raises BadInput where there are too many passages to read.
    """
    places: set[Place] = set()
    for ids in slices(story_ids):
        rows = session.execute(
            select(Coding.story_id, Coding.version, Coding.start, Coding.end).where(
                Coding.story_id.in_(ids), Coding.code_id.in_(codes), seen(use)
            )
        )
        places.update(Place(*row) for row in rows)
        if len(places) > MOST_READ:
            raise BadInput("WITHIN finds too many passages to read. Narrow it down first.")
    return {
        excerpt.story_id
        for excerpt in reading.excerpts(session, use, sorted(places))
        if holds(part, excerpt.words, stem)
    }
