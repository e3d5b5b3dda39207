"""Who read or took out what: readings of stories, files, prints, and looks at details."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.models import AccessRecord, UseRecord
from storybank.consent.purposes import EIGHT
from storybank.people.identity_models import IdentityReading
from storybank.people.models import Account
from storybank.people.rules import code_of

A_PAGE = 50

WHAT = {
    "read": "Read the story",
    "file": "Took it out in a file",
    "print": "Printed parts of it",
    "details read": "Looked at contact details",
    "details change": "Changed contact details",
}


@dataclass(frozen=True)
class Entry:
    """One thing somebody of the team did."""

    at: datetime
    who: str
    what: str
    about: str
    story_id: int | None
    purpose: str


@dataclass(frozen=True)
class Wanted:
    """Which entries are looked for; nothing set is all of them."""

    account_id: int | None = None
    story_id: int | None = None
    what: str = ""
    since: date | None = None


def entries(session: Session, wanted: Wanted, page: int) -> tuple[list[Entry], int]:
    """One page of entries, the latest first, and how many pages there are."""
    every = _every(wanted).subquery()
    count = session.scalar(select(sa.func.count()).select_from(every)) or 0
    rows = session.execute(
        select(every, Account.name)
        .outerjoin(Account, Account.id == every.c.account_id)
        .order_by(every.c.at.desc(), every.c.number.desc())
        .limit(A_PAGE)
        .offset((page - 1) * A_PAGE)
    )
    return [_entry(row) for row in rows], max(1, -(-count // A_PAGE))


def accounts(session: Session) -> list[tuple[int, str]]:
    """Everybody who has an account and is not a storyteller alone, by name."""
    team = select(AccessRecord.account_id).union(
        select(UseRecord.made_by_account_id), select(IdentityReading.account_id)
    )
    rows = session.execute(
        select(Account.id, Account.name).where(Account.id.in_(team)).order_by(Account.name)
    )
    return [(number, name) for number, name in rows]


def _every(wanted: Wanted) -> sa.CompoundSelect[Any]:
    nobody = sa.null().cast(sa.Integer)
    read = select(
        AccessRecord.at.label("at"),
        AccessRecord.id.label("number"),
        AccessRecord.account_id.label("account_id"),
        AccessRecord.story_id.label("story_id"),
        nobody.label("person_id"),
        AccessRecord.what.label("what"),
        AccessRecord.purpose.label("purpose"),
    )
    out = select(
        UseRecord.at, UseRecord.id, UseRecord.made_by_account_id, UseRecord.story_id, nobody,
        UseRecord.medium, UseRecord.use,
    )  # fmt: skip
    details = select(
        IdentityReading.at, IdentityReading.id, IdentityReading.account_id, nobody,
        IdentityReading.person_id, sa.literal("details ") + IdentityReading.act, sa.literal(""),
    )  # fmt: skip
    return sa.union_all(
        _narrow(read, wanted, AccessRecord.at, AccessRecord.account_id, AccessRecord.story_id,
                AccessRecord.what),
        _narrow(out, wanted, UseRecord.at, UseRecord.made_by_account_id, UseRecord.story_id,
                UseRecord.medium),
        _narrow(details, wanted, IdentityReading.at, IdentityReading.account_id, nobody,
                sa.literal("details ") + IdentityReading.act),
    )  # fmt: skip


def _narrow(query: Any, wanted: Wanted, at: Any, account_id: Any, story_id: Any, what: Any) -> Any:
    if wanted.account_id is not None:
        query = query.where(account_id == wanted.account_id)
    if wanted.story_id is not None:
        query = query.where(story_id == wanted.story_id)
    if wanted.what:
        query = query.where(what == wanted.what)
    if wanted.since is not None:
        # The day as it begins in UTC; an hour of the evening before may show in summer.
        begins = datetime(wanted.since.year, wanted.since.month, wanted.since.day)
        query = query.where(at >= begins - timedelta(hours=1))
    return query


def _entry(row: Any) -> Entry:
    about = f"Story {row.story_id}" if row.story_id is not None else ""
    if row.person_id is not None:
        about = f"Storyteller {code_of(row.person_id)}"
    purposes = {purpose.value for purpose in EIGHT}
    return Entry(
        row.at, row.name or "Storybank", WHAT.get(row.what, row.what), about, row.story_id,
        row.purpose if row.purpose in purposes else "",
    )  # fmt: skip
