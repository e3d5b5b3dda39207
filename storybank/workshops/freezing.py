"""A pack as it was when somebody froze it, and what has left it since.

A frozen pack holds places, never words: whether each may be shown is asked anew at each look.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import BadInput, Refused
from storybank.stories import reading
from storybank.undoing.service import account_of
from storybank.workshops import rules, service, showing
from storybank.workshops.models import FrozenItem, PackItem, PackVersion, Workshop

STOPPED = "It may not be used any more. Storytellers do not have to say why."
SAYS = {
    rules.TAKEN_OUT: "Somebody who runs the workshop took it out of the pack.",
    rules.CHANGED: "Its storyteller corrected the words on it.",
}


@dataclass(frozen=True)
class Left:
    """A card that left a frozen pack: its number there and why, never its words."""

    number: int
    because: str
    back: bool = False
    """It may be put back: it was a facilitator who took it out."""


def freeze(session: Session, use: Use, pack_id: int) -> PackVersion:
    """Freeze a pack as it may be shown now, as its next version; its workshop shows this one.

    Raises NotFound for no such pack for this purpose, Refused where the workshop is closed, and
    BadInput where nothing in the pack may be shown.
    """
    pack, meeting, here = service.pack_for(session, use, pack_id, to_change=True)
    if meeting.status == "closed":
        raise Refused("The workshop is closed. Its pack stays as it was.")
    items = service.standing(session, pack_id)
    cards = showing.shown(session, here, items)
    if not cards:
        raise BadInput("Put at least one passage into the pack first.")
    last = session.scalar(select(sa.func.max(PackVersion.n)).where(PackVersion.pack_id == pack.id))
    version = PackVersion(
        pack_id=pack.id, n=(last or 0) + 1, frozen_by=account_of(use), frozen_at=now()
    )
    session.add(version)
    session.flush()
    by_id = {item.id: item for item in items}
    for number, (item_id, card) in enumerate(cards.items(), start=1):
        item, place = by_id[item_id], card.place
        session.add(
            FrozenItem(
                pack_version_id=version.id, pack_item_id=item_id, position=number,
                story_id=place.story_id, version=place.version, start=place.start, end=place.end,
                kept=item.kept, sha256=reading.sha256_of(card.words), note=item.note,
            )
        )  # fmt: skip
    meeting.pack_version_id, meeting.no_passages = version.id, False
    session.flush()
    return version


def version_of(session: Session, meeting: Workshop) -> PackVersion | None:
    """The frozen pack that is shown in a workshop, if it has one."""
    if meeting.pack_version_id is None:
        return None
    return session.get(PackVersion, meeting.pack_version_id)


def frozen(session: Session, version: PackVersion) -> list[FrozenItem]:
    """What was frozen, in order, whether it may be shown now or not."""
    return list(
        session.scalars(
            select(FrozenItem)
            .where(FrozenItem.pack_version_id == version.id)
            .order_by(FrozenItem.position, FrozenItem.id)
        )
    )


def pulled_since(session: Session, use: Use, version: PackVersion) -> list[Left]:
    """The frozen cards that may not be shown at this moment, by their number, with the reason
    where it may be told.

    ``use`` carries the workshop's audience and event. Cards of a story that was deleted are not
    even counted.
    """
    items = frozen(session, version)
    there = showing.shown(session, use, items)
    gone = [item for item in items if item.pack_item_id not in there]
    pulled = {
        item.id: item.pulled_because
        for item in session.scalars(
            select(PackItem).where(PackItem.id.in_([item.pack_item_id for item in gone]))
        )
    }
    return [_left(session, use, item, pulled.get(item.pack_item_id)) for item in gone]


def changed_since(session: Session, use: Use, version: PackVersion) -> bool:
    """Would freezing it again make another version: other cards, order, texts or notes?

    ``use`` carries the workshop's audience and event.
    """
    items = service.standing(session, version.pack_id)
    shown = showing.shown(session, use, items)
    now_there = [(one.item_id, reading.sha256_of(one.words), one.note) for one in shown.values()]
    then = [(item.pack_item_id, item.sha256, item.note) for item in frozen(session, version)]
    still = showing.shown(session, use, frozen(session, version))
    return now_there != [one for one in then if one[0] in still]


def _left(session: Session, use: Use, item: FrozenItem, because: str | None) -> Left:
    if because in SAYS:
        return Left(item.position, SAYS[because], back=because == rules.TAKEN_OUT)
    told = reading.hidden(session, use, [item.story_id])
    reason = next(iter(told), None)
    return Left(item.position, reason.sentence if reason else STOPPED)
