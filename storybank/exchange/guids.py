"""GUIDs: what came keeps the one it had; everything else gets one derived from the house's own,
so that it is the same in every file that leaves."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook.models import Code, Family
from storybank.coding.models import Coding
from storybank.db import slices
from storybank.exchange.models import ForeignId
from storybank.memos.models import Memo
from storybank.people.models import Account
from storybank.stories.models import Story

HOUSE, CODE, FAMILY, STORY, CODING, PASSAGE, MEMO, MEMO_PLACE, ACCOUNT = (
    "house", "code", "family", "story", "coding", "passage", "memo", "memoplace", "account",
)  # fmt: skip
"""A passage goes by the number of the first coding on it, or of the memo where there is none."""
TABLES: dict[str, Any] = {
    CODE: Code, FAMILY: Family, STORY: Story, CODING: Coding, MEMO: Memo, ACCOUNT: Account,
}  # fmt: skip


def house(session: Session) -> uuid.UUID | None:
    """The GUID of this house; None before its first file left."""
    found = session.scalar(select(ForeignId.guid).where(ForeignId.kind == HOUSE))
    return uuid.UUID(found) if found else None


def make_house(session: Session) -> uuid.UUID:
    """The GUID of this house, made where there is none yet; the caller's transaction writes."""
    found = house(session)
    if found is None:
        found = uuid.uuid4()
        try:
            with session.begin_nested():
                session.add(ForeignId(kind=HOUSE, number=0, guid=str(found)))
        except sa.exc.IntegrityError:  # somebody else's file left at this moment
            found = house(session)
            assert found is not None
    return found


def derived(home: uuid.UUID, kind: str, name: object) -> str:
    """The GUID of a thing of this house that never had another."""
    return str(uuid.uuid5(home, f"{kind} {name}"))


class Guids:
    """The GUIDs of things of some kinds, as they leave."""

    def __init__(self, session: Session, home: uuid.UUID, kinds: Collection[str]) -> None:
        self._home = home
        rows = session.execute(
            select(ForeignId.kind, ForeignId.number, ForeignId.guid).where(
                ForeignId.kind.in_(list(kinds))
            )
        )
        self._foreign = {(kind, number): guid for kind, number, guid in rows}

    def foreign(self, kind: str, number: int) -> str | None:
        """The one that came with it, if one did."""
        return self._foreign.get((kind, number))

    def of(self, kind: str, number: int) -> str:
        """The one that came with it, else the derived one."""
        return self.foreign(kind, number) or derived(self._home, kind, number)


def known(session: Session, kind: str, numbers: Iterable[int] | None = None) -> dict[str, int]:
    """{GUID: number} of what is here of one kind, by the GUID it came with and by its derived one;
    of these numbers only, where some are given (what came is there in any case)."""
    home = house(session)
    rows = session.execute(
        select(ForeignId.guid, ForeignId.number).where(ForeignId.kind == kind)
    ).all()
    found = {guid: number for guid, number in rows}
    if home is not None:
        there = session.scalars(select(TABLES[kind].id)) if numbers is None else numbers
        found = {**{derived(home, kind, number): number for number in there}, **found}
    return found


def keep(session: Session, kind: str, pairs: Iterable[tuple[int, str]]) -> None:
    """Write down that these numbers had these GUIDs elsewhere."""
    rows = [{"kind": kind, "number": number, "guid": guid} for number, guid in pairs]
    if rows:
        session.execute(sa.insert(ForeignId), rows)


def forget(session: Session, kind: str, numbers: Iterable[int]) -> None:
    """Forget the GUIDs of what is deleted: its number may be given to something else."""
    for some in slices(numbers):
        session.execute(
            sa.delete(ForeignId).where(ForeignId.kind == kind, ForeignId.number.in_(some)),
            execution_options={"synchronize_session": False},
        )
