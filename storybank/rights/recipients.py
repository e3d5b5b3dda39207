"""Who was given parts of a story, and what they are to be told when it changes (Article 19)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.models import UseRecord
from storybank.consent.rules import Purpose
from storybank.errors import NotFound, Refused
from storybank.people.models import Person
from storybank.people.rules import Actor, Role, code_of
from storybank.rights.models import RecipientTask
from storybank.stories.models import Story

SCREEN = "screen"


class TaskKind(StrEnum):
    """What a recipient is to be told."""

    RECALL = "recall"
    CORRECTION = "correction"
    ERASURE = "erasure"

    @property
    def sentence(self) -> str:
        return TASK_SENTENCES[self]


TASK_SENTENCES = {
    TaskKind.RECALL: "Stopped. Ask for the copies back.",
    TaskKind.CORRECTION: "Put right. Tell them what changed.",
    TaskKind.ERASURE: "Erased. Ask them to destroy their copies.",
}


@dataclass(frozen=True)
class Recipient:
    """An event at which parts of a story were let out of the house."""

    story_id: int
    use_record_id: int
    """The first record of the event."""
    use: Purpose
    medium: str
    place: str
    reference: str
    at: datetime
    copies: int
    """How many of each part; of the part with most, where that differs."""


@dataclass(frozen=True)
class Task:
    """Something a steward has to tell a recipient."""

    id: int
    kind: TaskKind
    recipient: Recipient
    teller: str
    made_at: datetime
    done_at: datetime | None


def recipients_of(
    session: Session, story_id: int, uses: Collection[Purpose] | None = None
) -> list[Recipient]:
    """Everybody who was given parts of a story (for some uses only), oldest first.

    A printing writes a record for each part; those of one pack on one day are one recipient.
    """
    query = select(UseRecord).where(UseRecord.story_id == story_id).order_by(UseRecord.id)
    if uses is not None:
        query = query.where(UseRecord.use.in_([use.value for use in uses]))
    events: dict[tuple[date, str, str, str, str], list[UseRecord]] = {}
    for row in session.scalars(query):
        key = (row.at.date(), row.reference, row.place, row.use, row.medium)
        events.setdefault(key, []).append(row)
    return [_recipient(rows) for rows in events.values()]


def make_recall_tasks(
    session: Session, story_id: int, uses: Collection[Purpose] | None, kind: TaskKind | str
) -> list[RecipientTask]:
    """One task for each recipient of a story who is still to be told; None means every use.

    Who was asked once to give back or destroy copies is not asked again; a correction is told
    each time. Returns the tasks that are new.
    """
    kind = TaskKind(kind)
    there = select(RecipientTask.use_record_id).where(
        RecipientTask.story_id == story_id, RecipientTask.kind == kind.value
    )
    if kind is TaskKind.CORRECTION:
        there = there.where(RecipientTask.done_at.is_(None))
    told = set(session.scalars(there))
    made = [
        RecipientTask(
            story_id=story_id, use_record_id=one.use_record_id, kind=kind.value, made_at=now()
        )
        for one in recipients_of(session, story_id, uses)
        # What was shown on a screen is gone from it: nobody holds a copy to give back.
        if one.use_record_id not in told and one.medium != SCREEN
    ]
    session.add_all(made)
    session.flush()
    return made


def call_off(session: Session, story_id: int, uses: Collection[Purpose]) -> None:
    """Nobody need be asked for copies made for these uses any more: the stop was put back."""
    for_these = select(UseRecord.id).where(
        UseRecord.story_id == story_id, UseRecord.use.in_([use.value for use in uses])
    )
    session.execute(
        sa.delete(RecipientTask).where(
            RecipientTask.story_id == story_id,
            RecipientTask.kind == TaskKind.RECALL.value,
            RecipientTask.done_at.is_(None),
            RecipientTask.use_record_id.in_(for_these),
        ),
        execution_options={"synchronize_session": False},
    )


def tasks(session: Session, *, done: bool, limit: int = 100) -> list[Task]:
    """What recipients are still to be told, oldest first; or what they were, newest first."""
    query = (
        select(RecipientTask, Person.id)
        .join(Story, Story.id == RecipientTask.story_id)
        .join(Person, Person.id == Story.person_id)
        .limit(limit)
    )
    if done:
        query = query.where(RecipientTask.done_at.is_not(None))
        query = query.order_by(RecipientTask.done_at.desc(), RecipientTask.id.desc())
    else:
        query = query.where(RecipientTask.done_at.is_(None)).order_by(RecipientTask.id)
    rows = session.execute(query).all()
    known: dict[int, dict[int, Recipient]] = {
        story_id: {one.use_record_id: one for one in recipients_of(session, story_id)}
        for story_id in {task.story_id for task, _ in rows}
    }
    return [
        Task(
            id=task.id,
            kind=TaskKind(task.kind),
            recipient=known[task.story_id][task.use_record_id],
            teller=code_of(person_id),
            made_at=task.made_at,
            done_at=task.done_at,
        )
        for task, person_id in rows
        if task.use_record_id in known[task.story_id]
    ]


def count_open(session: Session) -> int:
    """How many recipients are still to be told."""
    return len(
        session.scalars(select(RecipientTask.id).where(RecipientTask.done_at.is_(None))).all()
    )


def tick(session: Session, by: Actor, task_id: int, *, done: bool = True) -> RecipientTask:
    """Note that a recipient was told, or that this was ticked by mistake.

    Raises NotFound for an unknown task, Refused for anybody but a steward.
    """
    if Role.STEWARD not in by.roles:
        raise Refused("Only a steward can do this.")
    task = session.get(RecipientTask, task_id)
    if task is None:
        raise NotFound("There is no such task.")
    if done and task.done_at is None:
        task.done_at, task.done_by = now(), by.account_id
    elif not done:
        task.done_at = task.done_by = None
    session.flush()
    return task


def _recipient(rows: Sequence[UseRecord]) -> Recipient:
    first = rows[0]
    copies: dict[tuple[int, int, int], int] = {}
    for row in rows:
        part = (row.version, row.start, row.end)
        copies[part] = copies.get(part, 0) + row.copies
    return Recipient(
        story_id=first.story_id,
        use_record_id=first.id,
        use=Purpose(first.use),
        medium=first.medium,
        place=first.place,
        reference=first.reference,
        at=first.at,
        copies=max(copies.values()),
    )
