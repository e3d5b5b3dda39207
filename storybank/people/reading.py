"""Lists of accounts and the roles they hold."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank.people.models import Account, AccountRole, Person
from storybank.people.rules import GIVEN_TO_ACCOUNTS, Role


@dataclass(frozen=True)
class AccountRow:
    """One account as a list shows it."""

    id: int
    email: str | None
    name: str
    roles: tuple[Role, ...]
    disabled: bool


def roles_of(session: Session, account_ids: Collection[int]) -> dict[int, tuple[Role, ...]]:
    """The roles of each account, in the order in which roles are listed."""
    held: dict[int, set[str]] = {account_id: set() for account_id in account_ids}
    found = sa.select(AccountRole).where(AccountRole.account_id.in_(account_ids))
    for row in session.scalars(found):
        held[row.account_id].add(row.role)
    return {
        account_id: tuple(role for role in GIVEN_TO_ACCOUNTS if role.value in names)
        for account_id, names in held.items()
    }


def person(session: Session, number: int) -> Person | None:
    """The storyteller with this number; None when there is none."""
    return session.get(Person, number) if number < 2**31 else None


def list_accounts(
    session: Session, offset: int = 0, limit: int = 50, search: str = ""
) -> list[AccountRow]:
    """Accounts by address, ``search`` being a part of it."""
    order = (Account.email.is_(None), Account.email, Account.id)
    page = sa.select(Account).where(_matches(search)).order_by(*order)
    accounts = session.scalars(page.offset(offset).limit(limit)).all()
    roles = roles_of(session, [account.id for account in accounts])
    return [
        AccountRow(a.id, a.email, a.name, roles[a.id], a.disabled_at is not None) for a in accounts
    ]


def count_accounts(session: Session, search: str = "") -> int:
    query = sa.select(sa.func.count(Account.id)).where(_matches(search))
    return session.scalar(query) or 0


def _matches(search: str) -> sa.ColumnElement[bool]:
    part = search.strip().lower()
    if not part.isprintable():  # No address holds such a character; some databases refuse it.
        return sa.false()
    # Who has no address is in every list that asks for no part of one.
    return sa.func.coalesce(Account.email, "").contains(part, autoescape=True)
