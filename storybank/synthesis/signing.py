"""Agreement with the words of a recommendation. It is with one wording: another asks anew."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import Conflict, NotFound
from storybank.meetings.models import Group
from storybank.synthesis.models import SignOff
from storybank.synthesis.recommending import AWAY, current, detail_of, one
from storybank.synthesis.writing import check_open
from storybank.undoing import service as undoing
from storybank.workshops.models import Workshop

SIGN, UNSIGN = "sign off", "take back sign-off"
"""The kinds of acts: for a group."""


@dataclass(frozen=True)
class Signed:
    """Who agrees with one wording: how many people on phones, and which groups."""

    people: int = 0
    group_ids: frozenset[int] = field(default_factory=frozenset)

    def __bool__(self) -> bool:
        return bool(self.people or self.group_ids)


def signed(session: Session, text_ids: Collection[int]) -> dict[int, Signed]:
    """{wording: who agrees with it}, in one query."""
    rows = session.execute(
        select(SignOff.text_id, SignOff.group_id, SignOff.account_id).where(
            SignOff.text_id.in_(text_ids), SignOff.removed_at.is_(None)
        )
    ).all()
    people: dict[int, int] = {}
    groups: dict[int, set[int]] = {}
    for text_id, group_id, account_id in rows:
        if account_id is None:
            people[text_id] = people.get(text_id, 0) + 1
        elif group_id is not None:
            groups.setdefault(text_id, set()).add(group_id)
    return {
        text_id: Signed(people.get(text_id, 0), frozenset(groups.get(text_id, ())))
        for text_id in text_ids
    }


def sign(
    session: Session, use: Use, workshop: Workshop, number: int, group_id: int, seen_n: int,
    agrees: bool,
) -> bool:  # fmt: skip
    """Write down that a group agrees with the wording that was read to it, or does not any more.

    False where it stands so. Raises NotFound; Conflict where another wording stands by now.
    """
    check_open(session, workshop)
    found = one(session, workshop, number)
    if found.removed_at is not None:
        raise Conflict(AWAY)
    text = current(session, found.id)
    if text.n != seen_n:
        raise Conflict("The wording changed meanwhile. Read it out again before the group agrees.")
    group = session.get(Group, group_id)
    if group is None or group.workshop_id != workshop.id:
        raise NotFound("That group is not here any more.")
    row = session.scalars(
        select(SignOff).where(
            SignOff.text_id == text.id, SignOff.group_id == group_id,
            SignOff.account_id.is_not(None), SignOff.removed_at.is_(None),
        )
    ).first()  # fmt: skip
    if agrees == (row is not None):
        return False
    if row is None:
        row = SignOff(
            text_id=text.id, group_id=group_id, account_id=undoing.account_of(use), at=now()
        )
        session.add(row)
    else:
        row.removed_at = now()
    session.flush()
    undoing.note(session, use, SIGN if agrees else UNSIGN, detail_of(found) | {"sign": row.id})
    return True
