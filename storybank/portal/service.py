"""What a storyteller changes: stop a use, stop all, put a stop back."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from storybank.consent import service as consent
from storybank.consent.models import Receipt
from storybank.consent.rules import Answer, Purpose, Use
from storybank.consent.standing import state_of
from storybank.errors import Conflict, NotFound
from storybank.portal import reading as mine
from storybank.stories import reading


def stop(session: Session, use: Use, story_id: int, uses: Collection[Purpose]) -> Receipt:
    """Stop these uses, now, in the storyteller's own name; a second press changes nothing.

    Raises NotFound when the story is not theirs.
    """
    if not reading.may(session, use, story_id):
        raise NotFound("That story is not here.")
    person_id = consent.person_of(session, story_id)
    state = state_of(session, story_id)
    stopped = {
        purpose
        for purpose, choice in (state.choices.items() if state else ())
        if choice.answer is Answer.STOPPED
    }
    if set(uses) <= stopped:
        return mine.receipts(session, use, story_id)[0]
    return consent.stop(session, use.actor, story_id, person_id, uses, "web")


def put_back(session: Session, use: Use, receipt_id: int) -> Receipt:
    """Undo a stop made by mistake.

    Raises NotFound when the receipt is not theirs; Conflict when something was chosen since, or
    there was nothing to put back.
    """
    found = mine.receipt(session, use, receipt_id)
    made = consent.put_back(session, use.actor, found)
    if made is found:
        raise Conflict("There was nothing to put back. Look at your choices again.")
    return made
