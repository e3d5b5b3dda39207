"""The door's last look: a memo must not copy a story, for a stop could not reach the copy."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.models import AccessRecord
from storybank.consent.rules import Use
from storybank.errors import BadInput
from storybank.memos.rules import copied
from storybank.stories import reading
from storybank.stories.rules import Place

LOOKED_AT = 20
"""How many of the stories that the writer opened last are compared."""

REFUSED = (
    "Some words here are copied from a story. If its storyteller stops, nobody could take them "
    "out of a memo. Say it in your own words, or put the memo on the passage."
)
ASKED = (
    "Some words here are the same as in a story. A memo quotes nothing: if the storyteller stops, "
    "we cannot take the words out. Use your own, or tick below that these are yours."
)


class Copies(BadInput):
    """A memo holds a run of a story's words. ``place`` is where they stand in the story, so that
    the memo can be put there; ``may_stay`` where the writer may say that the words are theirs."""

    def __init__(self, place: Place, may_stay: bool) -> None:
        super().__init__(ASKED if may_stay else REFUSED)
        self.place = place
        self.may_stay = may_stay


def check(session: Session, use: Use, typed: str, story_id: int | None, own: bool = False) -> None:
    """Compare what somebody typed with the story a memo is about and those they opened last.

    Nothing is kept of it. ``own``: the writer says that a short run is in their own words.
    Raises Copies.
    """
    short: Copies | None = None
    for story in reading.stories(session, use, _at_hand(session, use, story_id)):
        run = copied(typed, story.text)
        if run is None:
            continue
        place = Place(story.story_id, story.version, run.start, run.end)
        if run.too_many:
            raise Copies(place, may_stay=False)
        short = short or Copies(place, may_stay=True)
    if short is not None and not own:
        raise short


def _at_hand(session: Session, use: Use, story_id: int | None) -> list[int]:
    opened = session.scalars(
        select(AccessRecord.story_id)
        .where(AccessRecord.account_id == use.actor.account_id, AccessRecord.story_id.is_not(None))
        .group_by(AccessRecord.story_id)
        .order_by(sa.func.max(AccessRecord.id).desc())
        .limit(LOOKED_AT)
    )
    first = [] if story_id is None else [story_id]
    return list(dict.fromkeys([*first, *(number for number in opened if number is not None)]))
