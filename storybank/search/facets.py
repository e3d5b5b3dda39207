"""Counting stories by code, family and fact, among stories that came through the door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook import service as codebook
from storybank.codebook.service import CodeCard
from storybank.coding.models import Coding
from storybank.coding.seeing import seen
from storybank.consent.rules import EIGHT, Purpose, Use
from storybank.search.query import Narrow
from storybank.stories import reading
from storybank.stories.models import Story, StoryAttribute
from storybank.stories.rules import ATTRIBUTES, Place

Codes = Mapping[int, CodeCard]
Coded = dict[int, list[tuple[Place, CodeCard]]]
"""The coded passages of each story."""

SLICE = 500
SEES_CODES = frozenset(
    {Purpose.STUDY, Purpose.REUSE, Purpose.WORKSHOP, Purpose.DECIDE, Purpose.TEACH}
)
"""Uses that may see what the team's coders thought. Members and the public may not."""

SEES_FACTS = frozenset(EIGHT) - {Purpose.PUBLIC}
"""Uses that may see facts about a story, such as a country and a condition. Together they may
tell who somebody is, and nobody was asked whether the whole world may see them."""


@dataclass(frozen=True)
class Count:
    """How many of the stories found carry one code, family or fact."""

    field: str
    value: str
    name: str
    stories: int
    group: str = ""
    """The family that a code belongs to."""


def codes_seen(session: Session, use: Use) -> Codes:
    """Every code by its number, where this use may see codes; else none."""
    return codebook.codes_by_id(session) if use.purpose in SEES_CODES else {}


def narrowed(
    session: Session, use: Use, narrow: Iterable[Narrow], cards: Codes
) -> tuple[sa.Select[int], list[str]]:
    """A select of the permitted stories that fit, and a sentence for each part nobody can fit.

    Several codes or families must all be there; several values of one fact are alternatives.
    """
    stories, sentences = reading.permitted(use), []
    facts: dict[tuple[str, bool], set[str]] = {}
    for one in narrow:
        coded = one.field in ("code", "family")
        if use.purpose not in (SEES_CODES if coded else SEES_FACTS):
            shown = "Codes" if coded else "Facts about storytellers"
            sentences.append(f"{shown} are not shown for this use.")
            stories = stories.where(sa.false())
        elif not coded:
            facts.setdefault((one.field, one.without), set()).add(one.value)
        else:
            codes = _codes(cards, one)
            if not codes:
                sentences.append(f"The codebook has no {one.field} \u201c{one.value}\u201d.")
            carries = sa.exists().where(
                Coding.story_id == Story.id, Coding.code_id.in_(codes), seen(use)
            )
            stories = stories.where(~carries if one.without else carries)
    for (name, without), values in facts.items():
        known = _spellings(session, use, name, values)
        if not known and not without:
            said = " or ".join(f"\u201c{value}\u201d" for value in sorted(values))
            sentences.append(f"No story here has {name.replace('_', ' ')} {said}.")
        has = sa.exists().where(
            StoryAttribute.story_id == Story.id,
            StoryAttribute.name == name,
            StoryAttribute.value.in_(known),
        )
        stories = stories.where(~has if without else has)
    return stories, list(dict.fromkeys(sentences))


def counts(session: Session, use: Use, story_ids: Collection[int], cards: Codes) -> list[Count]:
    """Counts among these permitted stories: families, codes, then facts; the largest first."""
    found = _coded(session, use, story_ids, cards) if cards else []
    facts: Counter[tuple[str, str]] = Counter()
    for ids in _slices(story_ids if use.purpose in SEES_FACTS else ()):
        rows = session.execute(
            select(StoryAttribute.name, StoryAttribute.value, sa.func.count())
            .where(
                StoryAttribute.story_id.in_(ids),
                reading.tells(use, StoryAttribute.name, StoryAttribute.story_id),
            )
            .group_by(StoryAttribute.name, StoryAttribute.value)
        )
        for name, value, count in rows:
            facts[name, value] += count
    for name in ATTRIBUTES:
        found += sorted(
            (Count(n, value, value, count) for (n, value), count in facts.items() if n == name),
            key=lambda count: (-count.stories, count.name),
        )
    return found


def places(
    session: Session, use: Use, story_ids: Collection[int], narrow: Iterable[Narrow], cards: Codes
) -> Coded:
    """The coded passages of these stories that the use may see; those with a code asked for
    come first."""
    if not cards:
        return {}
    wanted = {
        code
        for one in narrow
        if one.field in ("code", "family") and not one.without
        for code in _codes(cards, one)
    }
    rows = session.execute(
        select(Coding.story_id, Coding.version, Coding.start, Coding.end, Coding.code_id)
        .where(Coding.story_id.in_(list(story_ids)), seen(use))
        .order_by(Coding.start, Coding.end, Coding.id)
    )
    found: Coded = {}
    for row in sorted(rows, key=lambda row: row.code_id not in wanted):
        place = Place(row.story_id, row.version, row.start, row.end)
        found.setdefault(row.story_id, []).append((place, cards[row.code_id]))
    return found


def _coded(session: Session, use: Use, story_ids: Collection[int], cards: Codes) -> list[Count]:
    by_code: Counter[int] = Counter()
    by_family: dict[str, set[int]] = {}
    for ids in _slices(story_ids):
        pairs = session.execute(
            select(Coding.story_id, Coding.code_id)
            .where(
                Coding.story_id.in_(ids),
                seen(use),
            )
            .distinct()
        )
        for story_id, code_id in pairs:
            by_code[code_id] += 1
            by_family.setdefault(cards[code_id].family, set()).add(story_id)
    families = {card.family: card.family_name for card in cards.values()}
    return [
        Count("family", key, name, len(by_family[key]))
        for key, name in families.items()
        if key in by_family
    ] + sorted(
        (
            Count("code", card.key, card.name, by_code[card.id], card.family_name)
            for card in cards.values()
            if card.id in by_code
        ),
        key=lambda count: (-count.stories, count.name),
    )


def _codes(cards: Codes, one: Narrow) -> list[int]:
    """The codes meant by a key or name, of a code or of a family."""
    wanted = one.value.casefold()
    return [
        card.id
        for card in cards.values()
        if wanted
        in (
            (card.family.casefold(), card.family_name.casefold())
            if one.field == "family"
            else (card.key.casefold(), card.name.casefold())
        )
    ]


def _spellings(session: Session, use: Use, name: str, values: Collection[str]) -> list[str]:
    """How the values are spelt in stories this use allows, whatever their capital letters."""
    wanted = {value.casefold() for value in values}
    spelt = session.scalars(
        select(StoryAttribute.value)
        .where(
            StoryAttribute.name == name,
            StoryAttribute.story_id.in_(reading.permitted(use)),
            reading.tells(use, StoryAttribute.name, StoryAttribute.story_id),
        )
        .distinct()
    )
    return [value for value in spelt if value.casefold() in wanted]


def _slices(ids: Collection[int]) -> Iterator[list[int]]:
    every = list(ids)
    for start in range(0, len(every), SLICE):
        yield every[start : start + SLICE]
