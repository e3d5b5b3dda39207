"""Answering several at once, after reading each: never what a person was not shown, and never
what changed since they saw it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.coding.own import coder_of
from storybank.consent.rules import Use
from storybank.errors import BadInput
from storybank.suggest import acts
from storybank.suggest.acts import Given
from storybank.suggest.cards import stamp_of
from storybank.suggest.lots import tomorrow
from storybank.suggest.models import BULK, CONFIRMED, DECLINED, Suggestion
from storybank.suggest.opening import open_to
from storybank.suggest.queues import A_PAGE, lots_of
from storybank.suggest.service import give


class Saying(StrEnum):
    """What can be said of each card of a page."""

    CONFIRM = "confirm"
    DECLINE = "decline"
    NOT_NOW = "not-now"


ANSWERS = {Saying.CONFIRM: CONFIRMED, Saying.DECLINE: DECLINED}


@dataclass(frozen=True)
class Said:
    """How many of a page were answered in which way."""

    confirmed: int = 0
    declined: int = 0
    put_off: int = 0
    left: int = 0
    """Answered by somebody else, or changed, since the page was shown: left as they are."""


def answer(
    session: Session,
    use: Use,
    shown: Mapping[int, str],
    said: Mapping[int, Saying],
    by_lot: bool = False,
) -> Said:
    """Give the answers of one page as one act.

    ``shown``: what this page showed to this person, each with its stamp (``cards.stamp_of``).
    ``by_lot``: the page was in the order in which half is drawn.

    Raises BadInput where nothing is said, or something of what was not on the page.
    """
    coder_of(use)
    if not said:
        raise BadInput("Nothing is chosen yet. Read each card, and say below it what you think.")
    if len(shown) > A_PAGE or not set(said) <= set(shown):
        raise BadInput("Only what stood on the page can be answered. Load it again.")
    lots = lots_of(use)
    rows = session.scalars(
        select(Suggestion)
        .where(*open_to(session, use), Suggestion.id.in_(sorted(said)))
        .order_by(Suggestion.story_id, Suggestion.start, Suggestion.id)
    ).all()
    as_shown = [row for row in rows if stamp_of(row) == shown[row.id]]
    given: list[Given] = []
    put_off: list[int] = []
    until = tomorrow(now())
    for row in as_shown:
        if said[row.id] is Saying.NOT_NOW:
            acts.put_off(session, coder_of(use), row.id, until)
            put_off.append(row.id)
        else:
            drawn = by_lot and lots.drawn(row.id)
            one, _ = give(session, use, row.id, ANSWERS[said[row.id]], BULK, drawn)
            given += [one] if one else []
    if given or put_off:
        stories = {row.story_id for row in as_shown}
        acts.note(session, use, stories, given, put_off, until)
    answers = [one.answer for one in given]
    return Said(
        answers.count(CONFIRMED), answers.count(DECLINED), len(put_off), len(said) - len(as_shown)
    )
