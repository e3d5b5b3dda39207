"""Which uses may see what of the team's work and of storytellers' circumstances."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from storybank.codebook import service as codebook
from storybank.codebook.service import CodeCard
from storybank.consent.rules import EIGHT, Purpose, Use

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
