"""What a steward may see of a story: nothing while somebody else holds it."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank.consent.evidence import Proof
from storybank.consent.models import StoryStanding
from storybank.consent.rules import Reason, StoryState
from storybank.consent.standing import state_of
from storybank.errors import BadInput, NotFound
from storybank.people.rules import Actor
from storybank.stories.choices_asked import EVIDENCE


def seen(session: Session, by: Actor, story_id: int) -> StoryState:
    """The state of a story that this steward may see.

    Raises NotFound where there is none, where it was deleted, and where another holds it.
    """
    state = state_of(session, story_id)
    if state is None or state.closed is Reason.ERASED:
        raise NotFound("There is no such story.")
    if state.held and state.held_by != by.account_id:
        raise NotFound("There is no such story.")
    return state


def in_sight(by: Actor) -> sa.ColumnElement[bool]:
    """A clause on ``StoryStanding`` that holds for the stories ``seen`` would not refuse."""
    return sa.and_(
        sa.or_(StoryStanding.closed.is_(None), StoryStanding.closed != Reason.ERASED.value),
        sa.or_(~StoryStanding.held, StoryStanding.held_by == (by.account_id or 0)),
    )


def proof_of(kind: str, note: str, understanding: str = "", content: bytes = b"") -> Proof | None:
    """Evidence as it was typed; None where nothing was. Raises BadInput for an unknown kind."""
    if not note.strip():
        return None
    if kind not in EVIDENCE:
        raise BadInput("Choose what kind of evidence it is.")
    return Proof(kind, note, understanding, content)


def day_of(typed: str) -> date:
    """Raises BadInput for what is no day."""
    try:
        return date.fromisoformat(typed)
    except ValueError as no:
        raise BadInput("Choose a day.") from no
