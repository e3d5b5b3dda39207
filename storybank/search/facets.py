"""Counting stories by code, family and fact, among stories that came through the door.

This asks the database about each. ``census`` says the same much faster from what is known, and
tests hold the two together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook.service import CodeCard
from storybank.coding.models import Coding
from storybank.coding.seeing import seen, seen_throughout
from storybank.consent.rules import Use
from storybank.db import slices
from storybank.search.sights import SEES_CODES as SEES_CODES
from storybank.search.sights import SEES_FACTS, Codes
from storybank.stories import reading
from storybank.stories.models import StoryAttribute
from storybank.stories.rules import ATTRIBUTES, Place

Coded = dict[int, list[tuple[Place, CodeCard]]]
"""The coded passages of each story."""

MANY = 4_000
"""From so many stories on, codings are asked about all at once."""


@dataclass(frozen=True)
class Count:
    """How many of the stories found carry one code, family or fact."""

    field: str
    value: str
    name: str
    stories: int
    group: str = ""
    """The family that a code belongs to."""


def counts(session: Session, use: Use, story_ids: Collection[int], cards: Codes) -> list[Count]:
    """Counts among these permitted stories: families, codes, then facts; the largest first."""
    by_code: Counter[int] = Counter()
    by_family: dict[str, set[int]] = {}
    for story_id, code_id in carried(session, use, story_ids) if cards else ():
        by_code[code_id] += 1
        by_family.setdefault(cards[code_id].family, set()).add(story_id)
    facts: Counter[tuple[str, str]] = Counter()
    for name, value, count in _told(session, use, story_ids):
        facts[name, value] += count
    families = {key: len(stories) for key, stories in by_family.items()}
    return laid_out(cards, by_code, families, facts)


def laid_out(
    cards: Codes,
    by_code: Mapping[int, int],
    by_family: Mapping[str, int],
    by_fact: Mapping[tuple[str, str], int],
) -> list[Count]:
    """Numbers of stories, none of them 0, as lists show them."""
    families = {card.family: card.family_name for card in cards.values()}
    found = [
        Count("family", key, name, by_family[key])
        for key, name in families.items()
        if key in by_family
    ]
    found += sorted(
        (
            Count("code", card.key, card.name, by_code[card.id], card.family_name)
            for card in cards.values()
            if card.id in by_code
        ),
        key=lambda count: (-count.stories, count.name),
    )
    for name in ATTRIBUTES:
        found += sorted(
            (Count(n, value, value, many) for (n, value), many in by_fact.items() if n == name),
            key=lambda count: (-count.stories, count.name),
        )
    return found


def places(
    session: Session, use: Use, story_ids: Collection[int], wanted: Collection[int], cards: Codes
) -> Coded:
    """The coded passages of these stories that the use may see; those with a wanted code come
    first."""
    if not cards:
        return {}
    rows = [
        row
        for ids in slices(story_ids)
        for row in session.execute(
            select(Coding.story_id, Coding.version, Coding.start, Coding.end, Coding.code_id)
            .where(Coding.story_id.in_(ids), seen(use))
            .order_by(Coding.start, Coding.end, Coding.id)
        )
    ]
    found: Coded = {}
    for row in sorted(rows, key=lambda row: row.code_id not in wanted):
        place = Place(row.story_id, row.version, row.start, row.end)
        found.setdefault(row.story_id, []).append((place, cards[row.code_id]))
    return found


def carried(session: Session, use: Use, story_ids: Collection[int]) -> Iterator[tuple[int, int]]:
    """(story, code) for each code that these stories carry, once."""
    pair = select(Coding.story_id, Coding.code_id).distinct()
    if len(story_ids) <= MANY:
        for ids in slices(story_ids):
            for story_id, code_id in session.execute(
                pair.where(Coding.story_id.in_(ids), seen(use))
            ):
                yield story_id, code_id
        return
    # For so many it costs less to go through the whole table once.
    wanted = set(story_ids)
    for story_id, code_id in session.execute(pair.where(seen_throughout(use))):
        if story_id in wanted:
            yield story_id, code_id


def _told(session: Session, use: Use, story_ids: Collection[int]) -> Iterator[tuple[str, str, int]]:
    """(fact, value, how many of these stories have it), in parts to be added up."""
    if use.purpose not in SEES_FACTS:
        return
    told = reading.tells(use, StoryAttribute.name, StoryAttribute.story_id)
    if len(story_ids) <= MANY:
        for ids in slices(story_ids):
            rows = session.execute(
                select(StoryAttribute.name, StoryAttribute.value, sa.func.count())
                .where(StoryAttribute.story_id.in_(ids), told)
                .group_by(StoryAttribute.name, StoryAttribute.value)
            )
            for name, value, count in rows:
                yield name, value, count
        return
    wanted = set(story_ids)
    every = select(StoryAttribute.story_id, StoryAttribute.name, StoryAttribute.value).where(told)
    for story_id, name, value in session.execute(every):
        if story_id in wanted:
            yield name, value, 1
