"""Putting another passage in the place of a card: on the same theme, or on another."""

from __future__ import annotations

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import BadInput, NotFound
from storybank.stories.rules import Place
from storybank.workshops import acts, cards, drawing, rules, service
from storybank.workshops.cards import NOT_THERE
from storybank.workshops.models import PackItem

NOT_NOW = "Choose a passage that is not in the pack yet and may be used here."


def swap(
    session: Session, use: Use, pack_id: int, item_id: int, place: Place, code_id: int | None
) -> PackItem:
    """Put the passage at ``place`` where a card stands, which is taken out; the new card.

    Raises NotFound where the card is not there to be seen, BadInput where the passage is in the
    pack already, is not a coded one, or may not be used here.
    """
    service.pack_for(session, use, pack_id, to_change=True)
    view = cards.view(session, use, pack_id)
    if item_id not in [card.item_id for card in view.cards]:
        raise NotFound(NOT_THERE)
    old = session.get_one(PackItem, item_id)
    if not drawing.drawable(session, view.use, [place]):
        raise BadInput(NOT_NOW)
    put = service.draw(session, use, pack_id, [place], code_id)
    if not put:
        raise BadInput(NOT_NOW)
    [new] = put
    new.position = old.position
    old.pulled_at, old.pulled_because = now(), rules.TAKEN_OUT
    session.flush()
    acts.note_swap(session, use, old, new)
    return new
