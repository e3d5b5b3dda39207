"""Accounts: made, signed in to, given roles, closed and opened again."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from storybank import clock
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.people import passwords
from storybank.people.models import Account, AccountRole, Person
from storybank.people.reading import roles_of
from storybank.people.rules import (
    Actor,
    Role,
    check_password,
    clean_email,
    clean_name,
    clean_organisation,
    read_role,
)

WRONG = "The e-mail address or the password is not right. Check both and try again."
TAKEN = "There is already an account with this e-mail address."
LAST = "This is the last administrator. Make somebody else an administrator first."


def new_person(session: Session) -> Person:
    """A storyteller the team can speak of by code, without an account."""
    person = Person(created_at=clock.now())
    session.add(person)
    session.flush()
    return person


def add_account(
    session: Session,
    email: str | None,
    roles: Iterable[Role],
    name: str | None = None,
    password: str | None = None,
    person_id: int | None = None,
    organisation: str | None = None,
) -> Account:
    """Open an account. A storyteller gets a person when none is given.

    A storyteller may do without an address, but then needs a name; else the part of the address
    before the @ stands in. Raises BadInput for an address, name, place, password or set of roles
    that cannot be used, NotFound for an unknown person, Conflict when the address, or the person,
    already has an account.
    """
    email = clean_email(email) if email is not None else None
    given = _clean_roles(roles)
    name = clean_name(name if name and name.strip() else (email or "").partition("@")[0])
    if password is not None:
        check_password(password)
    if email is not None and account_by_email(session, email) is not None:
        raise Conflict(TAKEN)
    if person_id is not None:
        _check_person_is_free(session, person_id)
    elif Role.STORYTELLER in given:
        person_id = new_person(session).id
    account = Account(
        email=email,
        name=name,
        organisation=clean_organisation(organisation),
        password_hash=passwords.make_hash(password) if password is not None else None,
        person_id=person_id,
        created_at=clock.now(),
    )
    try:
        with session.begin_nested():
            session.add(account)
    except IntegrityError as clash:  # Somebody opened the same account a moment ago.
        raise Conflict(TAKEN) from clash
    session.add_all(AccountRole(account_id=account.id, role=role.value) for role in given)
    session.flush()
    return account


def account_by_id(session: Session, account_id: int) -> Account:
    """Raises NotFound."""
    # No database has seen an id beyond four bytes; asking for one would be an error there.
    account = session.get(Account, account_id) if account_id < 2**31 else None
    if account is None:
        raise NotFound("There is no such account.")
    return account


def account_by_email(session: Session, email: str) -> Account | None:
    """The account with this address, however it is typed; None too when it is no address."""
    try:
        cleaned = clean_email(email)
    except BadInput:
        return None
    return session.scalar(sa.select(Account).where(Account.email == cleaned))


def actor_for(session: Session, account: Account) -> Actor:
    """Who this account is when it asks for something; a disabled one may ask for nothing."""
    if account.disabled_at is not None:
        return Actor(account.id, None, frozenset(), account.name)
    roles = roles_of(session, [account.id])[account.id]
    places = frozenset({account.organisation} if account.organisation else ())
    return Actor(account.id, account.person_id, frozenset(roles), account.name, places)


def sign_in(session: Session, email: str, password: str) -> Account:
    """The account these two open.

    Raises Refused with one sentence, and after the same work, whether the account is missing,
    disabled, without a password, or the password is wrong.
    """
    account = account_by_email(session, email)
    right = passwords.matches(account.password_hash if account else None, password)
    if account is None or not right or account.disabled_at is not None:
        raise Refused(WRONG)
    return account


def has_old_hash(account: Account) -> bool:
    """Whether the password is kept with other parameters than those of today."""
    return account.password_hash is not None and passwords.is_outdated(account.password_hash)


def renew_hash(session: Session, account: Account, password: str) -> None:
    """Keep the same password with the parameters of today. Ends no session."""
    account.password_hash = passwords.make_hash(password)
    session.flush()


def set_password(session: Session, account: Account, password: str) -> None:
    """Give a new password and end all sessions opened with the old one. Raises BadInput."""
    check_password(password)
    account.password_hash = passwords.make_hash(password)
    end_all_sessions(session, account)


def end_all_sessions(session: Session, account: Account) -> None:
    """Sign the account out wherever it is signed in, from the next request on."""
    account.session_version += 1
    session.flush()


def set_roles(session: Session, account: Account, roles: Iterable[Role]) -> None:
    """Let the account hold these roles and no others; they count from the next request on.

    Raises BadInput for none or an unfit one, Refused when nobody would be administrator.
    """
    given = _clean_roles(roles)
    if Role.ADMINISTRATOR not in given:
        _check_not_last_administrator(session, account)
    held = set(roles_of(session, [account.id])[account.id])
    gone = [role.value for role in held.difference(given)]
    session.execute(
        sa.delete(AccountRole).where(
            AccountRole.account_id == account.id, AccountRole.role.in_(gone)
        )
    )
    if Role.STORYTELLER in given and account.person_id is None:
        account.person_id = new_person(session).id
    session.add_all(
        AccountRole(account_id=account.id, role=role.value) for role in given if role not in held
    )
    session.flush()


def set_organisation(session: Session, account: Account, organisation: str | None) -> None:
    """Where the account's holder works, from their next page on. Raises BadInput."""
    account.organisation = clean_organisation(organisation)
    session.flush()


def disable(session: Session, account: Account) -> None:
    """Close the account and end its sessions. Raises Refused for the last administrator."""
    if account.disabled_at is not None:
        return
    _check_not_last_administrator(session, account)
    account.disabled_at = clock.now()
    end_all_sessions(session, account)


def enable(session: Session, account: Account) -> None:
    """Open the account again; sessions from before stay ended."""
    if account.disabled_at is None:
        return
    account.disabled_at = None
    end_all_sessions(session, account)


def _clean_roles(roles: Iterable[Role]) -> tuple[Role, ...]:
    wanted = frozenset(roles)
    if not wanted:
        raise BadInput("Choose at least one role.")
    return tuple(read_role(role) for role in Role if role in wanted)


def _check_person_is_free(session: Session, person_id: int) -> None:
    if session.get(Person, person_id) is None:
        raise NotFound("There is no storyteller with this code.")
    if session.scalar(sa.select(Account.id).where(Account.person_id == person_id)) is not None:
        raise Conflict("This storyteller already has an account.")


def _check_not_last_administrator(session: Session, account: Account) -> None:
    # The rows are locked: two administrators could otherwise close each other at one moment.
    administrators = session.scalars(
        sa.select(Account.id)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(AccountRole.role == Role.ADMINISTRATOR.value, Account.disabled_at.is_(None))
        .order_by(Account.id)
        .with_for_update()
    ).all()
    if list(administrators) == [account.id]:
        raise Refused(LAST)
