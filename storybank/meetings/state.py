"""Where a workshop stands, and a version that grows whenever others would see something new."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.epoch_models import Epoch
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.consent.standing_models import UseStanding
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

    It holds the state's number, whether it is open, and what the passages of the frozen pack
    hang on, so that a stop reaches every page at its next poll.
    """
    row = session.execute(
        _VERSION, {"workshop": workshop.id, "pack": workshop.pack_version_id, "at": use.at}
    ).one()
    return f"{row[0] or 0}-{workshop.status}-{passages_word(row[1:], workshop.audience)}"


def passages_marks(pack: Any, at: Any) -> tuple[sa.ScalarSelect[Any], ...]:
    """Numbers, one of which is another when what may be shown of a frozen pack has changed.

    They are the consent epochs of its stories, which the database changes in the transaction of
    each stop and each new choice; what was taken out of the pack; and the yeses that have begun
    or run out by now. Whoever sees another number asks the door itself.
    """
    frozen = select(FrozenItem.story_id).where(FrozenItem.pack_version_id == pack)
    stories = frozen.correlate(None).scalar_subquery()
    epochs = select(sa.func.sum(Epoch.token % LOT)).where(Epoch.story_id.in_(stories))
    out = (
        select(sa.func.count(PackItem.id))
        .join(FrozenItem, FrozenItem.pack_item_id == PackItem.id)
        .where(FrozenItem.pack_version_id == pack, PackItem.pulled_at.is_not(None))
    )
    turned = select(
        sa.func.sum(
            sa.case((UseStanding.effective_from <= at, 1), else_=0)
            + sa.case((UseStanding.valid_until <= at, LOT), else_=0)
        )
    ).where(UseStanding.story_id.in_(stories))
    # Frozen again, its cards may be the same ones with another text, note or order.
    last = select(sa.func.max(FrozenItem.id)).where(FrozenItem.pack_version_id == pack)
    return (
        epochs.scalar_subquery(), out.scalar_subquery(), turned.scalar_subquery(),
        last.scalar_subquery(),
    )  # fmt: skip


def passages_word(marks: Any, audience: list[str]) -> str:
    """The numbers of ``passages_marks``, and who is there, as one short word."""
    known = hash_of("\n".join([*(str(int(one or 0)) for one in marks), *audience]))
    return known[:12]


def hash_of(text: str) -> str:
    """A short word for a text, the same in every process."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=8).hexdigest()


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


LOT = 2**40
"""Numbers of epochs are taken below this, so that their sum stays whole on every database."""

_PACK: sa.BindParameter[int] = sa.bindparam("pack", type_=sa.Integer)
_AT: sa.BindParameter[datetime] = sa.bindparam("at", type_=sa.DateTime)
# Made once: to make a statement takes longer than to run it.
_VERSION = select(
    select(MeetingState.version)
    .where(MeetingState.workshop_id == sa.bindparam("workshop", type_=sa.Integer))
    .scalar_subquery(),
    *passages_marks(_PACK, _AT),
)
