"""Invitations: a storyteller is asked in, and claims what was recorded for them.

By e-mail or on a printed slip. Each works once and for thirty days; a new one voids the one
before. Nobody can tell a wrong one from one that is used, void or too old.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank import clock
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.jobs import queue
from storybank.people import identity, service, tokens
from storybank.people.models import Account, AccountRole, Person
from storybank.people.rules import Actor, Role, code_of
from storybank.people.sealing import seal, unseal
from storybank.people.way_models import Invitation, InvitationKey

LASTS = timedelta(days=30)
SEND = "people.send_invitation"
"""The job that writes the letter: wiring says who does it."""

NO_GOOD = (
    "This does not open anything now. It may have been used, or be too old. Check it, or ask "
    "the person who gave it to you for a new one."
)
CLOSED = "This storyteller’s account is closed. An administrator can open it again."
IN_ALREADY = (
    "This storyteller has an account. They can come in with a link: the sign-in page sends it."
)
NO_ADDRESS = "Write the storyteller’s e-mail address in their details first, or print a slip."
INVITERS = frozenset({Role.STEWARD, Role.FACILITATOR})


class How(StrEnum):
    """How an invitation reaches somebody."""

    EMAIL = "email"
    SLIP = "slip"


@dataclass(frozen=True)
class Invited:
    """A new invitation. Token and code are here and nowhere else: show them now or never.

    Both are None for one by e-mail: its token is made when the letter is.
    """

    id: int
    person_id: int
    how: How
    expires_at: datetime
    token: str | None = None
    code: str | None = None


def invite(session: Session, by: Actor, person_id: int, how: How) -> Invited:
    """Ask a storyteller in; what they were given before opens nothing from now on.

    One who has an account without an address may be given a slip again: it is their way back.
    Raises Refused unless a steward or facilitator asks, NotFound, Conflict where they can come
    in already or their account is closed, BadInput where a letter has no address to go to.
    """
    if not by.roles & INVITERS:
        raise Refused("Only a steward or a facilitator can invite a storyteller.")
    _lock(session, person_id)
    problem = reason_not_to(session, person_id)
    if problem:
        raise Conflict(problem)
    if how is How.EMAIL and not address_of(session, person_id):
        raise BadInput(NO_ADDRESS)
    _void(session, [one.id for one in open_invitations(session, person_id)])
    moment = clock.now()
    made = Invitation(
        person_id=person_id, how=how.value, made_by=by.account_id, made_at=moment,
        expires_at=moment + LASTS,
    )  # fmt: skip
    session.add(made)
    session.flush()
    if how is How.EMAIL:
        queue.put(session, SEND, invitation_id=made.id)
        return Invited(made.id, person_id, how, made.expires_at)
    token, code = tokens.new_token(), tokens.new_code()
    plain = tokens.clean_code(code)
    assert plain
    for kept in (tokens.hash_token(token), tokens.hash_code(plain)):
        session.add(InvitationKey(hash=kept, invitation_id=made.id))
    session.flush()
    return Invited(made.id, person_id, how, made.expires_at, token, code)


def reason_not_to(session: Session, person_id: int) -> str | None:
    """Why this storyteller cannot be invited now, in one sentence; None when they can."""
    account = account_of(session, person_id)
    if account is None:
        return None
    if account.disabled_at is not None:
        return CLOSED
    return IN_ALREADY if account.email else None


def open_invitations(session: Session, person_id: int) -> list[Invitation]:
    """What still opens something for this storyteller: one at the most."""
    return list(
        session.scalars(sa.select(Invitation).where(Invitation.person_id == person_id, *_is_open()))
    )


def last_claimed(session: Session, person_id: int) -> Invitation | None:
    """The invitation by which the storyteller came in, the latest where there are several."""
    return session.scalar(
        sa.select(Invitation)
        .where(Invitation.person_id == person_id, Invitation.claimed_at.is_not(None))
        .order_by(Invitation.claimed_at.desc())
        .limit(1)
    )


def void(session: Session, by: Actor, person_id: int) -> int:
    """Make void whatever is open for this storyteller; how many it was. Raises Refused."""
    if not by.roles & (INVITERS | {Role.MACHINE}):
        raise Refused("Only a steward or a facilitator can make an invitation void.")
    _lock(session, person_id)
    ids = [one.id for one in open_invitations(session, person_id)]
    _void(session, ids)
    return len(ids)


def letter_token(session: Session, invitation_id: int) -> str | None:
    """A token for the letter of an open invitation; None when there is nothing to send any more.

    A letter that is written again gets a token of its own.
    """
    found = session.scalar(sa.select(Invitation).where(Invitation.id == invitation_id, *_is_open()))
    address = address_of(session, found.person_id) if found else ""
    if found is None or not address:
        return None
    token = tokens.new_token()
    session.add(
        InvitationKey(
            hash=tokens.hash_token(token), invitation_id=found.id,
            sealed_email=seal(session, address),
        )
    )  # fmt: skip
    session.flush()
    return token


def opens(session: Session, hashed: str | None) -> bool:
    """Whether what has this hash (``tokens.hash_of``) would open something. Changes nothing."""
    return _key(session, hashed) is not None


def claim(session: Session, token_or_code: str) -> Account:
    """Come in by a token or a code, once: the account, opened if there was none.

    Raises Refused with one and the same sentence for whatever does not open.
    """
    return claim_hashed(session, tokens.hash_of(token_or_code))


def claim_hashed(session: Session, hashed: str | None) -> Account:
    """``claim`` for who worked out the hash before the transaction began."""
    key = _key(session, hashed)
    if key is None:
        raise Refused(NO_GOOD)
    person_id = session.scalar(
        sa.select(Invitation.person_id).where(Invitation.id == key.invitation_id)
    )
    _lock(session, person_id or 0)
    # Of two who come at one moment only the first finds it still open.
    taken = session.execute(
        sa.update(Invitation)
        .where(Invitation.id == key.invitation_id, *_is_open())
        .values(claimed_at=clock.now())
        .returning(Invitation.id)
    ).scalar_one_or_none()
    if taken is None or person_id is None:
        raise Refused(NO_GOOD)
    address = unseal(session, key.sealed_email) if key.sealed_email else None
    account = _let_in(session, person_id, address)
    session.execute(
        sa.update(Invitation).where(Invitation.id == taken).values(claimed_by=account.id)
    )
    _forget_addresses(session, [taken])
    return account


def account_of(session: Session, person_id: int) -> Account | None:
    """The account of a storyteller, open or closed."""
    return session.scalar(sa.select(Account).where(Account.person_id == person_id))


def address_of(session: Session, person_id: int) -> str:
    """Where a letter to this storyteller would go; empty when no address is known."""
    details = identity.details_of(session, person_id)
    return details.email if details else ""


def _let_in(session: Session, person_id: int, address: str | None) -> Account:
    """The account of this person, with the address they have shown to be theirs."""
    if address and service.account_by_email(session, address) is not None:
        address = None  # Somebody they share it with comes in by it already.
    account = account_of(session, person_id)
    if account is None:
        name = f"Storyteller {code_of(person_id)}"
        return service.add_account(
            session, address, [Role.STORYTELLER], name=name, person_id=person_id
        )
    if account.disabled_at is not None:
        raise Refused(NO_GOOD)
    if account.email is None:
        account.email = address
    role = Role.STORYTELLER.value
    if session.get(AccountRole, (account.id, role)) is None:
        session.add(AccountRole(account_id=account.id, role=role))
    session.flush()
    return account


def _key(session: Session, hashed: str | None) -> InvitationKey | None:
    return session.scalar(
        sa.select(InvitationKey)
        .join(Invitation, Invitation.id == InvitationKey.invitation_id)
        .outerjoin(Account, Account.person_id == Invitation.person_id)
        .where(InvitationKey.hash == (hashed or ""), Account.disabled_at.is_(None), *_is_open())
    )


def _is_open() -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Invitation.claimed_at.is_(None),
        Invitation.voided_at.is_(None),
        Invitation.expires_at > clock.now(),
    )


def _lock(session: Session, person_id: int) -> None:
    found = None
    if 0 < person_id < 2**31:
        query = sa.select(Person.id).where(Person.id == person_id).with_for_update()
        found = session.scalar(query)
    if found is None:
        raise NotFound("There is no storyteller with this code.")


def _void(session: Session, ids: Collection[int]) -> None:
    session.execute(
        sa.update(Invitation).where(Invitation.id.in_(ids)).values(voided_at=clock.now())
    )
    _forget_addresses(session, ids)


def _forget_addresses(session: Session, ids: Collection[int]) -> None:
    session.execute(
        sa.update(InvitationKey)
        .where(InvitationKey.invitation_id.in_(ids))
        .values(sealed_email=None)
    )
