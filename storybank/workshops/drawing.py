"""Drawing by theme: the passages a workshop may use, and how many it may not, with reasons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook import service as codebook
from storybank.codebook.service import CodeCard, FamilyCard
from storybank.coding import service as coding
from storybank.coding.models import Coding
from storybank.consent.permits import permits
from storybank.consent.rules import Reason, Use
from storybank.errors import NotFound
from storybank.stories import reading
from storybank.stories.canon import Block
from storybank.stories.reading import Excerpt
from storybank.stories.rules import MAX_PART, Place
from storybank.stories.sentences import sentences
from storybank.workshops import service
from storybank.workshops.balance import tellers
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
    cut: bool
    """Only the first sentences of a longer passage: no longer part may be shown."""

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
    page: int
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
    for one in codebook.families(session):
        if one.key == family:
            return Theme(one.key, one.name, one.codes)
    raise NotFound("The codebook has no such family.")


def theme_of(session: Session, code_id: int | None) -> Theme | None:
    """The theme of one code by its number; None where it has none."""
    card = codebook.codes_by_id(session).get(code_id or 0)
    return Theme(card.key, card.name, (card,)) if card else None


def families(session: Session) -> tuple[FamilyCard, ...]:
    """The codebook's families with their codes, to choose a theme from."""
    return codebook.families(session)


def candidates(session: Session, use: Use, pack_id: int, wanted: Theme, page: int) -> Drawable:
    """Coded passages on a theme that the use allows, storytellers taking turns.

    ``use`` carries the workshop's audience. One passage coded by several people comes once.
    """
    ids = [code.id for code in wanted.codes]
    allowed = dict.fromkeys(map(_short, coding.places_with_codes(session, use, ids)))
    every = map(_short, coding.places_with_codes(session, use, ids, permitted=False))
    withheld = [place.story_id for place in dict.fromkeys(every) if place not in allowed]
    person = tellers(session, {place.story_id for place in allowed})
    places = spread(list(allowed), lambda place: person[place.story_id])
    pages = max(1, -(-len(places) // PER_PAGE))
    page = min(max(page, 1), pages)
    shown = places[(page - 1) * PER_PAGE : page * PER_PAGE]
    some = {place.story_id for place in shown}
    by_place = _by_place(coding.with_codes(session, use, ids, some))
    cards = codebook.codes_by_id(session)
    drawn = {item.place for item in service.standing(session, pack_id)}
    found = []
    for whole in reading.excerpts(session, use, shown):
        codings = by_place.get(whole.place, [])
        cut = any(one.place.length > MAX_PART for one in codings)
        excerpt = _to_a_full_stop(whole) if cut else whole
        codes = sorted({one.code_id for one in codings})
        found.append(
            Candidate(excerpt, tuple(cards[n] for n in codes), excerpt.place in drawn, cut)
        )
    hidden = reading.hidden(session, use, withheld)
    return Drawable(wanted, tuple(found), len(places), page, pages, hidden)


def drawable(session: Session, use: Use, places: Iterable[Place]) -> list[Place]:
    """Those of these places that a coded passage begins at and covers: no others are drawn."""
    places = list(places)
    ends: dict[tuple[int, int, int], int] = {}
    rows = session.execute(
        select(Coding.story_id, Coding.version, Coding.start, Coding.end).where(
            Coding.story_id.in_({place.story_id for place in places}),
            Coding.removed_at.is_(None),
            permits(use, Coding.story_id, Coding),
        )
    )
    for story_id, version, start, end in rows:
        key = (story_id, version, start)
        ends[key] = max(end, ends.get(key, 0))
    return [
        place
        for place in places
        if place.start < place.end <= ends.get((place.story_id, place.version, place.start), 0)
    ]


def _by_place(cards: Collection[coding.CodingCard]) -> dict[Place, list[coding.CodingCard]]:
    places: dict[Place, list[coding.CodingCard]] = {}
    for card in cards:
        places.setdefault(_short(card.place), []).append(card)
    return places


def _short(place: Place) -> Place:
    return replace(place, end=min(place.end, place.start + MAX_PART))


def _to_a_full_stop(excerpt: Excerpt) -> Excerpt:
    """A part that was cut off, without the sentence that the cut went through."""
    words = excerpt.words
    ends = [end for _, end in sentences(words, [Block("p", 0, len(words))])][:-1]
    if not ends:
        return excerpt
    return replace(excerpt, words=words[: ends[-1]], end=excerpt.start + ends[-1])
