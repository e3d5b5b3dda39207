"""Is the record of consents whole? Each event's hash covers what it says and the one before."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.models import ConsentChoice, ConsentEvent
from storybank.consent.recording import event_hash


def broken_links(session: Session) -> int:
    """How many events do not follow from the one before, or were changed since."""
    choices: dict[str, dict[str, str]] = {}
    for event_id, use, answer in session.execute(
        select(ConsentChoice.event_id, ConsentChoice.use, ConsentChoice.answer)
    ):
        choices.setdefault(event_id, {})[use] = answer
    broken = 0
    person, seq, before = 0, 0, ""
    for event in session.scalars(
        select(ConsentEvent).order_by(ConsentEvent.person_id, ConsentEvent.seq)
    ):
        if event.person_id != person:
            person, seq, before = event.person_id, 0, "0" * 64
        seq += 1
        follows = event.seq == seq and event.prev_hash == before
        if not follows or event.hash != event_hash(event, choices.get(event.id, {})):
            broken += 1
        before = event.hash
    return broken
