"""Which stories a use allows, and what is known of them besides their words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from storybank.consent.models import StoryStanding
from storybank.consent.permits import permits
from storybank.consent.rules import COUNTED, OUTSIDE_TEAM, Fact, Reason, Use, explain
from storybank.consent.standing import states
from storybank.db import slices
from storybank.stories.models import Story, StoryAttribute


def may(session: Session, use: Use, story_id: int) -> bool:
    """May this story be used so, now?"""
    return bool(
        session.scalar(select(sa.literal(1)).where(Story.id == story_id, permits(use, Story.id)))
    )


def permitted(use: Use) -> sa.Select[int]:
    """A sub-select of the ids of stories this use allows, for the lists and counts of others."""
    return select(Story.id).where(permits(use, Story.id))


def permitted_ids(session: Session, use: Use) -> set[int]:
    return set(session.scalars(permitted(use)))


SAYS = {
    "role": (Fact.SERVICES, Fact.CARER),
    "country": (Fact.AREA,),
    "condition": (Fact.CONDITION,),
    "age_group": (Fact.AGE_GROUP,),
}
"""Which of a teller's answers let a fact about them be told outside the team."""


def tells(use: Use, name: sa.SQLColumnExpression[str], story_id: Any) -> sa.ColumnElement[bool]:
    """A clause that holds where the fact called ``name`` may be told of a story for this use."""
    if use.purpose not in OUTSIDE_TEAM:
        return sa.true()
    standing = aliased(StoryStanding)
    told = [
        sa.and_(name == fact, sa.or_(*(standing.facts.contains(f"|{word}|") for word in words)))
        for fact, words in SAYS.items()
    ]
    return sa.exists().where(standing.story_id == story_id, sa.or_(name.not_in(list(SAYS)), *told))


def permitted_among(session: Session, use: Use, story_ids: Iterable[int]) -> set[int]:
    """Those of these stories that this use allows."""
    found: set[int] = set()
    for ids in slices(story_ids):
        found.update(session.scalars(permitted(use).where(Story.id.in_(ids))))
    return found


def attributes_of(
    session: Session, use: Use, story_ids: Collection[int]
) -> dict[int, dict[str, str]]:
    """Facts by story id that may be told, for ids that came through the door."""
    found: dict[int, dict[str, str]] = {}
    for ids in slices(story_ids):
        rows = session.execute(
            select(StoryAttribute.story_id, StoryAttribute.name, StoryAttribute.value).where(
                StoryAttribute.story_id.in_(ids),
                tells(use, StoryAttribute.name, StoryAttribute.story_id),
            )
        )
        for story_id, name, value in rows:
            found.setdefault(story_id, {})[name] = value
    return found


def external_ids(session: Session, use: Use, story_ids: Collection[int]) -> dict[int, str | None]:
    """The ids these stories had where they came from, for those the use allows."""
    found: dict[int, str | None] = {}
    for ids in slices(story_ids):
        found.update(
            session.execute(
                select(Story.id, Story.external_id).where(Story.id.in_(ids), permits(use, Story.id))
            ).all()
        )
    return found


def hidden(session: Session, use: Use, story_ids: Iterable[int]) -> Counter[Reason]:
    """Why some of these are hidden: {reason: how many}, one count for each id given.

    A story that was stopped is in no count, not even this one.
    """
    wanted = Counter(story_ids)
    counts: Counter[Reason] = Counter()
    for story_id, state in states(session, list(wanted)).items():
        reasons = explain(state, use).reasons
        if reasons and set(reasons) <= COUNTED:
            counts[reasons[0]] += wanted[story_id]
    return counts
