"""An agreement that somebody has begun, for tests that walk through the whole house."""

from __future__ import annotations

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.people.rules import Actor
from storybank.portal import drafts
from storybank.portal.what_stands import stands


def half_filled(session: Session, teller: Actor, story_id: int) -> None:
    """An answer that is saved and does not count yet, so that there is something to confirm."""
    use = Use.claim(teller, Purpose.OWN, now())
    draft = drafts.begin(stands(session, use, story_id, teller.person_id))
    draft.answers["contact"] = {"contact": ["check"]}
    draft.at = "future"
    drafts.keep(session, teller.person_id, story_id, draft)
