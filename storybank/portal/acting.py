"""For whom somebody acts in a story: for themselves, or with the legal power to decide for its
teller."""

from __future__ import annotations

from sqlalchemy.orm import Session

from storybank.consent import service as consent
from storybank.consent.deciding import part_of
from storybank.consent.rules import Part, Use


def acts_for(session: Session, use: Use, story_id: int) -> int:
    """The person whose answers about this story the one who asks gives.

    A co-teller and a parent have answers of their own; an attorney gives the teller's. The caller
    has asked the door whether the story is theirs at all.
    """
    own = use.actor.person_id or 0
    if part_of(session, story_id, own) is Part.ATTORNEY:
        return consent.person_of(session, story_id)
    return own
