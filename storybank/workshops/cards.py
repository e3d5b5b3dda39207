"""The cards of a pack: those that may be shown now, their order, and those taken out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Reason, Use
from storybank.errors import NotFound
from storybank.stories import reading
from storybank.stories.reading import Excerpt
from storybank.stories.rules import Place
from storybank.workshops import rules, service, showing
from storybank.workshops.models import Pack, PackItem, Workshop

NOT_THERE = "That card is not in the pack any more."


@dataclass(frozen=True)
class Card:
    """One passage of a pack as it may be shown now."""

    item_id: int
    number: int
    position: int
    code_id: int | None
    mark: str
    """What stands on it in print to tell it by."""
    excerpt: Excerpt
    """Its words as they may be shown: the shorter text where it was made shorter."""
    note: str = ""
    """What people are told before they read it."""
    shortened: bool = False


@dataclass(frozen=True)
class PackView:
    """A pack as it may be shown now: its cards, and what is not among them and why."""

    pack: Pack
    workshop: Workshop
    use: Use
    """The use these cards were let out for, with the workshop's audience."""
    cards: tuple[Card, ...]
    hidden: Counter[Reason]
    """Why passages that still stand in the pack may not be shown; stopped ones in no count."""
    left: tuple[Place, ...]
    """Every place that was drawn and may not be shown: what must be collected if printed."""
    only_whole: tuple[int, ...] = ()
    """Cards that may not be shown as short as they were made, but may be shown whole."""

    @property
    def gone(self) -> int:
        """How many of those that left are not told in ``hidden``."""
        return len(self.left) - self.hidden.total()


def view(session: Session, use: Use, pack_id: int) -> PackView:
    """A pack as it may be shown at this moment.

    Raises NotFound when there is none for this purpose.
    """
    pack, meeting, use = service.pack_for(session, use, pack_id)
    items = service.standing(session, pack_id)
    shown = showing.shown(session, use, items)
    hidden = [item for item in items if item.id not in shown]
    there = {card.place for card in shown.values()}
    missing = [item.place for item in hidden if item.place not in there]
    pulled = session.scalars(
        select(PackItem).where(
            PackItem.pack_id == pack_id,
            PackItem.pulled_at.is_not(None),
            PackItem.pulled_because != rules.TAKEN_OUT,
        )
    )
    cards = tuple(
        Card(
            item.id, number, item.position, item.code_id, rules.mark(pack.code, number),
            shown[item.id].excerpt, item.note, bool(item.kept),
        )
        for number, item in enumerate((i for i in items if i.id in shown), start=1)
    )  # fmt: skip
    cut = [item for item in hidden if item.kept]
    whole = {one.place for one in reading.excerpts(session, use, {item.place for item in cut})}
    return PackView(
        pack, meeting, use, cards,
        hidden=reading.hidden(session, use, [place.story_id for place in missing]),
        left=(*missing, *(item.place for item in pulled if item.place not in there)),
        only_whole=tuple(item.id for item in cut if item.place in whole),
    )  # fmt: skip


def move(session: Session, use: Use, pack_id: int, item_id: int, way: str) -> None:
    """Move a card ``up``, ``down``, or to be ``first``; at the pack's end nothing changes.

    Raises NotFound when the card is not there to be seen.
    """
    service.pack_for(session, use, pack_id, to_change=True)
    ids = [card.item_id for card in view(session, use, pack_id).cards]
    if item_id not in ids:
        raise NotFound(NOT_THERE)
    by_id = {item.id: item for item in service.standing(session, pack_id)}
    positions = [by_id[one].position for one in ids]
    order = rules.moved(ids, ids.index(item_id), way)
    for one, position in zip(order, positions, strict=True):
        by_id[one].position = position
    session.flush()


def take_out(session: Session, use: Use, pack_id: int, item_ids: Collection[int]) -> None:
    """Take cards out; ``put_back`` returns them to where they were.

    Raises NotFound when none of them is there.
    """
    service.pack_for(session, use, pack_id, to_change=True)
    found = [item for item in service.standing(session, pack_id) if item.id in item_ids]
    if not found:
        raise NotFound(NOT_THERE)
    for item in found:
        item.pulled_at, item.pulled_because = now(), rules.TAKEN_OUT
    session.flush()


def put_back(session: Session, use: Use, pack_id: int, item_id: int) -> bool:
    """Return a card that was taken out to where it was; False where it may not be used now.

    Raises NotFound when it was not taken out of this pack.
    """
    _, _, use = service.pack_for(session, use, pack_id, to_change=True)
    item = taken_out(session, pack_id, item_id)
    if item is None:
        raise NotFound("That card is not waiting to be put back.")
    if item.place in {one.place for one in service.standing(session, pack_id)}:
        return True
    if not reading.may(session, use, item.story_id):
        return False
    item.pulled_at = item.pulled_because = None
    session.flush()
    return True


def taken_out(session: Session, pack_id: int, item_id: int) -> PackItem | None:
    """A card that a facilitator took out of this pack."""
    item = session.get(PackItem, item_id)
    there = item is not None and item.pack_id == pack_id
    return item if there and item and item.pulled_because == rules.TAKEN_OUT else None
