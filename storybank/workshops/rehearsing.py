"""Practising a workshop with invented words: a copy that touches no story and writes no use.

The cards below were made up for practice. They are nobody's words.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import Refused
from storybank.workshops import helping, opening
from storybank.workshops.models import Workshop, WorkshopHelper


@dataclass(frozen=True)
class Invented:
    """A made-up card. Its ``item_id`` is below nought, so that it is never a real one's."""

    item_id: int
    number: int
    note: str
    words: str
    attribution: str


_WORDS = (
    ("", "I sat on the group for a year before anybody asked me what I thought. When they did, "
     "they wrote it down, and the next month it had been done.", "Invented person A"),
    ("Speaks of being left out", "The papers came the night before, forty pages of them. I can "
     "read, but not like that. So I said nothing, and they took it for a yes.",
     "Invented person B"),
    ("", "My daughter came with me the first time. Now I chair it. Nobody told me I could not.",
     "Invented person C"),
    ("Speaks of a hard time on a ward", "I told them what the ward was like at night. The room "
     "went quiet. Then the manager said, what would have helped? That was the right question.",
     "Invented person D"),
    ("", "They pay my bus fare now, and a fee. It sounds small. It is the difference between "
     "a guest and a colleague.", "Invented person E"),
    ("", "We said the letters should be in plain words. Two years on they still are not. I would "
     "like to know who reads what we write.", "Invented person F"),
)  # fmt: skip

CARDS = tuple(
    Invented(-number, number, note, words, name)
    for number, (note, words, name) in enumerate(_WORDS, start=1)
)
SAYS = "Invented words, to practise with"


def rehearsal_of(session: Session, workshop_id: int) -> Workshop | None:
    """The copy in which this workshop is practised, if there is one."""
    return session.scalar(
        select(Workshop).where(Workshop.rehearsal_of == workshop_id).order_by(Workshop.id).limit(1)
    )


def practise(session: Session, use: Use, workshop_id: int) -> Workshop:
    """The copy in which this workshop is practised, made at the first call and open to join.

    It has the plan and the people who run it, invented cards and no pack. Raises NotFound or
    Refused where the person does not run the workshop.
    """
    meeting = helping.run_by(session, use.actor, workshop_id, to_change=True)
    if meeting.rehearsal:
        return meeting
    found = rehearsal_of(session, workshop_id)
    if found is not None:
        return found
    copy = Workshop(
        title=f"Practice: {meeting.title}"[:200], question=meeting.question,
        held_on=max(meeting.held_on, now().date()), use=meeting.use,
        audience=list(meeting.audience),
        made_by=meeting.made_by, made_at=now(), why=meeting.why, in_scope=meeting.in_scope,
        out_of_scope=meeting.out_of_scope, decider=meeting.decider, reply_by=meeting.reply_by,
        mode=meeting.mode, template=meeting.template, moderated=meeting.moderated,
        policy=meeting.policy, keep_days=1, rehearsal=True, rehearsal_of=meeting.id,
        self_check={},
    )  # fmt: skip
    session.add(copy)
    session.flush()
    for number in sorted(helping.helpers(session, meeting.id)):
        session.add(WorkshopHelper(workshop_id=copy.id, account_id=number, added_at=now()))
    session.flush()
    opening.open_for_joining(session, use, copy.id)
    return copy


def throw_away(session: Session, use: Use, workshop_id: int) -> int | None:
    """Delete a practice with all that was said in it; the workshop it was made from.

    Raises NotFound or Refused where the person does not run it, or it is a real workshop.
    """
    meeting = helping.run_by(session, use.actor, workshop_id, to_change=True)
    if not meeting.rehearsal:
        raise Refused("Only a practice can be thrown away. This is a real workshop.")
    origin = meeting.rehearsal_of
    _delete_whole(session, workshop_id)
    session.expire_all()
    return origin


def _delete_whole(session: Session, workshop_id: int) -> None:
    """Every row that belongs to a workshop, in whichever room it stands, and the workshop."""
    top = Workshop.metadata.tables["workshop"]
    belongs: dict[Any, sa.ColumnElement[bool]] = {top: top.c.id == workshop_id}
    tables = Workshop.metadata.sorted_tables
    # A table belongs to it whose rows point to one that does; a few rounds reach them all.
    grown = True
    while grown:
        grown = False
        for table in tables:
            if table in belongs:
                continue
            ways = [
                key.parent.in_(select(key.column).where(belongs[key.column.table]))
                for key in table.foreign_keys
                if key.column.table in belongs and not key.parent.nullable
            ]
            if ways:
                belongs[table], grown = sa.or_(*ways), True
    for table in reversed(tables):
        for key in table.foreign_keys:
            if table in belongs and key.parent.nullable and key.column.table in belongs:
                session.execute(
                    sa.update(table).where(belongs[table]).values({key.parent.name: None})
                )
    for table in reversed(tables):
        if table in belongs and table is not top:
            session.execute(sa.delete(table).where(belongs[table]))
    session.execute(sa.delete(top).where(top.c.id == workshop_id))


__all__ = ["CARDS", "SAYS", "Invented", "practise", "rehearsal_of", "throw_away"]
