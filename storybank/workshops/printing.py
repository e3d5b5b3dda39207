"""Printing a pack: each passage let out is written down for its storyteller to see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.models import UseRecord
from storybank.consent.rules import Use
from storybank.consent.standing import states
from storybank.errors import BadInput
from storybank.stories.rules import Place
from storybank.workshops.cards import Card, PackView, view
from storybank.workshops.layout import SIZES, setting
from storybank.workshops.models import Pack
from storybank.workshops.rules import MAX_COPIES

PRINT = "print"


@dataclass(frozen=True)
class Sheet:
    """One A4 side: cards of one size, each with the size of its type in points."""

    size: str
    cards: tuple[tuple[Card, int], ...]


@dataclass(frozen=True)
class Printed:
    """A card that was printed: the mark on it, and when."""

    mark: str
    at: datetime


def sheets(cards: tuple[Card, ...]) -> list[Sheet]:
    """Cards laid on A4 sides: four quarters, two halves or one whole, each size in pack order."""
    set_cards = [(card, setting(card.excerpt.words, card.excerpt.attribution)) for card in cards]
    return [
        Sheet(size, tuple(some[start : start + a_side]))
        for size, a_side, *_ in SIZES
        for some in [[(card, how.points) for card, how in set_cards if how.size == size]]
        for start in range(0, len(some), a_side)
    ]


def record_print(session: Session, use: Use, pack_id: int, copies: int) -> int:
    """Write down that each passage the gate allows now is printed; how many there are.

    Raises BadInput for a number of copies that is not sensible, an empty pack, or a pack whose
    last day has passed.
    """
    if not 1 <= copies <= MAX_COPIES:
        raise BadInput(f"Print between 1 and {MAX_COPIES} copies.")
    pack = view(session, use, pack_id)
    check_printable(pack)
    standing = states(session, {card.excerpt.story_id for card in pack.cards})
    for card in pack.cards:
        place: Place = card.excerpt.place
        session.add(
            UseRecord(
                story_id=place.story_id,
                version=place.version,
                start=place.start,
                end=place.end,
                use=use.purpose.value,
                medium=PRINT,
                place=pack.workshop.title,
                reference=card.mark,
                name_style=standing[place.story_id].name_style.value,
                copies=copies,
                made_by_account_id=use.actor.account_id,
                at=now(),
            )
        )
    session.flush()
    return len(pack.cards)


def check_printable(pack: PackView) -> None:
    """Raises BadInput when a pack is empty or its last day has passed."""
    if pack.pack.use_until < now().date():
        raise BadInput("These cards' last day has passed. Make a new pack.")
    if not pack.cards:
        raise BadInput("There is nothing in this pack that may be printed. Draw some passages.")


def written_down(session: Session, pack: PackView) -> bool:
    """Has every card been written down as printed under the number it has now?"""
    known = {(place, printed.mark) for place, printed in _printed(session, pack.pack)}
    return all((card.excerpt.place, card.mark) in known for card in pack.cards)


def to_collect(session: Session, pack: PackView) -> list[Printed]:
    """Cards that were printed and may not be shown now: somebody has to collect them."""
    left = set(pack.left)
    return list(
        dict.fromkeys(printed for place, printed in _printed(session, pack.pack) if place in left)
    )


def _printed(session: Session, pack: Pack) -> list[tuple[Place, Printed]]:
    rows = session.execute(
        select(UseRecord.story_id, UseRecord.version, UseRecord.start, UseRecord.end,
               UseRecord.reference, UseRecord.at)
        .where(UseRecord.medium == PRINT, UseRecord.reference.like(f"{pack.code} / %"))
        .order_by(UseRecord.at, UseRecord.id)
    )  # fmt: skip
    return [(Place(*row[:4]), Printed(row.reference, row.at)) for row in rows]
