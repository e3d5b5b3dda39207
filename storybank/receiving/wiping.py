"""What waits is wiped: when its intake is done, when its story is deleted, and on its last day.

Sealed as it is, it names people. The day stands in the row itself, so a restored database wipes
it again. That a file was there, and what became of it, stays.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.models import StoryStanding
from storybank.consent.rules import Reason
from storybank.db import slices
from storybank.jobs import queue
from storybank.receiving.models import Intake, IntakeBytes, IntakeFile, IntakeItem
from storybank.receiving.rules import Outcome, Stage

WIPE = "receiving.wipe"
QUIETLY: dict[str, Any] = {"synchronize_session": False}
TOO_LATE = "Nobody took it in in time, so what was read of it is wiped. Bring it again."
OPEN = (Outcome.WAITING.value, Outcome.READY.value, Outcome.ASKED.value)


class WaitingFiles:
    """Keeper of what waits: names of files go with the stories that they brought."""

    name = "files on their way in"

    def reconcile(self, session: Session, story_ids: Collection[int]) -> None:
        """Wipe what an intake still holds of stories that were deleted. Twice changes nothing."""
        for some in slices(sorted(set(story_ids))):
            ids = list(session.scalars(_gone().where(IntakeItem.story_id.in_(some))))
            _wipe_items(session, ids)

    def strays(self, session: Session) -> Iterator[tuple[int, str]]:
        """Deleted stories whose file an intake still names or holds."""
        rows = session.execute(
            select(IntakeItem.story_id).where(IntakeItem.id.in_(_gone())).distinct()
        )
        for (story_id,) in rows:
            yield story_id or 0, f"files on their way in: story {story_id} still has one"


def wipe_rest(session: Session, intake_id: int) -> None:
    """Wipe words, decisions and bytes of an intake that is done. Names of files stay until its
    last day, for its report."""
    _wipe_words(session, [intake_id])


def promise(session: Session, at: datetime) -> None:
    """Promise to wipe every intake whose day has come, if any has."""
    if session.scalar(_due(at.date()).limit(1)) is not None:
        queue.put(session, WIPE, queue.SOON)


def keep_promise(session: Session, jobs: list[dict[str, Any]]) -> None:
    """Does the job of wiping."""
    wipe(session, now().date())


def wipe(session: Session, today: date) -> int:
    """Wipe every intake whose day has come; how many. Doing it twice changes nothing."""
    ids = list(session.scalars(_due(today)))
    for some in slices(ids):
        _wipe_words(session, some)
        session.execute(
            sa.update(IntakeItem)
            .where(IntakeItem.intake_id.in_(some), IntakeItem.status.in_(OPEN))
            .values(status=Outcome.LEFT_OUT.value, reason=TOO_LATE, changed_at=now()),
            execution_options=QUIETLY,
        )
        session.execute(
            sa.update(IntakeFile)
            .where(IntakeFile.intake_id.in_(some))
            .values(name=None, columns=None),
            execution_options=QUIETLY,
        )
        session.execute(
            sa.update(Intake)
            .where(Intake.id.in_(some))
            .values(asked=None, fingerprint=None, choices=None),
            execution_options=QUIETLY,
        )
        session.execute(
            sa.update(Intake)
            .where(Intake.id.in_(some), Intake.status != Stage.UNDONE.value)
            .values(status=Stage.DONE.value),
            execution_options=QUIETLY,
        )
    session.expire_all()
    return len(ids)


def overdue(session: Session, today: date) -> Iterator[str]:
    """A line for each intake that should have been wiped before today."""
    for number in session.scalars(_due(today - timedelta(days=1))):
        yield f"intake {number} keeps files past its day"


def _due(today: date) -> sa.Select[int]:
    """Intakes whose day has come and that still hold anything."""
    named = sa.exists().where(IntakeFile.intake_id == Intake.id, IntakeFile.name.is_not(None))
    held = sa.exists().where(
        IntakeItem.intake_id == Intake.id,
        sa.or_(
            IntakeItem.read.is_not(None),
            IntakeItem.decided.is_not(None),
            IntakeItem.status.in_(OPEN),
        ),
    )
    return (
        select(Intake.id)
        .where(
            Intake.wipe_on <= today,
            sa.or_(named, held, Intake.asked.is_not(None), Intake.choices.is_not(None)),
        )
        .order_by(Intake.id)
    )


def _gone() -> sa.Select[int]:
    """Items of deleted stories whose file is still named, or of which anything is held."""
    return (
        select(IntakeItem.id)
        .join(StoryStanding, StoryStanding.story_id == IntakeItem.story_id)
        .outerjoin(IntakeFile, IntakeFile.id == IntakeItem.file_id)
        .where(
            StoryStanding.closed == Reason.ERASED.value,
            sa.or_(
                IntakeItem.read.is_not(None),
                IntakeItem.decided.is_not(None),
                sa.and_(IntakeItem.line.is_(None), IntakeFile.name.is_not(None)),
            ),
        )
    )


def _wipe_items(session: Session, ids: list[int]) -> None:
    if not ids:
        return
    session.execute(
        sa.update(IntakeItem).where(IntakeItem.id.in_(ids)).values(read=None, decided=None),
        execution_options=QUIETLY,
    )
    # A table names no one teller; a file of one story often does.
    alone = select(IntakeItem.file_id).where(IntakeItem.id.in_(ids), IntakeItem.line.is_(None))
    session.execute(
        sa.delete(IntakeBytes).where(IntakeBytes.file_id.in_(alone)), execution_options=QUIETLY
    )
    session.execute(
        sa.update(IntakeFile).where(IntakeFile.id.in_(alone)).values(name=None),
        execution_options=QUIETLY,
    )
    session.expire_all()


def _wipe_words(session: Session, intake_ids: list[int]) -> None:
    session.execute(
        sa.update(IntakeItem)
        .where(IntakeItem.intake_id.in_(intake_ids))
        .values(read=None, decided=None),
        execution_options=QUIETLY,
    )
    files = select(IntakeFile.id).where(IntakeFile.intake_id.in_(intake_ids))
    session.execute(
        sa.delete(IntakeBytes).where(IntakeBytes.file_id.in_(files)), execution_options=QUIETLY
    )
    session.expire_all()
