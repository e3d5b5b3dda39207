"""Reading who is to code what: the rounds a person codes blind in, for pages that must say so."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.coding.round_models import Assignment, CodingRound
from storybank.consent.permits import permits
from storybank.consent.rules import Use


@dataclass(frozen=True)
class RoundCard:
    """A round as the desk names it."""

    id: int
    name: str
    blind: bool


def blind_on(session: Session, use: Use, story_id: int) -> list[RoundCard]:
    """The open rounds in which the person asking is still to code this story blind; oldest
    first. None for a story that the use does not allow."""
    rows = session.execute(
        select(CodingRound.id, CodingRound.name, CodingRound.blind)
        .join(Assignment, Assignment.round_id == CodingRound.id)
        .where(
            Assignment.account_id == use.actor.account_id,
            Assignment.story_id == story_id,
            Assignment.finished_at.is_(None),
            CodingRound.blind,
            CodingRound.closed_at.is_(None),
            permits(use, Assignment.story_id),
        )
        .order_by(CodingRound.id)
    )
    return [RoundCard(*row) for row in rows]
