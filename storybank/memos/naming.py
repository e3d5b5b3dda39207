"""Whom memos name with an "@", and who has not looked yet."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.memos import rules
from storybank.memos.models import Memo, Mention
from storybank.memos.seeing import seen
from storybank.people.models import Account, AccountRole
from storybank.people.rules import Role


def researchers(session: Session) -> dict[int, str]:
    """The people who may be named, by number: {account id: name}, by name."""
    rows = session.execute(
        select(Account.id, Account.name)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(AccountRole.role == Role.RESEARCHER.value, Account.disabled_at.is_(None))
        .order_by(sa.func.lower(Account.name), Account.id)
    )
    return {number: name for number, name in rows}


def note_named(session: Session, memo: Memo) -> None:
    """Make the mentions of a memo agree with its body: who is named anew has not looked."""
    people = researchers(session)
    wanted = rules.named(memo.body, people) - {memo.account_id}
    there = set(session.scalars(select(Mention.account_id).where(Mention.memo_id == memo.id)))
    session.execute(
        sa.delete(Mention).where(
            Mention.memo_id == memo.id, Mention.account_id.in_(sorted(there - wanted))
        )
    )
    for account_id in sorted(wanted - there)[: rules.MAX_NAMED]:
        session.add(Mention(memo_id=memo.id, account_id=account_id, at=now()))
    session.flush()


def of(session: Session, memo_ids: Collection[int]) -> dict[int, list[str]]:
    """The names of those named in these memos."""
    found: dict[int, list[str]] = {}
    for memo_id, name in session.execute(
        select(Mention.memo_id, Account.name)
        .join(Account, Account.id == Mention.account_id)
        .where(Mention.memo_id.in_(list(memo_ids)))
        .order_by(Account.name)
    ):
        found.setdefault(memo_id, []).append(name)
    return found


def unread(session: Session, use: Use, memo_ids: Collection[int] | None = None) -> set[int]:
    """The memos that name the person asking and that they have not looked at; ``memo_ids`` keeps
    those among these."""
    query = select(Mention.memo_id).where(
        Mention.account_id == use.actor.account_id, Mention.read_at.is_(None)
    )
    if memo_ids is not None:
        query = query.where(Mention.memo_id.in_(list(memo_ids)))
    named = session.scalars(query).all()
    if not named:
        return set()
    return set(session.scalars(select(Memo.id).where(Memo.id.in_(named), seen(use))))


def looked(session: Session, use: Use, memo_ids: Collection[int]) -> None:
    """The person asking has looked at these memos."""
    session.execute(
        sa.update(Mention)
        .where(
            Mention.account_id == use.actor.account_id,
            Mention.memo_id.in_(list(memo_ids)),
            Mention.read_at.is_(None),
        )
        .values(read_at=now())
    )
