"""Who runs a workshop: whoever made it, and those who help. Nobody else sees what is live in it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import BadInput, NotFound
from storybank.people import service as people
from storybank.people.models import Account
from storybank.people.rules import Actor, Role
from storybank.workshops.models import Workshop, WorkshopHelper
from storybank.workshops.service import for_meeting

NOT_HERE = "There is no such workshop."
NOBODY = "No facilitator signs in with that address. Ask an administrator to invite them first."
MOST = 50


@dataclass(frozen=True)
class Member:
    """Somebody who runs a workshop; ``made`` where it is theirs, so that they stay in it."""

    account_id: int
    name: str
    made: bool


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


def runs(session: Session, actor: Actor, workshop: Workshop) -> bool:
    """Did this person make the workshop, or do they help to run it?"""
    if actor.account_id is None:
        return False
    if workshop.made_by == actor.account_id:
        return True
    return session.get(WorkshopHelper, (workshop.id, actor.account_id)) is not None


def members(session: Session, workshop: Workshop) -> list[Member]:
    """Who runs a workshop: its maker first, then helpers in the order they came."""
    helpers = session.scalars(
        select(WorkshopHelper.account_id)
        .where(WorkshopHelper.workshop_id == workshop.id)
        .order_by(WorkshopHelper.added_at, WorkshopHelper.account_id)
    ).all()
    ids = list(dict.fromkeys([workshop.made_by, *helpers]))
    accounts = {one.id: one for one in session.scalars(select(Account).where(Account.id.in_(ids)))}
    return [
        Member(one, people.actor_for(session, accounts[one]).name, one == workshop.made_by)
        for one in ids
        if one in accounts
    ]


def add(session: Session, workshop: Workshop, email: str) -> Member:
    """Let somebody with an account help to run a workshop. Adding one twice changes nothing.

    Raises BadInput where no facilitator has this address, or there are too many already.
    """
    account = people.account_by_email(session, email) if 0 < len(email) <= 254 else None
    actor = people.actor_for(session, account) if account is not None else None
    if account is None or actor is None or Role.FACILITATOR not in actor.roles:
        raise BadInput(NOBODY)
    held = session.scalar(select(sa.func.count()).where(WorkshopHelper.workshop_id == workshop.id))
    if (held or 0) >= MOST:
        raise BadInput(f"At most {MOST} people can help. Take somebody out first.")
    add_account(session, workshop, account.id)
    return Member(account.id, actor.name, account.id == workshop.made_by)


def add_account(session: Session, workshop: Workshop, account_id: int) -> None:
    """The same by the number of an account; to put somebody back who was taken out."""
    if account_id == workshop.made_by:
        return
    if session.get(WorkshopHelper, (workshop.id, account_id)) is not None:
        return
    session.add(WorkshopHelper(workshop_id=workshop.id, account_id=account_id, added_at=now()))
    session.flush()


def take_out(session: Session, workshop: Workshop, account_id: int) -> None:
    """Somebody does not help any more, and sees nothing of the workshop from now on.

    Raises NotFound where they did not.
    """
    found = session.get(WorkshopHelper, (workshop.id, account_id))
    if found is None:
        raise NotFound("That person does not help in this workshop.")
    session.delete(found)
    session.flush()
