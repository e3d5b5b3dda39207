"""Which uses may see what of the team's work and of storytellers' circumstances."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from storybank.codebook import service as codebook
from storybank.codebook.service import CodeCard
from storybank.consent.rules import EIGHT, Purpose, Use
from storybank.search.query import Asked, Narrow

Codes = Mapping[int, CodeCard]

SEES_CODES = frozenset(
    {Purpose.STUDY, Purpose.REUSE, Purpose.WORKSHOP, Purpose.DECIDE, Purpose.TEACH}
)
"""Uses that may see what the team's coders thought. Members and the public may not."""

SEES_FACTS = frozenset(EIGHT) - {Purpose.PUBLIC}
"""Uses that may see facts about a story, such as a country and a condition. Together they may
tell who somebody is, and nobody was asked whether the whole world may see them."""

SEES_WORK = frozenset({Purpose.STUDY})
"""Uses that may see who coded what, and where the team's memos are."""


def codes_seen(session: Session, use: Use) -> Codes:
    """Every code by its number, where this use may see codes; else none."""
    return codebook.codes_by_id(session) if use.purpose in SEES_CODES else {}


def understood(asked: Asked, cards: Codes) -> str:
    """What was understood, with codes and families by their names."""
    names = {("code", card.key.casefold()): card.name for card in cards.values()}
    names |= {("family", card.family.casefold()): card.family_name for card in cards.values()}

    def named(one: Narrow) -> Narrow:
        return replace(one, value=names.get((one.field, one.value.casefold()), one.value))

    within = tuple(replace(one, narrow=named(one.narrow)) for one in asked.within)
    return replace(asked, narrow=tuple(map(named, asked.narrow)), within=within).understood
