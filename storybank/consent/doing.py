"""One act of consent from start to end: the event, the standing, what follows, the receipt."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank import events
from storybank.clock import now
from storybank.consent import telling
from storybank.consent.answers import MUST_AGREE, Kind, Part
from storybank.consent.evidence import Proof
from storybank.consent.folding import StoryState
from storybank.consent.models import Receipt
from storybank.consent.narrowing import for_the_ledger, narrowings
from storybank.consent.recording import (
    How,
    Said,
    append,
    lock_person,
    lock_story,
    write_receipt,
)
from storybank.consent.standing import refold, state_of
from storybank.errors import NotFound
from storybank.people.models import Person
from storybank.people.rules import Actor


def do(
    session: Session,
    by: Actor,
    story_id: int,
    person_id: int,
    said: Said,
    how: How,
    *,
    at: datetime | None = None,
    proof: Proof | None = None,
) -> Receipt:
    """Append an event, refold, publish what follows, and give a receipt.

    Raises BadInput as ``recording.append`` does; NotFound where this is the answer of somebody
    who has no say in the story: it would be written down, and do nothing.
    """
    lock_person(session, person_id)
    lock_story(session, story_id)
    before = state_of(session, story_id)
    if before is not None:
        _check_has_a_say(before.parties.get(person_id), said.kind)
    event = append(session, by, story_id, person_id, said, how, at=at, proof=proof)
    state = refold(session, story_id, before.person_id if before else person_id, new=before is None)
    follow(session, story_id, before, state, forced=said.kind in ALWAYS_NARROWS)
    for taken in for_the_ledger(event.person_id, story_id, said, before, state, event.at):
        events.narrow(session, taken)
    time_zone = session.scalar(select(Person.time_zone).where(Person.id == person_id))
    receipt = write_receipt(session, event, state, said.choices, time_zone)
    if event.at > now() - WRITTEN_DOWN_LATE:
        telling.tell(session, receipt)
    return receipt


WRITTEN_DOWN_LATE = timedelta(hours=1)
"""An event of an earlier moment was told then: a backup put back tells nobody a second time."""
NO_SAY = "They have no say in this story. Choose the storyteller."
NOTED = frozenset({Kind.LEFT, Kind.CAPACITY, Kind.AGE})
ALWAYS_NARROWS = frozenset({Kind.WITHDRAWN, Kind.PAUSED, Kind.ERASED})


def _check_has_a_say(part: Part | None, kind: Kind) -> None:
    joining = kind is Kind.JOINED
    if not joining and part not in MUST_AGREE and (part is None or kind not in NOTED):
        raise NotFound(NO_SAY)


def change_around(session: Session, story_id: int) -> StoryState | None:
    """Refold after something was noted about a story that its tellers did not say.

    None where nothing was ever recorded for it.
    """
    lock_story(session, story_id)
    before = state_of(session, story_id)
    if before is None:
        return None
    state = refold(session, story_id, before.person_id)
    follow(session, story_id, before, state)
    for taken in for_the_ledger(before.person_id, story_id, None, before, state, now()):
        events.narrow(session, taken)
    return state


def follow(
    session: Session,
    story_id: int,
    before: StoryState | None,
    after: StoryState,
    *,
    forced: bool = False,
) -> None:
    """Have copies made to agree: first of all where something was taken away."""
    narrower = forced or (before is not None and bool(narrowings(before, after)))
    events.publish(
        session, events.UseStopped(story_id) if narrower else events.StoryChanged(story_id)
    )
