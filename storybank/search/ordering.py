"""In which order stories that were found are shown, and one of each storyteller's."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.rules import OUTSIDE_TEAM, Use
from storybank.db import slices
from storybank.search.results import LONGEST, NEWEST, OLDEST, SHORTEST
from storybank.stories.models import Story, StoryVersion


def ordered(session: Session, story_ids: Sequence[int], sort: str) -> list[int]:
    """These stories by the day they were taken in or by how long they are; as they come for
    any other ``sort``."""
    if sort in (NEWEST, OLDEST):
        column: sa.SQLColumnExpression[object] = Story.taken_in_at
    elif sort in (SHORTEST, LONGEST):
        column = StoryVersion.word_count
    else:
        return list(story_ids)
    keys: dict[int, tuple[object, int]] = {}
    for ids in slices(story_ids):
        rows = session.execute(
            select(Story.id, column)
            .join(
                StoryVersion,
                sa.and_(StoryVersion.story_id == Story.id, StoryVersion.n == Story.current_version),
            )
            .where(Story.id.in_(ids))
        )
        keys.update((story_id, (key, story_id)) for story_id, key in rows)
    return sorted(keys, key=keys.__getitem__, reverse=sort in (NEWEST, LONGEST))


def may_collapse(use: Use) -> bool:
    """May this use see which stories are one person's? Outside the team somebody who told two may
    have given a name to one of them only."""
    return use.purpose not in OUTSIDE_TEAM


def one_of_each(session: Session, story_ids: Sequence[int]) -> list[int]:
    """The first of these stories of each storyteller."""
    whose: dict[int, int] = {}
    for ids in slices(story_ids):
        whose.update(
            session.execute(select(Story.id, Story.person_id).where(Story.id.in_(ids))).all()
        )
    first: dict[int, int] = {}
    for story_id in story_ids:
        if story_id in whose:
            first.setdefault(whose[story_id], story_id)
    return list(first.values())
