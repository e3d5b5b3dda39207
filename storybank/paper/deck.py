"""The cards of a pack as they may go on paper at this moment, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.rules import Use
from storybank.errors import NotFound
from storybank.paper.models import PrintedCard, PrintRun
from storybank.stories.rules import Place
from storybank.workshops import rehearsing, service
from storybank.workshops.models import FrozenItem, Pack, PackItem, PackVersion, Workshop
from storybank.workshops.showing import shown


@dataclass(frozen=True)
class PaperCard:
    """One passage let out for one making; lives for one request."""

    item_id: int
    number: int
    """What people in the room call it: "card 3"."""
    mark: str
    letters: str
    """What its square leads to; blank before it was made, and for an invented card."""
    note: str
    words: str
    attribution: str
    place: Place | None
    """None for an invented one."""


@dataclass(frozen=True)
class Deck:
    """A pack, and the cards of it that may go on paper now, in order."""

    pack: Pack
    workshop: Workshop
    use: Use
    """Made before the workshop's audience."""
    cards: tuple[PaperCard, ...]
    gone: int
    """How many stand in the pack, or were made, and may not be shown now."""
    version: PackVersion | None
    """The frozen pack it is, so that numbers on paper are those on people's phones."""
    practice: bool = False
    """Every card in it is invented, to rehearse with: no record is made of it."""


def deck(session: Session, use: Use, pack_id: int) -> Deck:
    """What would be made of a pack now: of its frozen version where the workshop has one.

    Raises NotFound when there is no such pack for this purpose.
    """
    pack, workshop, use = service.pack_for(session, use, pack_id)
    version = _frozen(session, workshop, pack_id)
    items = _items(session, pack_id, version)
    cards = _cards(session, use, pack.code, [(*one, "", "") for one in items])
    return Deck(pack, workshop, use, cards, len(items) - len(cards), version)


def deck_of_run(session: Session, use: Use, pack_id: int, run_id: int) -> tuple[PrintRun, Deck]:
    """One making, and those of its cards that may still be shown, under their marks.

    Raises NotFound when there is none for this purpose.
    """
    pack, workshop, use = service.pack_for(session, use, pack_id)
    run = session.get(PrintRun, run_id)
    if run is None or run.pack_id != pack_id:
        raise NotFound("There is no such printing.")
    version = session.get(PackVersion, run.pack_version_id) if run.pack_version_id else None
    made = session.scalars(
        select(PrintedCard).where(PrintedCard.run_id == run_id).order_by(PrintedCard.id)
    ).all()
    items = items_by_id(session, [one.item_id for one in made], version)
    there = [
        (number_on(one.mark), items[one.item_id], one.mark, one.letters)
        for one in made
        if one.item_id in items and items[one.item_id].story_id == one.story_id
    ]
    cards = _cards(session, use, pack.code, there)
    return run, Deck(pack, workshop, use, cards, len(made) - len(cards), version)


def practice_deck(session: Session, use: Use, pack_id: int) -> Deck:
    """Invented cards in the place of this pack's own, each marked PRACTICE.

    Raises NotFound when there is no such pack for this purpose.
    """
    pack, workshop, use = service.pack_for(session, use, pack_id)
    cards = tuple(
        PaperCard(
            item_id=card.item_id, number=card.number, letters="", note=card.note,
            mark=f"{pack.code} / {card.number} PRACTICE", words=card.words,
            attribution=card.attribution, place=None,
        )
        for card in rehearsing.CARDS
    )  # fmt: skip
    return Deck(pack, workshop, use, cards, 0, None, practice=True)


def items_by_id(
    session: Session, item_ids: Sequence[int], version: PackVersion | None = None
) -> dict[int, PackItem | FrozenItem]:
    """Items by the number of the pack item; none that was taken out of the pack or pulled."""
    found: dict[int, PackItem | FrozenItem] = {
        item.id: item
        for item in session.scalars(
            select(PackItem).where(PackItem.id.in_(item_ids), PackItem.pulled_at.is_(None))
        )
    }
    if version is not None:
        frozen = select(FrozenItem).where(
            FrozenItem.pack_version_id == version.id, FrozenItem.pack_item_id.in_(list(found))
        )
        found = {item.pack_item_id: item for item in session.scalars(frozen)}
    return found


def number_on(mark: str) -> int:
    """The number of the card that bears this mark."""
    return int(mark.partition(" / ")[2].partition(" ")[0] or 0)


def _frozen(session: Session, workshop: Workshop, pack_id: int) -> PackVersion | None:
    if workshop.pack_version_id is None:
        return None
    found = session.get(PackVersion, workshop.pack_version_id)
    return found if found is not None and found.pack_id == pack_id else None


def _items(
    session: Session, pack_id: int, version: PackVersion | None
) -> list[tuple[int, PackItem | FrozenItem]]:
    if version is None:
        return list(enumerate(service.standing(session, pack_id), start=1))
    frozen = session.scalars(
        select(FrozenItem)
        .where(FrozenItem.pack_version_id == version.id)
        .order_by(FrozenItem.position, FrozenItem.id)
    )
    return list(enumerate(frozen, start=1))


def _cards(
    session: Session, use: Use, code: str, items: list[tuple[int, PackItem | FrozenItem, str, str]]
) -> tuple[PaperCard, ...]:
    """Those of these (number, item, mark, letters) that the door lets out."""
    out = shown(session, use, [item for _, item, _, _ in items])
    return tuple(
        PaperCard(
            item_id=(key := pack_item_id(item)), number=number, mark=mark, letters=letters,
            note=out[key].note, words=out[key].words, attribution=out[key].attribution,
            place=item.place,
        )
        for number, item, mark, letters in items
        if pack_item_id(item) in out
    )  # fmt: skip


def pack_item_id(item: PackItem | FrozenItem) -> int:
    """The number of the pack item that this is, or was frozen from."""
    return item.pack_item_id if isinstance(item, FrozenItem) else item.id
