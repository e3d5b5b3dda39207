"""Narrowing a search by codes, families, facts and who coded, among stories a use allows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.coding.models import Coding
from storybank.coding.seeing import seen
from storybank.consent.rules import Purpose, Use
from storybank.errors import BadInput
from storybank.search.meanings import coders_meant, codes_meant, fits, has, has_memo
from storybank.search.query import CODES, OF_CODINGS, Narrow
from storybank.search.sights import SEES_CODES, SEES_FACTS, SEES_WORK, Codes
from storybank.stories import reading
from storybank.stories.models import Story, StoryAttribute

_SHOWS = {
    "code": "Codes are", "fact": "Facts about storytellers are", "memo": "Memos are",
    "by": "Who coded is", "has": "How codes were made is",
}  # fmt: skip


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
    # Not asked story by story: there are far fewer codings like this than stories to ask about.
    return Story.id.in_(select(Coding.story_id).where(seen(use), *conditions))


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
