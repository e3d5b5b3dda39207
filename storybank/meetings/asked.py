"""Which questions a phone may see and answer: those that have been put."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.errors import NotFound
from storybank.meetings.answer_rules import Asked
from storybank.meetings.models import MeetingState, Prompt, Response, Segment

NOT_PUT = "That question is not open."


@dataclass(frozen=True)
class Questions:
    """What has been asked in a workshop so far."""

    now: Prompt | None
    """The one that all look at; None between two."""
    earlier: tuple[Prompt, ...]
    """The others that were put, the last of the plan first."""

    @property
    def all(self) -> tuple[Prompt, ...]:
        """Every question that may be seen and answered, the one asked now first."""
        return (*([self.now] if self.now else []), *self.earlier)

    def one(self, prompt_id: int) -> Prompt:
        """One of them. Raises NotFound for one that was not put yet, or is not of here."""
        found = next((prompt for prompt in self.all if prompt.id == prompt_id), None)
        if found is None:
            raise NotFound(NOT_PUT)
        return found


def questions(session: Session, workshop_id: int, participant_id: int | None = None) -> Questions:
    """The questions that were put in a workshop, whether or not a later one is asked now; and
    those that were revealed, or that this participant has answered."""
    state = session.get(MeetingState, workshop_id)
    if state is None:
        return Questions(None, ())
    now = Prompt.id == state.prompt_id
    prompts = session.scalars(
        select(Prompt)
        .outerjoin(Segment, Segment.id == Prompt.segment_id)
        .where(
            Prompt.workshop_id == workshop_id,
            Prompt.removed_at.is_(None),
            sa.or_(
                now, Prompt.asked_at.is_not(None), Prompt.revealed_at.is_not(None),
                _answered(participant_id),
            ),
        )
        .order_by(sa.func.coalesce(Segment.position, 0), Prompt.position, Prompt.id)
    ).all()  # fmt: skip
    asked_now = next((one for one in prompts if one.id == state.prompt_id), None)
    return Questions(asked_now, tuple(one for one in reversed(prompts) if one is not asked_now))


def takes(prompt: Prompt) -> Asked:
    """What this question takes as an answer."""
    return Asked(prompt.kind, tuple(prompt.options or ()), prompt.dots, prompt.max_len)


def _answered(participant_id: int | None) -> sa.ColumnElement[bool]:
    if participant_id is None:
        return sa.literal(False)
    return sa.exists().where(
        Response.prompt_id == Prompt.id, Response.participant_id == participant_id
    )
