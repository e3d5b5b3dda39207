"""Printing a pack: each passage let out is written down for its storyteller to see."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.models import UseRecord
from storybank.consent.rules import Use
from storybank.consent.standing import states
from storybank.errors import BadInput
from storybank.stories.rules import Place
from storybank.workshops import service
from storybank.workshops.rules import MAX_COPIES
from storybank.workshops.service import Card, PackView

QUARTER, HALF = 620, 1_450
"""The longest passage, in code points, that fits a quarter and a half of an A4 page."""


@dataclass(frozen=True)
class Sheet:
    """One A4 side: cards of one size."""

    size: str
    cards: tuple[Card, ...]


def size_of(length: int) -> str:
    """How much of a page a passage of ``length`` code points needs."""
    return "quarter" if length <= QUARTER else "half" if length <= HALF else "whole"


def sheets(cards: tuple[Card, ...]) -> list[Sheet]:
    """Cards laid on A4 sides: four quarters, two halves or one whole, each size in pack order."""
    laid = []
    for size, room in (("quarter", 4), ("half", 2), ("whole", 1)):
        some = [card for card in cards if size_of(len(card.excerpt.words)) == size]
        laid += [
            Sheet(size, tuple(some[start : start + room])) for start in range(0, len(some), room)
        ]
    return laid


def record_print(session: Session, use: Use, pack_id: int, copies: int) -> int:
    """Write down that each passage the gate allows now is printed; how many there are.

    Raises BadInput for a number of copies that is not sensible, an empty pack, or a pack whose
    last day has passed.
    """
    if not 1 <= copies <= MAX_COPIES:
        raise BadInput(f"Print between 1 and {MAX_COPIES} copies.")
    view = service.view(session, use, pack_id)
    check_printable(view)
    standing = states(session, {card.excerpt.story_id for card in view.cards})
    for card in view.cards:
        place: Place = card.excerpt.place
        session.add(
            UseRecord(
                story_id=place.story_id,
                version=place.version,
                start=place.start,
                end=place.end,
                use=use.purpose.value,
                medium="print",
                place=view.workshop.title,
                reference=view.pack.code,
                name_style=standing[place.story_id].name_style.value,
                copies=copies,
                made_by_account_id=use.actor.account_id,
                at=now(),
            )
        )
    session.flush()
    return len(view.cards)


def check_printable(view: PackView) -> None:
    """Raises BadInput when a pack is empty or its last day has passed."""
    if view.pack.use_until < now().date():
        raise BadInput("These cards' last day has passed. Make a new pack.")
    if not view.cards:
        raise BadInput("There is nothing in this pack that may be printed. Draw some passages.")
