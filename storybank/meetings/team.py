"""Who runs a workshop sees what is live in it, and nobody else does."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.rules import Use
from storybank.errors import NotFound
from storybank.people.models import Account
from storybank.people.rules import Actor
from storybank.workshops.helping import helpers, runs
from storybank.workshops.models import Workshop
from storybank.workshops.service import for_meeting

NOT_HERE = "There is no such workshop."


def meeting_for(session: Session, use: Use, workshop_id: int) -> tuple[Workshop, Use]:
    """A workshop, and the use before the people who are there, for somebody who runs it.

    Every live page and act of a facilitator goes through here.

    Raises NotFound where there is none for this purpose, or the person asking does not run it.
    """
    found = planned_for(session, use.actor, workshop_id)
    if found.use != use.purpose.value:
        raise NotFound(NOT_HERE)
    return found, for_meeting(use, found)


def planned_for(session: Session, actor: Actor, workshop_id: int) -> Workshop:
    """A workshop that this person runs: for pages of its plan, where no words are shown.

    Raises NotFound where there is none, or they do not run it.
    """
    found = session.get(Workshop, workshop_id)
    if found is None or not runs(session, actor, found):
        raise NotFound(NOT_HERE)
    return found


def names(session: Session, workshop: Workshop) -> list[str]:
    """Who runs a workshop, by name: its maker first."""
    ids = [workshop.made_by, *sorted(helpers(session, workshop.id) - {workshop.made_by})]
    found = dict(
        session.execute(select(Account.id, Account.name).where(Account.id.in_(ids))).tuples().all()
    )
    return [found[one] for one in ids if one in found]
