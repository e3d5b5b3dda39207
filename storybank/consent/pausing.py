"""Pausing a story, starting it again, and the request to delete it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank.consent import evidence
from storybank.consent.answers import Counting, Kind, Reason
from storybank.consent.deciding import check_may_decide, check_may_stop, how_said
from storybank.consent.doing import do
from storybank.consent.evidence import Proof, demand
from storybank.consent.models import (
    ConsentDraft,
    ExcludedPlace,
    Receipt,
    ThirdPerson,
    ThirdPersonDecision,
    ThirdPersonPart,
)
from storybank.consent.recording import How, Said
from storybank.consent.standing import state_of
from storybank.errors import Conflict
from storybank.people.rules import Actor

GONE = "This story was deleted. Nothing can be changed any more."


def pause(
    session: Session, by: Actor, story_id: int, person_id: int, channel: str, *,
    how: How | None = None, at: datetime | None = None,
) -> Receipt:  # fmt: skip
    """Stop every use for now; the choices stay as they are. Needs no evidence and no reason."""
    check_may_stop(session, by, story_id, person_id)
    _check_there(session, story_id)
    how = how_said(session, by, story_id, person_id, channel, how)
    return do(session, by, story_id, person_id, Said(Kind.PAUSED), how, at=at)


def resume(
    session: Session, by: Actor, story_id: int, person_id: int, proof: Proof | None,
    channel: str, *, how: How | None = None, at: datetime | None = None,
) -> Receipt:  # fmt: skip
    """Start a paused story again, under the choices it had.

    Raises Refused without evidence; Conflict where it was deleted.
    """
    check_may_decide(session, by, story_id, person_id)
    _check_there(session, story_id)
    demand(proof, "To start again needs evidence. Say how the storyteller asked for it.")
    how = how_said(session, by, story_id, person_id, channel, how)
    return do(session, by, story_id, person_id, Said(Kind.RESUMED), how, at=at, proof=proof)


def request_erasure(
    session: Session, by: Actor, story_id: int, person_id: int, channel: str, *,
    counting: Counting | None = None, how: How | None = None, at: datetime | None = None,
) -> Receipt:  # fmt: skip
    """Close a story for good. Whoever calls this also has its words wiped (``portal.erasing``).

    Needs no evidence and no reason. Raises Conflict where it was deleted before.
    """
    check_may_stop(session, by, story_id, person_id)
    _check_there(session, story_id)
    more = {"counting": counting.value if counting else None}
    how = how_said(session, by, story_id, person_id, channel, how)
    return do(session, by, story_id, person_id, Said(Kind.ERASED, more=more), how, at=at)


def forget(session: Session, story_id: int) -> None:
    """Erase what this room wrote down about a story besides the bare events.

    What stays: codes, dates, the numbers of wordings, and the fact.
    """
    evidence.forget(session, story_id)
    people = sa.select(ThirdPerson.id).where(ThirdPerson.story_id == story_id)
    for statement in (
        sa.delete(ThirdPersonDecision).where(ThirdPersonDecision.third_person_id.in_(people)),
        sa.delete(ThirdPersonPart).where(ThirdPersonPart.third_person_id.in_(people)),
        sa.delete(ThirdPerson).where(ThirdPerson.story_id == story_id),
        sa.delete(ExcludedPlace).where(ExcludedPlace.story_id == story_id),
        sa.delete(ConsentDraft).where(ConsentDraft.story_id == story_id),
    ):
        session.execute(statement, execution_options={"synchronize_session": False})


def _check_there(session: Session, story_id: int) -> None:
    state = state_of(session, story_id)
    if state is not None and state.closed is Reason.ERASED:
        raise Conflict(GONE)
