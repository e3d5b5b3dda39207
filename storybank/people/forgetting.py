"""Forgetting who somebody is: their details, their ways in, and the account if it was only for
their stories. The code they were known by stays; nothing leads from it to them any more."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank import clock
from storybank.people import identity, invitations, service
from storybank.people.models import Account, AccountRole
from storybank.people.reading import roles_of
from storybank.people.rules import Role, code_of
from storybank.people.way_models import Invitation, InvitationKey, MailedLink, Passkey

QUIETLY = {"synchronize_session": False}


def forget(session: Session, person_id: int) -> None:
    """Take a storyteller's details and ways in out for good.

    An account that is for storytelling only is closed and emptied. Somebody who has other work
    here keeps the account, which no longer says that they told a story.
    """
    identity.forget(session, person_id)
    _forget_invitations(session, person_id)
    account = invitations.account_of(session, person_id)
    if account is None:
        return
    if set(roles_of(session, [account.id])[account.id]) - {Role.STORYTELLER}:
        _unlink(session, account)
    else:
        _close(session, account, person_id)
    session.flush()


def _forget_invitations(session: Session, person_id: int) -> None:
    ids = sa.select(Invitation.id).where(Invitation.person_id == person_id)
    session.execute(
        sa.delete(InvitationKey).where(InvitationKey.invitation_id.in_(ids)),
        execution_options=QUIETLY,
    )
    session.execute(
        sa.update(Invitation)
        .where(
            Invitation.person_id == person_id,
            Invitation.claimed_at.is_(None),
            Invitation.voided_at.is_(None),
        )
        .values(voided_at=clock.now()),
        execution_options=QUIETLY,
    )


def _unlink(session: Session, account: Account) -> None:
    account.person_id = None
    held = session.get(AccountRole, (account.id, Role.STORYTELLER.value))
    if held is not None:
        session.delete(held)
    service.end_all_sessions(session, account)


def _close(session: Session, account: Account, person_id: int) -> None:
    for table in (Passkey, MailedLink):
        session.execute(
            sa.delete(table).where(table.account_id == account.id), execution_options=QUIETLY
        )
    account.email = account.password_hash = account.organisation = None
    account.name = f"Storyteller {code_of(person_id)}"
    service.disable(session, account)
