"""Drawing by theme: the passages a workshop may use, and how many it may not, with reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook import service as codebook
from storybank.codebook.service import CodeCard
from storybank.coding import service as coding
from storybank.consent.rules import Reason, Use
from storybank.errors import NotFound
from storybank.stories import reading
from storybank.stories.reading import Excerpt
from storybank.stories.rules import Place
from storybank.workshops.models import PackItem
from storybank.workshops.rules import spread

PER_PAGE = 12
WORDS_A_MINUTE = 160
"""A slow, clear reading pace aloud."""


@dataclass(frozen=True)
class Candidate:
    """A coded passage that may go into a pack."""

    excerpt: Excerpt
    codes: tuple[CodeCard, ...]
    drawn: bool
    """It is in the pack already."""

    @property
    def words(self) -> int:
        return len(self.excerpt.words.split())


@dataclass(frozen=True)
class Theme:
    """What is drawn by: one code, or every code of a family."""

    key: str
    name: str
    codes: tuple[CodeCard, ...]

    @property
    def code_id(self) -> int | None:
        return self.codes[0].id if len(self.codes) == 1 else None


@dataclass(frozen=True)
class Drawable:
    """One page of candidates, and what is hidden of the theme."""

    theme: Theme
    candidates: tuple[Candidate, ...]
    total: int
    pages: int
    hidden: Counter[Reason]


def theme(session: Session, *, code: str | None, family: str | None) -> Theme | None:
    """The theme asked for; None when nothing was.

    Raises NotFound for a code or family that the codebook does not have.
    """
    if code:
        card = codebook.code(session, code)
        return Theme(card.key, card.name, (card,))
    if not family:
        return None
    for card in codebook.families(session):
        if card.key == family:
            return Theme(card.key, card.name, card.codes)
    raise NotFound("The codebook has no such family.")


def candidates(session: Session, use: Use, pack_id: int, wanted: Theme, page: int) -> Drawable:
    """Coded passages on a theme that the use allows, voices taking turns.

    ``use`` carries the workshop's audience. One passage coded by several people comes once.
    """
    ids = [code.id for code in wanted.codes]
    by_place = _by_place(coding.with_codes(session, use, ids))
    every = _by_place(coding.with_codes(session, use, ids, permitted=False))
    places = spread(list(by_place), lambda place: place.story_id)
    pages = max(1, -(-len(places) // PER_PAGE))
    page = min(max(page, 1), pages)
    shown = places[(page - 1) * PER_PAGE : page * PER_PAGE]
    cards = codebook.codes_by_id(session)
    drawn = _drawn(session, pack_id)
    found = tuple(
        Candidate(
            excerpt,
            tuple(cards[code_id] for code_id in sorted(by_place[excerpt.place])),
            excerpt.place in drawn,
        )
        for excerpt in reading.excerpts(session, use, shown)
    )
    withheld = [place.story_id for place in every if place not in by_place]
    hidden = reading.hidden(session, use, withheld)
    return Drawable(wanted, found, len(places), pages, hidden)


def _by_place(cards: Collection[coding.CodingCard]) -> dict[Place, set[int]]:
    places: dict[Place, set[int]] = {}
    for card in cards:
        places.setdefault(card.place, set()).add(card.code_id)
    return places


def _drawn(session: Session, pack_id: int) -> set[Place]:
    rows: Sequence[tuple[int, int, int, int]] = (
        session.execute(
            select(PackItem.story_id, PackItem.version, PackItem.start, PackItem.end).where(
                PackItem.pack_id == pack_id, PackItem.pulled_at.is_(None)
            )
        )
        .tuples()
        .all()
    )
    return {Place(*row) for row in rows}
