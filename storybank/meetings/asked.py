"""Which questions a phone may see: those that have been put, in the order of the plan."""

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
    """Those before it, the latest first."""

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
    """The questions that were put in a workshop: the one asked now, those before it in the plan,
    and those that were revealed or that this participant has answered."""
    state = session.get(MeetingState, workshop_id)
    if state is None:
        return Questions(None, ())
    part = sa.func.coalesce(Segment.position, 0)
    rows = session.execute(
        select(Prompt, part, _answered(participant_id))
        .outerjoin(Segment, Segment.id == Prompt.segment_id)
        .where(Prompt.workshop_id == workshop_id, Prompt.removed_at.is_(None))
        .order_by(part, Prompt.position, Prompt.id)
    ).all()
    here = next((at for at, row in enumerate(rows) if row[0].id == state.prompt_id), None)
    segment = session.get(Segment, state.segment_id) if state.segment_id else None
    # Between two questions, those of the parts before this one; at the end, of this one too.
    reached = (segment.position if segment else 0) + (1 if state.ended_at else 0)
    seen = [
        prompt
        for at, (prompt, position, answered) in enumerate(rows)
        if at != here
        and (
            (at < here if here is not None else position < reached)
            or prompt.revealed_at is not None
            or answered
        )
    ]
    return Questions(None if here is None else rows[here][0], tuple(reversed(seen)))


def takes(prompt: Prompt) -> Asked:
    """What this question takes as an answer."""
    return Asked(prompt.kind, tuple(prompt.options or ()), prompt.dots, prompt.max_len)


def _answered(participant_id: int | None) -> sa.ColumnElement[bool]:
    if participant_id is None:
        return sa.literal(False)
    return sa.exists().where(
        Response.prompt_id == Prompt.id, Response.participant_id == participant_id
    )
