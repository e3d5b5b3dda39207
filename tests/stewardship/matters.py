"""What a steward looks after, for tests that walk the whole house."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from factories import Factory

from storybank.clock import now
from storybank.consent import holds, parties, third_persons
from storybank.consent import service as consent
from storybank.consent.models import ConsentEvent
from storybank.consent.recording import How
from storybank.consent.rules import Answer, Part, Purpose
from storybank.people.models import Person
from storybank.people.rules import MACHINE, Actor
from storybank.stewardship import assisting
from storybank.stewardship.lists import LISTS

SCAN = b"%PDF-1.7 signed"


def matters_in(a: Factory, steward: Actor, story_id: int, held_id: int) -> dict[str, list]:
    """Of one story: a supporter, somebody else in it, a yes with a scan, an open half hour with
    its teller; and a hold on another. The numbers that stand in their addresses."""
    session = a.session
    state = assisting.story(session, story_id)
    helper = Person(created_at=now())
    session.add(helper)
    session.flush()
    parties.join(session, MACHINE, story_id, helper.id, Part.SUPPORTER, None, "phone")
    other = third_persons.register(
        session, MACHINE, story_id, "The nurse", relationship="health or care worker",
        identifiable=False,
    )  # fmt: skip
    proof = consent.Proof("signed_paper", "Signed; Jo Park saw it.", content=SCAN)
    receipt = consent.give(
        session, MACHINE, story_id, state.person_id, {Purpose.KEEP: Answer.YES}, proof, "paper",
        how=How("paper"),
    )  # fmt: skip
    evidence_id = session.scalar(
        sa.select(ConsentEvent.evidence_id).where(ConsentEvent.id == receipt.event_id)
    )
    assisting.begin(session, steward, state.person_id, "phone", "standard", [])
    later = (now() + timedelta(days=9)).date()
    hold = holds.open_hold(session, steward, held_id, "quality", "A page is missing.", later)
    return {
        "other_id": [other.id], "evidence_id": [evidence_id], "hold_id": [hold.id],
        "kind": [*LISTS],
    }  # fmt: skip
