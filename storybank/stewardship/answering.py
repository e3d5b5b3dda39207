"""Questions to storytellers that a steward reads out, and writes the answer down."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.models import AskRequest, StoryStanding
from storybank.consent.rules import Use
from storybank.errors import NotFound
from storybank.stewardship.sight import in_sight, seen
from storybank.stories import asked
from storybank.stories.asked import Asking, Stands
from storybank.stories.reading import Excerpt


def waiting_asks(session: Session, use: Use) -> list[Asking]:
    """Every question that waits for an answer, of stories this steward may see."""
    rows = session.scalars(
        select(AskRequest)
        .join(StoryStanding, StoryStanding.story_id == AskRequest.story_id)
        .where(
            in_sight(use.actor), AskRequest.cancelled_at.is_(None), AskRequest.answer_by > use.at
        )
        .order_by(AskRequest.answer_by, AskRequest.id)
    )
    found = [asked.asking(session, row, use.at) for row in rows]
    return [one for one in found if one.stands is Stands.WAITING]


def one_ask(session: Session, use: Use, ask_id: int) -> Asking:
    """One question. Raises NotFound where it is called off, or this steward may not see it."""
    found = session.get(AskRequest, ask_id)
    if found is None or found.cancelled_at is not None:
        raise NotFound("That question is not here any more.")
    seen(session, use.actor, found.story_id)
    return asked.asking(session, found, use.at)


def words_of(session: Session, use: Use, one: Asking) -> Excerpt | None:
    """The exact words that were asked about; None where they may not be seen, or changed."""
    return asked.words(session, use, one.request)
