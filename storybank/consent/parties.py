"""Who is who to a story: co-tellers, parents, attorneys, consultees, supporters, interpreters.

And the two notes that change who must agree: that a teller cannot decide, or is under 16.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from storybank.consent.answers import Kind, Part
from storybank.consent.doing import do
from storybank.consent.evidence import Proof, demand
from storybank.consent.models import Receipt
from storybank.consent.recording import How, Said
from storybank.consent.standing import state_of
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people.models import Person
from storybank.people.rules import Actor, Role

NEED_AUTHORITY = frozenset({Part.ATTORNEY, Part.PARENT, Part.CONSULTEE})
"""Parts whose authority must be shown: a deed, an order, a letter."""


def join(
    session: Session, by: Actor, story_id: int, person_id: int, part: Part,
    proof: Proof | None, channel: str, *, approval: str = "", at: datetime | None = None,
) -> Receipt:  # fmt: skip
    """Somebody has a part in a story from now on.

    ``approval`` is the number of the ethics approval, beside a consultee.

    Raises Refused for anybody but a steward, or without evidence of authority; BadInput for a
    part that cannot be given; Conflict where they have that part.
    """
    _check_steward(by)
    state = state_of(session, story_id)
    if state is None or session.get(Person, person_id) is None:
        raise NotFound("There is no such story or person.")
    if part is Part.TELLER or person_id == state.person_id:
        raise BadInput("The storyteller is part of the story already. Choose somebody else.")
    if part in NEED_AUTHORITY:
        demand(proof, "Say what shows that they may do this: a deed, an order or a letter.")
    if state.parties.get(person_id) is part and not approval:
        raise Conflict("They have that part already.")
    said = Said(Kind.JOINED, more={"part": part.value, "approval": approval.strip()[:100] or None})
    return do(session, by, story_id, person_id, said, How(channel, part), at=at, proof=proof)


def leave(
    session: Session, by: Actor, story_id: int, person_id: int, channel: str, *,
    at: datetime | None = None,
) -> Receipt:  # fmt: skip
    """Somebody has no part in a story any more. Raises as ``join`` does."""
    _check_steward(by)
    state = state_of(session, story_id)
    if state is None or person_id not in state.parties or person_id == state.person_id:
        raise NotFound("They have no part in this story.")
    return do(session, by, story_id, person_id, Said(Kind.LEFT), How(channel), at=at)


def note_capacity(
    session: Session, by: Actor, story_id: int, person_id: int, cannot_decide: bool,
    proof: Proof | None, *, at: datetime | None = None,
) -> Receipt:  # fmt: skip
    """A teller cannot decide about their story now, or can again.

    Raises Refused without a note of who found so and how: assume that people can decide.
    """
    _check_steward(by)
    demand(proof, "Write who found this, when and how. We assume that people can decide.")
    said = Said(Kind.CAPACITY, more={"state": cannot_decide})
    return do(
        session, by, story_id, person_id, said, How("face_to_face", Part.TEAM), at=at, proof=proof
    )


def note_age(
    session: Session, by: Actor, story_id: int, person_id: int, under_16: bool, *,
    at: datetime | None = None,
) -> Receipt:  # fmt: skip
    """A teller is under 16, or is so no more."""
    _check_steward(by)
    said = Said(Kind.AGE, more={"state": under_16})
    return do(session, by, story_id, person_id, said, How("face_to_face", Part.TEAM), at=at)


def _check_steward(by: Actor) -> None:
    if not by.roles & {Role.STEWARD, Role.MACHINE}:
        raise Refused("Only a steward can change who has a part in a story.")
