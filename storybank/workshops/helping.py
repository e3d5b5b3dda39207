"""Who runs a workshop: whoever planned it, and the facilitators who help."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.errors import NotFound, Refused
from storybank.people.models import Account, AccountRole
from storybank.people.rules import Actor, Role
from storybank.workshops.models import Workshop, WorkshopHelper

NOT_YOURS = "Only the people who run this workshop can change it."


@dataclass(frozen=True)
class Facilitator:
    """Somebody who can be chosen to help, and whether they do."""

    account_id: int
    name: str
    helps: bool


def runs(session: Session, actor: Actor, meeting: Workshop) -> bool:
    """Did this person plan the workshop, or do they help to run it?"""
    if actor.account_id is None:
        return False
    if meeting.made_by == actor.account_id:
        return True
    return session.get(WorkshopHelper, (meeting.id, actor.account_id)) is not None


def run_by(
    session: Session, actor: Actor, workshop_id: int, *, to_change: bool = False
) -> Workshop:
    """A workshop that this person runs; ``to_change`` holds others off until it is done.

    Raises NotFound where there is none, Refused where they do not run it.
    """
    query = select(Workshop).where(Workshop.id == workshop_id)
    if to_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound("There is no such workshop.")
    if not runs(session, actor, found):
        raise Refused(NOT_YOURS)
    return found


def facilitators(session: Session, meeting: Workshop) -> list[Facilitator]:
    """Everybody who could help, by name: facilitators who can sign in, but for whoever planned
    it; and those who help already."""
    helps = helpers(session, meeting.id)
    rows = session.execute(
        select(Account.id, Account.name)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(
            AccountRole.role == Role.FACILITATOR.value,
            Account.disabled_at.is_(None) | Account.id.in_(helps),
            Account.id != meeting.made_by,
        )
        .order_by(Account.name, Account.id)
    )
    return [Facilitator(number, name, number in helps) for number, name in rows]


def helpers(session: Session, workshop_id: int) -> set[int]:
    """The accounts of those who help."""
    return set(
        session.scalars(
            select(WorkshopHelper.account_id).where(WorkshopHelper.workshop_id == workshop_id)
        )
    )


def set_helpers(session: Session, meeting: Workshop, wanted: Collection[int]) -> None:
    """Let exactly these help from now on; an account that cannot is left out."""
    could = {one.account_id for one in facilitators(session, meeting)}
    before, after = helpers(session, meeting.id), set(wanted) & could
    for number in before - after:
        session.delete(session.get_one(WorkshopHelper, (meeting.id, number)))
    for number in sorted(after - before):
        session.add(WorkshopHelper(workshop_id=meeting.id, account_id=number, added_at=now()))
    session.flush()
