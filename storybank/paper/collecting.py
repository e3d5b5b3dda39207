"""Cards that are out: which of them must come back, and whether one may still be used.

Nothing here hands out words. A card may be used while its passage may be shown, in the text and
before the people it was made for, its pack is not past its last day, and nobody took it out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.purposes import Purpose
from storybank.consent.rules import Use
from storybank.errors import BadInput, NotFound
from storybank.paper import rules
from storybank.paper.deck import items_by_id
from storybank.paper.models import PrintedCard, PrintRun
from storybank.paper.printing import run_to_change
from storybank.people.rules import Actor, Role
from storybank.workshops.models import Pack, PackVersion, Workshop
from storybank.workshops.service import for_meeting, pack_for
from storybank.workshops.showing import shown

ANYBODY = Actor(None, None, frozenset({Role.PARTICIPANT}), "Whoever holds a card")


@dataclass(frozen=True)
class Out:
    """A card of one making, of which copies are still out."""

    id: int
    mark: str
    form: str
    at: datetime
    copies: int
    """How many were made."""
    out: int
    """How many of them have not come back."""
    run_id: int


def to_collect(session: Session, use: Use, pack_id: int) -> list[Out]:
    """Cards that were made and may not be shown now, with how many copies are still out.

    The newest making last. Raises NotFound when there is no such pack for this purpose.
    """
    _, _, use = pack_for(session, use, pack_id)
    rows = session.execute(
        select(PrintedCard, PrintRun)
        .join(PrintRun, PrintRun.id == PrintedCard.run_id)
        .where(PrintRun.pack_id == pack_id, PrintedCard.returned < PrintRun.copies,
               PrintRun.returned < PrintRun.copies)
        .order_by(PrintedCard.id)
    ).all()  # fmt: skip
    by_version: dict[int | None, list[PrintedCard]] = {}
    for card, run in rows:
        by_version.setdefault(run.pack_version_id, []).append(card)
    fine = {
        card_id
        for version_id, cards in by_version.items()
        for card_id in _usable(session, use, cards, version_id)
    }
    return [_out(card, run) for card, run in rows if card.id not in fine]


def usable_until(session: Session, typed: str) -> date | None:
    """The last day on which the card with these letters may be used; None where it may not.

    A card that is not known and one that was stopped are not told apart.
    """
    letters = rules.typed_letters(typed)
    row = (
        letters
        and session.execute(
            select(PrintedCard, PrintRun, Pack, Workshop)
            .join(PrintRun, PrintRun.id == PrintedCard.run_id)
            .join(Pack, Pack.id == PrintRun.pack_id)
            .join(Workshop, Workshop.id == Pack.workshop_id)
            .where(PrintedCard.letters == letters)
            .order_by(PrintedCard.id.desc())
            .limit(1)
        ).one_or_none()
    )
    if not row:
        return None
    card, run, pack, workshop = row
    if pack.use_until < now().date():
        return None
    use = for_meeting(Use.claim(ANYBODY, Purpose(workshop.use), now()), workshop)
    return pack.use_until if _usable(session, use, [card], run.pack_version_id) else None


def count_run(session: Session, use: Use, pack_id: int, run_id: int, returned: int) -> int:
    """Note how many whole copies of a making came back or were destroyed; how many it was before.

    Raises NotFound, or BadInput for more than were made.
    """
    pack_for(session, use, pack_id)
    run = run_to_change(session, pack_id, run_id)
    _check(returned, run.copies)
    before, run.returned, run.counted_at = run.returned, returned, now()
    session.flush()
    return before


def count_card(
    session: Session, use: Use, pack_id: int, run_id: int, card_id: int, returned: int
) -> int:
    """Note how many copies of one card came back or were destroyed; how many it was before.

    Raises NotFound, or BadInput for more than were made.
    """
    pack_for(session, use, pack_id)
    run = run_to_change(session, pack_id, run_id)
    card = session.get(PrintedCard, card_id)
    if card is None or card.run_id != run.id:
        raise NotFound("There is no such card.")
    _check(returned, run.copies)
    before, card.returned = card.returned, returned
    session.flush()
    return before


def _check(returned: int, copies: int) -> None:
    if not 0 <= returned <= copies:
        raise BadInput(f"Count between 0 and {copies} copies: no more were made.")


def _usable(
    session: Session, use: Use, cards: Iterable[PrintedCard], version_id: int | None
) -> set[int]:
    """Ids of those of these cards whose passage may be shown now."""
    cards = list(cards)
    version = session.get(PackVersion, version_id) if version_id else None
    items = items_by_id(session, [card.item_id for card in cards], version)
    # A number that was free again may be another story's now.
    there = [c for c in cards if c.item_id in items and items[c.item_id].story_id == c.story_id]
    out = shown(session, use, [items[item_id] for item_id in {card.item_id for card in there}])
    return {card.id for card in there if card.item_id in out}


def _out(card: PrintedCard, run: PrintRun) -> Out:
    back = max(card.returned, run.returned)
    return Out(card.id, card.mark, run.form, run.made_at, run.copies, run.copies - back, run.id)
