"""One card of a pack: what people are told before they read it, and which sentences stay.

Whether a storyteller lets their words be made shorter is their choice: yes, show me first, or
no. Nothing here says whose card it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from storybank.consent.models import AskRequest
from storybank.consent.rules import Reason, Use, Variant, explain
from storybank.consent.standing import state_of
from storybank.errors import BadInput, NotFound, Refused
from storybank.stories import asked
from storybank.stories.asked import Asking, Stands
from storybank.stories.characters import one_line
from storybank.stories.reading import Excerpt, sha256_of
from storybank.workshops import acts, asking, cards, service, shortening, showing
from storybank.workshops.cards import NOT_THERE, PackView
from storybank.workshops.models import PackItem
from storybank.workshops.shortening import Sentence

MOST_NOTE = 200
NOT_SHORTER = (
    "The storyteller does not want their words made shorter. Show the whole passage, or choose "
    "another card."
)


class Outcome(StrEnum):
    """What became of choosing sentences."""

    SHORTER = "shorter"
    WHOLE = "whole"
    ASK = "ask"
    """Nothing changed yet: the storyteller wants to see this text first."""


@dataclass(frozen=True)
class Waits:
    """A shorter text that its storyteller was asked about, and what they said."""

    asking: Asking
    starts: tuple[int, ...]
    """Where the sentences begin that it holds."""
    text: str
    """As it was asked about; blank where the whole may not be seen."""

    @property
    def may_be_used(self) -> bool:
        return self.asking.stands is Stands.YES


@dataclass(frozen=True)
class CardPage:
    """One card, to be changed."""

    item: PackItem
    number: int | None
    """Its number in the pack; None where it may not be shown as short as it is."""
    shown: Excerpt | None
    """As it is shown now."""
    sentences: tuple[Sentence, ...]
    """Of the whole passage; none where only its shorter text may be seen."""
    waits: tuple[Waits, ...]


def card(session: Session, use: Use, pack_id: int, item_id: int) -> tuple[PackView, CardPage]:
    """The pack, and one card of it to be changed. Raises NotFound when it is not there."""
    view = cards.view(session, use, pack_id)
    item = next((one for one in service.standing(session, pack_id) if one.id == item_id), None)
    here = next((one for one in view.cards if one.item_id == item_id), None)
    if item is None or (here is None and item_id not in view.only_whole):
        raise NotFound(NOT_THERE)
    whole = showing.shown_text(session, view.use, item.place, None)
    every = shortening.parts_of(whole.words, item.place, item.kept) if whole else []
    waits = [
        Waits(
            asked.asking(session, one, use.at),
            _starts(every, one),
            shortening.text_of(whole.words, item.place, one.kept) if whole else "",
        )
        for one in asking.shorter_asked(session, view.use, item.place)
        if one.audience_words == view.use.audience_words
    ]
    return view, CardPage(
        item, here.number if here else None, here.excerpt if here else None, tuple(every),
        tuple(waits),
    )  # fmt: skip


def write_note(session: Session, use: Use, pack_id: int, item_id: int, words: str) -> bool:
    """Write what people are told before they read a card; blank takes it away. False where it
    was so already.

    Raises NotFound, or BadInput for more than 200 letters.
    """
    item = _held(session, use, pack_id, item_id)
    note = one_line(words)
    if len(note) > MOST_NOTE:
        raise BadInput(f"Keep the note under {MOST_NOTE} letters.")
    before = acts.card_as_it_is(item)
    item.note = note
    session.flush()
    return acts.note_card(session, use, item, before)


def cut(session: Session, use: Use, pack_id: int, item_id: int, starts: Iterable[int]) -> Outcome:
    """Let only these sentences of a card stay; all of them is the whole passage again.

    Where the storyteller wants to see it first and has not said yes, nothing changes: ASK.
    Raises NotFound, BadInput where no sentence stays, Refused where the storyteller does not
    want it.
    """
    item = _held(session, use, pack_id, item_id)
    here, kept, text = _wanted(session, use, pack_id, item, starts)
    before = acts.card_as_it_is(item)
    if kept is not None:
        state = state_of(session, item.story_id)
        short = replace(here, variant=Variant.SHORTENED, sha256=sha256_of(text))
        said = explain(state, short, item.place.span) if state else None
        if said is None or (not said.allowed and not said.asks):
            raise Refused(
                NOT_SHORTER if said and Reason.CHANGED in said.reasons else cards.NOT_THERE
            )
        if said.asks:
            return Outcome.ASK
    item.kept = kept
    session.flush()
    acts.note_card(session, use, item, before)
    return Outcome.SHORTER if kept is not None else Outcome.WHOLE


def ask(
    session: Session, use: Use, pack_id: int, item_id: int, starts: Iterable[int],
    answer_by: date | None,
) -> AskRequest:  # fmt: skip
    """Ask the storyteller about just this shorter text; the card stays as it is until a yes.

    Raises NotFound, BadInput for no sentence, all of them or a day that cannot be, Refused where
    asking would not help.
    """
    item = _held(session, use, pack_id, item_id)
    _, kept, text = _wanted(session, use, pack_id, item, starts)
    if kept is None:
        raise BadInput("Leave out at least one sentence.")
    return asking.ask_for_shorter(session, use, pack_id, item.place, kept, text, answer_by)


def whole_again(session: Session, use: Use, pack_id: int) -> int:
    """Show those cards whole that may not be shown shorter any more; how many."""
    view = cards.view(session, use, pack_id)
    for item_id in view.only_whole:
        item = _held(session, use, pack_id, item_id)
        before = acts.card_as_it_is(item)
        item.kept = None
        session.flush()
        acts.note_card(session, use, item, before)
    return len(view.only_whole)


def _held(session: Session, use: Use, pack_id: int, item_id: int) -> PackItem:
    """A card that is there to be changed, with others held off. Raises NotFound."""
    service.pack_for(session, use, pack_id, to_change=True)
    _, page = card(session, use, pack_id, item_id)
    return page.item


def _wanted(
    session: Session, use: Use, pack_id: int, item: PackItem, starts: Iterable[int]
) -> tuple[Use, list[list[int]] | None, str]:
    """The use before this workshop's audience, the parts that would stay, and that text."""
    _, _, here = service.pack_for(session, use, pack_id)
    whole = showing.shown_text(session, here, item.place, None)
    if whole is None:
        raise Refused("Only the shorter text may be seen, so it stays as it is.")
    every = shortening.parts_of(whole.words, item.place, None)
    kept = shortening.chosen(every, starts)
    return here, kept, shortening.text_of(whole.words, item.place, kept)


def _starts(every: list[Sentence], request: AskRequest) -> tuple[int, ...]:
    parts = request.kept or []
    return tuple(one.start for one in every if any(a <= one.start < b for a, b in parts))
