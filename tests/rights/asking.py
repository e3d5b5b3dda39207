"""Requests for tests that walk the whole house: one of a storyteller's, and a complaint."""

from __future__ import annotations

from factories import Factory
from portal.room import printing

from storybank.clock import now
from storybank.people.rules import Actor, Role
from storybank.rights import service
from storybank.rights.kinds import Exemption, Kind, Outcome, PauseReason
from storybank.rights.models import RecipientTask


def requests_in(a: Factory, person_id: int, story_id: int) -> dict[str, list[int]]:
    """A request to delete that waits for a second steward, a complaint whose clock is stopped,
    and a recipient to tell: the numbers that stand in their addresses."""
    session, steward = a.session, a.actor(Role.STEWARD)
    teller = Actor(None, person_id, frozenset({Role.STORYTELLER}), "Teller")
    asked = service.ask(session, teller, Kind.ERASURE, "Please wipe all of it.", story_id)
    service.add_note(session, steward, asked.id, "Rang on Monday.")
    service.answer(
        session, steward, asked.id, Outcome.REFUSED, "We must keep it for now.",
        exemption=Exemption.CLAIM, harm="A case in court rests on it.",
    )  # fmt: skip
    complaint = service.complain(session, "Nobody rang me back.", "Phone 0161 496 0000")
    service.pause(session, steward, complaint.id, PauseReason.CLARIFICATION)
    session.add(printing(story_id, now()))
    session.flush()
    service.make_recall_tasks(session, story_id, None, "recall")
    tasks = session.query(RecipientTask).order_by(RecipientTask.id)
    return {
        "request_id": [asked.id, complaint.id],
        "task_id": [task.id for task in tasks],
    }
