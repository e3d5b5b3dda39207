"""Counting stories by code, family and fact, among stories that came through the door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook import service as codebook
from storybank.codebook.service import CodeCard
from storybank.coding.models import Coding
from storybank.coding.seeing import seen, seen_throughout
from storybank.consent.rules import EIGHT, Purpose, Use
from storybank.db import slices
from storybank.errors import BadInput
from storybank.search.meanings import coders_meant, codes_meant, fits, has, has_memo
from storybank.search.query import CODES, OF_CODINGS, Narrow
from storybank.stories import reading
from storybank.stories.models import Story, StoryAttribute
from storybank.stories.rules import ATTRIBUTES, Place

Codes = Mapping[int, CodeCard]
Coded = dict[int, list[tuple[Place, CodeCard]]]
"""The coded passages of each story."""

MANY = 4_000
"""From so many stories on, codings are asked about all at once."""
SEES_CODES = frozenset(
    {Purpose.STUDY, Purpose.REUSE, Purpose.WORKSHOP, Purpose.DECIDE, Purpose.TEACH}
)
"""Uses that may see what the team's coders thought. Members and the public may not."""

SEES_FACTS = frozenset(EIGHT) - {Purpose.PUBLIC}
"""Uses that may see facts about a story, such as a country and a condition. Together they may
tell who somebody is, and nobody was asked whether the whole world may see them."""

SEES_WORK = frozenset({Purpose.STUDY})
"""Uses that may see who coded what, and where the team's memos are."""

_SHOWS = {
    "code": "Codes are", "fact": "Facts about storytellers are", "memo": "Memos are",
    "by": "Who coded is", "has": "How codes were made is",
}  # fmt: skip


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
    ``by:`` and ``has:`` say of which codings the codes must be; without a code, of any coding.
    """
    stories, sentences = reading.permitted(use), []
    facts: dict[tuple[str, bool], set[str]] = {}
    codes: list[tuple[set[int], bool]] = []
    codings: list[sa.ColumnElement[bool]] = []
    for one in narrow:
        if use.purpose not in _seers(one):
            sentences.append(f"{_SHOWS[_kind(one)]} not shown for this use.")
            stories = stories.where(sa.false())
            continue
        try:
            if one.field in CODES:
                codes.append((codes_meant(session, one.field, _values(one, cards)), one.without))
            elif _kind(one) == "memo":
                noted = has_memo(use, Story.id)
                stories = stories.where(~noted if one.without else noted)
            elif one.field in OF_CODINGS:
                made = (
                    Coding.coder_id.in_(coders_meant(session, use, one.value.split(",")))
                    if one.field == "by"
                    else has(use, one.value)
                )
                if one.without:
                    stories = stories.where(~_carries(use, made))
                else:
                    codings.append(made)
            else:
                values = {value.strip() for value in one.value.split(",")}
                facts.setdefault((one.field, one.without), set()).update(values - {""})
        except BadInput as problem:
            sentences.append(problem.sentence)
            stories = stories.where(sa.false())
    for meant, without in codes:
        if without:
            stories = stories.where(~_carries(use, Coding.code_id.in_(meant)))
        else:
            stories = stories.where(_carries(use, Coding.code_id.in_(meant), *codings))
    if codings and all(without for _, without in codes):
        stories = stories.where(_carries(use, *codings))
    for (name, without), values in facts.items():
        known = _spellings(session, use, name, values)
        if not known and not without:
            said = " or ".join(f"\u201c{value}\u201d" for value in sorted(values))
            sentences.append(f"No story here has {name.replace('_', ' ')} {said}.")
        there = sa.exists().where(
            StoryAttribute.story_id == Story.id,
            StoryAttribute.name == name,
            StoryAttribute.value.in_(known),
        )
        stories = stories.where(~there if without else there)
    return stories, list(dict.fromkeys(sentences))


def wanted_codes(session: Session, use: Use, narrow: Iterable[Narrow], cards: Codes) -> set[int]:
    """The codes that a search asks for, as far as this use may see codes."""
    found: set[int] = set()
    for one in narrow:
        if cards and one.field in CODES and not one.without:
            with suppress(BadInput):
                found |= codes_meant(session, one.field, _values(one, cards))
    return found


def counts(session: Session, use: Use, story_ids: Collection[int], cards: Codes) -> list[Count]:
    """Counts among these permitted stories: families, codes, then facts; the largest first."""
    found = _coded(session, use, story_ids, cards) if cards else []
    facts: Counter[tuple[str, str]] = Counter()
    for name, value, count in _told(session, use, story_ids):
        facts[name, value] += count
    for name in ATTRIBUTES:
        found += sorted(
            (Count(n, value, value, count) for (n, value), count in facts.items() if n == name),
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


def _coded(session: Session, use: Use, story_ids: Collection[int], cards: Codes) -> list[Count]:
    by_code: Counter[int] = Counter()
    by_family: dict[str, set[int]] = {}
    for story_id, code_id in _carried(session, use, story_ids):
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


def _carried(session: Session, use: Use, story_ids: Collection[int]) -> Iterator[tuple[int, int]]:
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


def _kind(one: Narrow) -> str:
    if one.field in CODES:
        return "code"
    if one.field == "has":
        return "memo" if one.value.casefold() == "memo" else "has"
    return "by" if one.field == "by" else "fact"


def _seers(one: Narrow) -> frozenset[Purpose]:
    """The uses that may ask for it."""
    kind = _kind(one)
    return SEES_CODES if kind == "code" else SEES_FACTS if kind == "fact" else SEES_WORK


def _values(one: Narrow, cards: Codes) -> list[str]:
    """One name that may have commas in it, or several with commas between."""
    names = {name.casefold() for c in cards.values() for name in (c.name, c.family_name)}
    if one.value.casefold() in names:
        return [one.value]
    return [value for value in map(str.strip, one.value.split(",")) if value] or [one.value]


def _carries(use: Use, *conditions: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """The story has a coding like this that the use may see."""
    return sa.exists().where(Coding.story_id == Story.id, seen(use), *conditions)


def _spellings(session: Session, use: Use, name: str, values: Collection[str]) -> list[str]:
    """How the values are spelt in stories this use allows, whatever their capital letters; years
    may be asked for as 2019..2023."""
    spelt = session.scalars(
        select(StoryAttribute.value)
        .where(
            StoryAttribute.name == name,
            StoryAttribute.story_id.in_(reading.permitted(use)),
            reading.tells(use, StoryAttribute.name, StoryAttribute.story_id),
        )
        .distinct()
    )
    return [there for there in spelt if any(fits(there, value, name) for value in values)]
