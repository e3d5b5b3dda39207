"""Narrowing a search by codes, families, facts and who coded, among stories a use allows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field

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

Clause = sa.ColumnElement[bool]

_SHOWS = {
    "code": "Codes are", "fact": "Facts about storytellers are", "memo": "Memos are",
    "by": "Who coded is", "has": "How codes were made is",
}  # fmt: skip


@dataclass
class Narrowed:
    """What stories must have, or must not, as it was meant."""

    codes: list[tuple[set[int], bool]] = field(default_factory=list)
    """(codes of which a story must carry one, True where it must carry none)."""
    facts: dict[tuple[str, bool], set[str]] = field(default_factory=dict)
    """{(fact, True where it must be none of them): values}."""
    codings: list[Clause] = field(default_factory=list)
    """What the codings with those codes must be; without a code, any coding."""
    others: list[Clause] = field(default_factory=list)
    never: bool = False
    """No story can fit."""
    sentences: list[str] = field(default_factory=list)

    @property
    def plain(self) -> bool:
        """Nothing is asked about but which codes and facts a story has."""
        return not self.codings and not self.others


def meant(session: Session, use: Use, narrow: Iterable[Narrow], cards: Codes) -> Narrowed:
    """What this means, with a sentence for each part nobody can fit.

    Several codes or families must all be there; several values of one fact are alternatives.
    ``by:`` and ``has:`` say of which codings the codes must be; without a code, of any coding.
    """
    found = Narrowed()
    for one in narrow:
        if use.purpose not in _seers(one):
            found.sentences.append(f"{_SHOWS[_kind(one)]} not shown for this use.")
            found.never = True
            continue
        try:
            if one.field in CODES:
                codes = codes_meant(session, one.field, _values(one, cards))
                found.codes.append((codes, one.without))
            elif _kind(one) == "memo":
                noted = has_memo(use, Story.id)
                found.others.append(~noted if one.without else noted)
            elif one.field in OF_CODINGS:
                made = (
                    Coding.coder_id.in_(coders_meant(session, use, one.value.split(",")))
                    if one.field == "by"
                    else has(use, one.value)
                )
                if one.without:
                    found.others.append(~_carries(use, made))
                else:
                    found.codings.append(made)
            else:
                values = {value.strip() for value in one.value.split(",")}
                known = found.facts.setdefault((one.field, one.without), set())
                known |= values - {""}
        except BadInput as problem:
            found.sentences.append(problem.sentence)
            found.never = True
    return found


def narrowed(session: Session, use: Use, wanted: Narrowed) -> sa.Select[int]:
    """A select of the permitted stories that fit. Adds a sentence for each fact that none has."""
    stories = reading.permitted(use).where(*wanted.others)
    if wanted.never:
        stories = stories.where(sa.false())
    for codes, without in wanted.codes:
        if without:
            stories = stories.where(~_carries(use, Coding.code_id.in_(codes)))
        else:
            stories = stories.where(_carries(use, Coding.code_id.in_(codes), *wanted.codings))
    if wanted.codings and all(without for _, without in wanted.codes):
        stories = stories.where(_carries(use, *wanted.codings))
    for (name, without), values in wanted.facts.items():
        known = _spellings(session, use, name, values)
        if not known and not without:
            wanted.sentences.append(nobody_has(name, values))
        # A fact that may not be told of a story does not help to find it.
        there = sa.exists().where(
            StoryAttribute.story_id == Story.id,
            StoryAttribute.name == name,
            StoryAttribute.value.in_(known),
            reading.tells(use, StoryAttribute.name, StoryAttribute.story_id),
        )
        stories = stories.where(~there if without else there)
    return stories


def nobody_has(name: str, values: Iterable[str]) -> str:
    said = " or ".join(f"\u201c{value}\u201d" for value in sorted(values))
    return f"No story here has {name.replace('_', ' ')} {said}."


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
