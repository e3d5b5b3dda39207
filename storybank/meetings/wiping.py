"""The end of what participants told of themselves: gone on the day they were told of.

What they answered stays, with its group and from where they spoke; nothing says who it was. A
backup needs no line in the ledger for it: the day stands in the row itself, so a restored
database, whose finish and whose first sweep look here too, wipes it again.
"""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.meetings.models import AnswerDraft, Participant, Response
from storybank.workshops.models import Workshop

WIPE = "meetings.wipe"
LONGEST = 366
"""Days that participants' data is kept at most, whatever a workshop says."""


def day_for(workshop: Workshop, today: date) -> date:
    """The day on which somebody who joins today is wiped: counted from the workshop's own day,
    or from today where that is gone by."""
    kept = min(max(workshop.keep_days, 0), LONGEST)
    latest = min(max(workshop.held_on, today), date.max - timedelta(days=LONGEST))
    counted = latest + timedelta(days=kept)
    return min(counted, workshop.wipe_on) if workshop.wipe_on else counted


def due(session: Session, today: date) -> list[int]:
    """Ids of the participants whose day has come."""
    return list(session.scalars(_due(today).order_by(Participant.id)))


def wipe(session: Session, today: date) -> int:
    """Wipe everybody whose day has come; how many that were. Doing it twice changes nothing."""
    ids = _due(today)
    session.execute(sa.delete(AnswerDraft).where(AnswerDraft.participant_id.in_(ids)), NOW)
    session.execute(
        sa.update(Response).where(Response.participant_id.in_(ids)).values(participant_id=None),
        NOW,
    )
    gone = session.execute(sa.delete(Participant).where(Participant.id.in_(ids)), NOW)
    done = select(Workshop.id).where(
        Workshop.wiped_at.is_(None),
        Workshop.wipe_on <= today,
        ~sa.exists().where(Participant.workshop_id == Workshop.id),
    )
    session.execute(sa.update(Workshop).where(Workshop.id.in_(done)).values(wiped_at=now()), NOW)
    session.expire_all()
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _due(today: date) -> sa.Select[int]:
    return (
        select(Participant.id)
        .join(Workshop, Workshop.id == Participant.workshop_id)
        .where(sa.or_(Participant.wipe_on <= today, Workshop.wipe_on <= today))
    )


NOW = {"synchronize_session": False}
"""In the database alone; what the session holds is let go of afterwards."""
