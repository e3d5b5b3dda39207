"""One suggestion in hand: its words, with ends that can be moved before it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from storybank.coding.rules import clean_place, part_of
from storybank.coding.service import check_open
from storybank.coding.steps import Edge, nudged
from storybank.consent.rules import Use
from storybank.errors import BadInput
from storybank.stories import reading
from storybank.stories.rules import Place
from storybank.suggest.cards import SuggestionCard
from storybank.suggest.reading import Offer, offers, one


@dataclass(frozen=True)
class InHand:
    """A suggestion, and where its ends are now; nothing is kept of that before it is answered."""

    card: SuggestionCard
    place: Place
    words: str
    offers: Sequence[Offer]
    """All that wait in the story, in order of place."""

    @property
    def moved(self) -> bool:
        return self.place != self.card.place

    @property
    def number(self) -> int:
        """Which of them it is, from 1; 0 for one that is put off."""
        return next((n for n, one in enumerate(self.offers, 1) if one.id == self.card.id), 0)


def in_hand(
    session: Session,
    use: Use,
    suggestion_id: int,
    ends: tuple[int | None, int | None] = (None, None),
    move: tuple[Edge, int] | None = None,
) -> InHand:
    """A suggestion with its ends where the page has them, and one of them a word further.

    Raises NotFound where it is not there for this use; BadInput where there is no such passage.
    """
    card = one(session, use, suggestion_id)
    text = reading.story(session, use, card.place.story_id).text
    start, end = (
        at if at is not None else was
        for at, was in zip(ends, (card.place.start, card.place.end), strict=True)
    )
    start, end = clean_place(text, start, end)
    if move is not None:
        start, end = nudged(text, start, end, *move)
    place = Place(card.place.story_id, card.place.version, start, end)
    if place != card.place:
        check_open(session, use, [place])
    waiting = offers(session, use, card.place.story_id)
    return InHand(card, place, text[start:end], waiting)


def part(session: Session, use: Use, held: InHand, first: str, last: str) -> tuple[int, int]:
    """The part of the words in hand that begins and ends with these words; either may be blank.

    Raises BadInput where they are not there.
    """
    text = reading.story(session, use, held.place.story_id).text
    try:
        return part_of(text, held.place.start, held.place.end, first, last)
    except BadInput:
        raise BadInput("Those words do not stand in the passage, or not in that order.") from None


def next_of(waiting: Sequence[Offer], answered: Place) -> Offer | None:
    """The next that waits: at the same words or after them, else the first in the story."""
    after = (one for one in waiting if (one.start, one.end) >= (answered.start, answered.end))
    return next(after, waiting[0] if waiting else None)
