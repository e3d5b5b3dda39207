"""The observers' link: a long word that opens a page to look at, until it is renewed or ended.

Observers are the public: passages are shown to them under the ``public`` use, answers only once
they were revealed, and no count of fewer than five people of a kind.
"""

from __future__ import annotations

import hmac

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.rules import Use
from storybank.errors import Conflict, NotFound
from storybank.meetings.seats import hash_of, new_token
from storybank.meetings.team import meeting_for
from storybank.workshops.models import Workshop
from storybank.workshops.service import for_meeting

WATCHED = ("open", "live", "synthesis")
GONE = "This link does not open anything now. Ask whoever gave it to you for a new one."
LONGEST = 100


def make(session: Session, use: Use, workshop_id: int) -> str:
    """A new word for the link, to be shown once; the one before opens nothing any more.

    Raises NotFound; Conflict where the workshop is not open.
    """
    workshop, _ = meeting_for(session, use, workshop_id)
    if workshop.status not in WATCHED:
        raise Conflict("Open the workshop for joining first. Then make a link for observers.")
    token, workshop.observer_hash = new_token()
    session.flush()
    return token


def end(session: Session, use: Use, workshop_id: int) -> None:
    """The link opens nothing from now on. Raises NotFound."""
    workshop, _ = meeting_for(session, use, workshop_id)
    workshop.observer_hash = None
    session.flush()


def watched(session: Session, use: Use, token: str) -> tuple[Workshop, Use]:
    """The workshop that this word opens, and the ``public`` use before its audience.

    Raises NotFound: unknown, ended and closed look the same.
    """
    sent = hash_of(token[:LONGEST])
    found = session.scalar(select(Workshop).where(Workshop.observer_hash == sent))
    if found is None or found.status not in WATCHED:
        raise NotFound(GONE)
    if not hmac.compare_digest(found.observer_hash or "", sent):
        raise NotFound(GONE)
    return found, for_meeting(use, found)
