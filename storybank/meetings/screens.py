"""What was shown on screens and phones, written down for its storyteller: a record for each
passage and meeting, made when it is first shown."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.models import UseRecord
from storybank.consent.rules import Use
from storybank.consent.standing import states
from storybank.meetings.models import Participant, Prompt
from storybank.meetings.passages import passages
from storybank.workshops.models import Workshop
from storybank.workshops.service import event_key

SCREEN = "screen"


def record(session: Session, use: Use, workshop: Workshop, prompt: Prompt) -> int:
    """Write down that the passages of a question are shown now; how many were new in this
    meeting. ``use`` is made before the workshop's audience. Invented ones are not written down."""
    if workshop.rehearsal or not (prompt.passages or prompt.pack_item_id):
        return 0
    found = passages(session, use, workshop, None if prompt.passages else prompt.pack_item_id)
    cards = [card for card in found.cards if card.place is not None]
    known = set(
        session.scalars(
            select(UseRecord.reference).where(
                UseRecord.medium == SCREEN, UseRecord.reference.like(f"{_prefix(workshop)}%")
            )
        )
    )
    new = [card for card in cards if f"{_prefix(workshop)}{card.item_id}" not in known]
    standing = states(session, {card.place.story_id for card in new if card.place})
    people = _people(session, workshop)
    for card in new:
        assert card.place is not None
        session.add(
            UseRecord(
                story_id=card.place.story_id, version=card.place.version, start=card.place.start,
                end=card.place.end, use=use.purpose.value, medium=SCREEN, place=workshop.title,
                reference=f"{_prefix(workshop)}{card.item_id}",
                name_style=standing[card.place.story_id].name_style.value, copies=1,
                audience_size=people, made_by_account_id=use.actor.account_id, at=now(),
            )
        )  # fmt: skip
    session.flush()
    return len(new)


def count_people(session: Session, workshop: Workshop) -> None:
    """At the end: how many people had joined stands with everything that was shown to them."""
    session.execute(
        sa.update(UseRecord)
        .where(UseRecord.medium == SCREEN, UseRecord.reference.like(f"{_prefix(workshop)}%"))
        .values(audience_size=_people(session, workshop)),
        execution_options={"synchronize_session": False},
    )


def _prefix(workshop: Workshop) -> str:
    return f"{event_key(workshop.id)} / "


def _people(session: Session, workshop: Workshop) -> int | None:
    counted = select(sa.func.count()).where(Participant.workshop_id == workshop.id)
    return session.scalar(counted) or None
