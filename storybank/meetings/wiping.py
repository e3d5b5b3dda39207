"""The end of what participants told of themselves: gone on the day they were told of.

What they answered stays, with its group and from where they spoke; nothing says who it was. A
backup needs no line in the ledger for it: the day stands in the row itself, so a restored
database, whose finish and whose first sweep look here too, wipes it again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.jobs import queue
from storybank.meetings.models import AnswerDraft, Participant, Response
from storybank.workshops.models import Workshop

WIPE = "meetings.wipe"
NOW: dict[str, Any] = {"synchronize_session": False}
"""In the database alone; what the session holds is let go of afterwards."""
LONGEST = 366
"""Days that participants' data is kept at most, whatever a workshop says."""


def day_for(workshop: Workshop, today: date) -> date:
    """The day on which somebody who joins today is wiped: counted from the workshop's own day,
    or from today where that is gone by."""
    kept = min(max(workshop.keep_days, 0), LONGEST)
    latest = min(max(workshop.held_on, today), date.max - timedelta(days=LONGEST))
    counted = latest + timedelta(days=kept)
    told = workshop.wipe_on
    return min(counted, told) if told is not None and told > today else counted


def due(session: Session, today: date) -> list[int]:
    """Ids of the participants whose day has come."""
    return list(session.scalars(_due(today).order_by(Participant.id)))


def promise(session: Session, at: datetime) -> None:
    """Promise to wipe whoever's day has come, if anybody's has."""
    if session.scalar(_due(at.date()).limit(1)) is not None:
        queue.put(session, WIPE, queue.SOON)


def keep_promise(session: Session, jobs: list[dict[str, Any]]) -> None:
    """Does the job of wiping."""
    wipe(session, now().date())


def overdue(session: Session, today: date) -> Iterator[str]:
    """A line for each workshop whose participants should have been wiped before today."""
    late = _due(today - timedelta(days=1)).subquery()
    rows = session.execute(
        select(Participant.workshop_id, sa.func.count())
        .where(Participant.id.in_(select(late)))
        .group_by(Participant.workshop_id)
        .order_by(Participant.workshop_id)
    )
    for number, people in rows:
        yield f"workshop {number} keeps what {people} who took part told of themselves past its day"


def wipe(session: Session, today: date) -> int:
    """Wipe everybody whose day has come; how many that were. Doing it twice changes nothing."""
    gone = _wipe(session, _due(today))
    done = select(Workshop.id).where(
        Workshop.wiped_at.is_(None),
        Workshop.wipe_on <= today,
        ~sa.exists().where(Participant.workshop_id == Workshop.id),
    )
    session.execute(
        sa.update(Workshop).where(Workshop.id.in_(done)).values(wiped_at=now()),
        execution_options=NOW,
    )
    return gone


def forget(session: Session, participant_id: int) -> None:
    """Wipe one person at once, who leaves for good. Their answers stay, and are nobody's."""
    _wipe(session, select(Participant.id).where(Participant.id == participant_id))


def _due(today: date) -> sa.Select[int]:
    return (
        select(Participant.id)
        .join(Workshop, Workshop.id == Participant.workshop_id)
        .where(sa.func.coalesce(Participant.wipe_on, Workshop.wipe_on) <= today)
    )


def _wipe(session: Session, ids: sa.Select[int]) -> int:
    # Everything that points to them lets go: the tables of rooms above do so by their keys.
    for change in (
        sa.delete(AnswerDraft).where(AnswerDraft.participant_id.in_(ids)),
        sa.update(Response).where(Response.participant_id.in_(ids)).values(participant_id=None),
    ):
        session.execute(change, execution_options=NOW)
    gone = session.execute(
        sa.delete(Participant).where(Participant.id.in_(ids)), execution_options=NOW
    )
    session.expire_all()
    return int(gone.rowcount)  # type: ignore[attr-defined]
