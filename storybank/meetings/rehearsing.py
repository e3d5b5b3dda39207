"""Invented people and answers, to practise with. Nothing of it is written into a real workshop."""

from __future__ import annotations

import random
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import Conflict, Refused
from storybank.meetings import agenda, grouping, running, seats, state
from storybank.meetings.answer_rules import Stance, Status
from storybank.meetings.kinds import PersonKind
from storybank.meetings.models import Group, Participant, Prompt, Response
from storybank.meetings.team import meeting_for
from storybank.workshops.models import Workshop

NAMES = (
    "Abel", "Bea", "Chidi", "Dot", "Ewa", "Finn", "Grace", "Hari", "Iris", "Jun", "Kofi", "Lena",
    "Mo", "Nia", "Omar", "Pat", "Quinn", "Rosa", "Sol", "Tess",
)  # fmt: skip
SAID = (
    "Somebody rang me back the same day. I still talk about it.",
    "I was asked at the end, when it was all decided.",
    "The papers came too late to read them.",
    "They paid my fare, and that is why I could come.",
    "I would like to hear what became of it.",
    "It was like that for my mother too.",
    "For me it was the other way round. They asked too much of me.",
    "A quiet room helped. So did a break.",
    "Nobody said who would decide.",
    "The same person each time. I did not have to start again.",
    "I did not know the words they used, so I nodded.",
    "They changed the letter. We had asked for that.",
)
MOST = 400
"""Invented answers in one workshop."""
NOT_A_PRACTICE = "Only a practice can be filled with invented people. This is a real workshop."


def fill(session: Session, use: Use, workshop_id: int) -> tuple[int, int]:
    """Let invented people join each group and answer what has been asked so far; how many people
    came, and how many answers. Doing it again adds some more.

    Raises NotFound; Refused for a workshop that is no rehearsal; Conflict where it is full.
    """
    workshop, _ = meeting_for(session, use, workshop_id)
    if not workshop.rehearsal:
        raise Refused(NOT_A_PRACTICE)
    agenda.ensure(session, workshop)
    grouping.usual(session, use, workshop)
    if workshop.status == "open":
        running.start(session, use, workshop_id)
    count = len(
        session.scalars(select(Response.id).where(Response.workshop_id == workshop_id)).all()
    )
    if count >= MOST:
        raise Conflict("There are enough invented answers. Throw this practice away for a new one.")
    people = [
        one for group in grouping.groups(session, workshop_id) for one in _people(workshop, group)
    ]
    session.add_all(people)
    session.flush()
    answers = [
        answer
        for prompt in _asked(session, workshop_id)
        for one in people
        if (answer := _answer(workshop, prompt, one)) is not None
    ]
    session.add_all(answers)
    state.changed(session, workshop_id)
    return len(people), len(answers)


def _asked(session: Session, workshop_id: int) -> list[Prompt]:
    """The question asked now and those before it; the first where none was asked."""
    prompts = agenda.agenda(session, workshop_id).prompts
    here = state.of(session, workshop_id).prompt_id
    at = next((n for n, one in enumerate(prompts) if one.id == here), 0)
    return prompts[: at + 1]


def _people(workshop: Workshop, group: Group) -> list[Participant]:
    return [
        Participant(
            workshop_id=workshop.id, group_id=group.id, token_hash=seats.new_token()[1],
            first_name=random.choice(NAMES), kind=random.choice(list(PersonKind)).value,
            access_needs=random.choice([None, None, None, None, "I read slowly."]),
            joined_at=now(), wipe_on=workshop.wipe_on,
        )
        for _ in range(random.randint(3, 6))
    ]  # fmt: skip


def _answer(workshop: Workshop, prompt: Prompt, one: Participant) -> Response | None:
    if random.random() < 0.15:
        return None
    options = list(prompt.options)
    stance, value, choices, text = None, None, None, random.choice(SAID)
    if prompt.kind == "same":
        stance = random.choice(list(Stance)).value
    elif prompt.kind == "scale":
        value, text = random.choice([1, 2, 3, 3, 4, 4, 4, 5]), ""
    elif prompt.kind in ("dots", "rank"):
        order = random.sample(range(1, len(options) + 1), len(options))
        text = ""
        choices = (
            {str(order[0]): min(2, prompt.dots)}
            if prompt.kind == "dots"
            else {str(number): rank for rank, number in enumerate(order, start=1)}
        )
    came = now() - timedelta(seconds=random.randint(0, 240))
    status = Status.WAITING if workshop.moderated and text else Status.SHOWN
    return Response(
        id=str(uuid4()), workshop_id=workshop.id, prompt_id=prompt.id, group_id=one.group_id,
        participant_id=one.id, kind=one.kind, text=text, stance=stance, value=value,
        choices=choices, captured="self", verbatim=True, may_quote=random.random() < 0.5,
        status=status.value, made_at=came, received_at=came,
    )  # fmt: skip
