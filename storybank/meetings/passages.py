"""The passages of a workshop's frozen pack as they may be shown at this moment, and no others."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.rules import Use
from storybank.stories.rules import Place
from storybank.workshops import showing
from storybank.workshops.models import FrozenItem, Workshop
from storybank.workshops.rehearsing import CARDS as INVENTED


@dataclass(frozen=True)
class Card:
    """One passage, let out for one use; lives for one request."""

    item_id: int
    """The pack item it comes from; below nought for an invented one."""
    number: int
    """Where it stands in the frozen pack, from 1."""
    note: str
    """What people are told before they read it; blank for most."""
    words: str
    attribution: str
    place: Place | None
    """None for an invented one."""


@dataclass(frozen=True)
class Passages:
    """What may be shown now."""

    cards: tuple[Card, ...] = ()
    gone: int = 0
    """How many were frozen in the pack, of those asked for, and may not be shown now."""


def passages(
    session: Session, use: Use, workshop: Workshop, item_id: int | None = None
) -> Passages:
    """The passages of the workshop's frozen pack, or the one from this pack item, in their
    frozen order, as ``use`` may see them now.

    ``use`` is made before the workshop's audience. A rehearsal has invented passages only.
    """
    if workshop.rehearsal:
        return _invented(item_id)
    if workshop.pack_version_id is None:
        return Passages()
    frozen = session.scalars(
        select(FrozenItem)
        .where(FrozenItem.pack_version_id == workshop.pack_version_id)
        .order_by(FrozenItem.position, FrozenItem.id)
    ).all()
    numbered = [
        (number, item)
        for number, item in enumerate(frozen, start=1)
        if item_id is None or item.pack_item_id == item_id
    ]
    shown = showing.shown(session, use, [item for _, item in numbered])
    cards = tuple(
        Card(item.pack_item_id, number, one.note, one.words, one.attribution, one.place)
        for number, item in numbered
        if (one := shown.get(item.pack_item_id)) is not None
    )
    return Passages(cards, len(numbered) - len(cards))


def _invented(item_id: int | None) -> Passages:
    chosen = INVENTED if item_id is None else [INVENTED[item_id % len(INVENTED)]]
    return Passages(
        tuple(
            Card(one.item_id, one.number, one.note, one.words, one.attribution, None)
            for one in chosen
        )
    )
