"""Where a workshop stands, and a version that grows whenever others would see something new."""

from __future__ import annotations

import hashlib

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.meetings.models import MeetingState
from storybank.workshops.models import FrozenItem, PackItem, Workshop


def of(session: Session, workshop_id: int) -> MeetingState:
    """Where this workshop stands; made at the first call."""
    found = session.get(MeetingState, workshop_id)
    if found is None:
        found = MeetingState(workshop_id=workshop_id, version=1)
        session.add(found)
        session.flush()
    return found


def changed(session: Session, workshop_id: int) -> None:
    """Others would see something new: every phone and wall asks for it at its next poll."""
    of(session, workshop_id)
    session.execute(
        sa.update(MeetingState)
        .where(MeetingState.workshop_id == workshop_id)
        .values(version=MeetingState.version + 1)
    )


def version(session: Session, use: Use, workshop: Workshop) -> str:
    """What a page that polls compares: another string when anything it may show has changed.

    It holds the state's number and a fingerprint of which passages of the frozen pack may be
    shown at this moment under ``use``, so that a stop reaches every page at its next poll.
    """
    number = session.scalar(
        select(MeetingState.version).where(MeetingState.workshop_id == workshop.id)
    )
    return f"{number or 0}-{fingerprint(session, use, workshop)}"


def fingerprint(session: Session, use: Use, workshop: Workshop) -> str:
    """A short word that is another when other passages may be shown; blank without a pack."""
    if workshop.pack_version_id is None:
        return ""
    allowed = session.scalars(shown(use, workshop).order_by(FrozenItem.id)).all()
    return hashlib.sha256(" ".join(map(str, allowed)).encode()).hexdigest()[:12]


def shown(use: Use, workshop: Workshop) -> sa.Select[int]:
    """Ids of the frozen items that this use allows now, but for a shortened one's own question."""
    return (
        select(FrozenItem.id)
        .join(PackItem, PackItem.id == FrozenItem.pack_item_id)
        .where(
            FrozenItem.pack_version_id == workshop.pack_version_id,
            PackItem.pulled_at.is_(None),
            permits(use, FrozenItem.story_id, FrozenItem),
        )
    )
