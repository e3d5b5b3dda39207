"""Reading the codebook, choosing codes to put on passages, and loading the first one."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook import files, loading
from storybank.codebook.cards import CUE, NEAR_MISS, CodeCard, FamilyCard, cards, family_cards
from storybank.codebook.cards import book as whole_book
from storybank.codebook.models import Code, Codebook
from storybank.errors import BadInput, NotFound

__all__ = [
    "CUE", "NEAR_MISS", "CodeCard", "FamilyCard", "book", "code", "codes", "codes_by_id", "current",
    "families", "load", "told",
]  # fmt: skip


def load(session: Session, path: Path) -> int:
    """Load a codebook file where there is none yet; the number of codes loaded.

    Raises BadInput when the file is not a codebook.
    """
    if session.scalar(select(Codebook.id).limit(1)) is not None:
        return 0
    return len(loading.add(session, files.read(path.read_bytes())).codes)


def current(session: Session) -> Codebook | None:
    """The codebook the house works with; None before one is loaded."""
    return session.scalar(select(Codebook).order_by(Codebook.id.desc()).limit(1))


def families(session: Session, retired: bool = False) -> tuple[FamilyCard, ...]:
    """The codebook, family by family, children after their parents."""
    return family_cards(session, retired)


def codes_by_id(session: Session) -> dict[int, CodeCard]:
    """Every code, retired ones too, by its number, in codebook order."""
    return {card.id: card for card in cards(session)}


def book(session: Session) -> tuple[tuple[FamilyCard, ...], dict[int, CodeCard]]:
    """Both at once: the codes in use family by family, and every code by its number."""
    return whole_book(session)


def code(session: Session, key: str) -> CodeCard:
    """One code by its key, such as EN-PEER.

    Raises NotFound when the codebook has no such code.
    """
    for card in cards(session):
        if card.key.lower() == key.strip().lower():
            return card
    raise NotFound("The codebook has no such code.")


def codes(session: Session, ids: Iterable[int]) -> list[CodeCard]:
    """Codes to put on a passage, by these numbers, once each; for one that was merged, the code
    it went into (``told`` says so). Until the transaction ends none of them can be merged or
    retired, so nothing is ever put on a code that is going.

    Raises BadInput when one of them is not in the codebook, or is retired.
    """
    wanted = list(dict.fromkeys(ids))
    ends: dict[int, int] = {}
    for number in sorted(wanted):  # In one order everywhere, so that no two wait for each other.
        end = _followed(session, number)
        if end is None:
            there = codes_by_id(session).get(number)
            if there is None:
                raise BadInput("Choose codes from the codebook.")
            raise BadInput(f"“{there.name}” is no longer in use. Choose another code.")
        ends[number] = end
    cards = codes_by_id(session)
    return [cards[end] for end in dict.fromkeys(ends[number] for number in wanted)]


def told(session: Session, ids: Iterable[int]) -> str | None:
    """What to tell a coder who chose these codes, where some of them were merged into others;
    else None."""
    numbers = list(dict.fromkeys(ids))
    merged = select(Code.id).where(Code.id.in_(numbers), Code.merged_into_id.is_not(None)).limit(1)
    if session.scalar(merged) is None:
        return None
    cards = codes_by_id(session)
    said = []
    for number in numbers:
        card = cards.get(number)
        if card is not None and card.merged_into_id is not None:
            end = _followed(session, number)
            if end is not None:
                said.append(f"“{card.name}” is now part of “{cards[end].name}”, which is put on.")
    return " ".join(said) or None


def _followed(session: Session, code_id: int) -> int | None:
    """The code in use that this one is, or went into, held until the transaction ends; None
    where there is none. Columns, not objects: they are read as they stand now."""
    seen: set[int] = set()
    at: int | None = code_id
    while at is not None and at not in seen:
        seen.add(at)
        row = session.execute(
            select(Code.retired_at, Code.merged_into_id)
            .where(Code.id == at)
            .with_for_update(read=True)
        ).one_or_none()
        if row is None:
            return None
        if row.retired_at is None:
            return at
        at = row.merged_into_id
    return None
