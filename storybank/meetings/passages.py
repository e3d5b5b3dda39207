"""The passages of a workshop's frozen pack as they may be shown at this moment, and no others."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.rules import Use
from storybank.meetings import state
from storybank.stories import reading
from storybank.stories.rules import Place
from storybank.workshops.models import FrozenItem, Workshop


@dataclass(frozen=True)
class Card:
    """One passage, let out for one use; lives for one request."""

    item_id: int
    """The pack item it comes from."""
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
    """How many were in the frozen pack, or asked for, and may not be shown now."""


def passages(
    session: Session, use: Use, workshop: Workshop, item_id: int | None = None
) -> Passages:
    """The passages of the workshop's frozen pack, or the one from this pack item, in their
    frozen order, as ``use`` may see them now. ``use`` is made before the workshop's audience."""
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
    allowed = set(session.scalars(state.shown(use, workshop)))
    open_ = [(number, item) for number, item in numbered if item.id in allowed and not item.kept]
    words = {
        found.place: found
        for found in reading.excerpts(session, use, [item.place for _, item in open_])
    }
    cards = tuple(
        Card(
            item.pack_item_id, number, item.note, words[item.place].words,
            words[item.place].attribution, item.place,
        )
        for number, item in open_
        if item.place in words
    )  # fmt: skip
    return Passages(cards, len(numbered) - len(cards))
