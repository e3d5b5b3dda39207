"""The consent epoch: has anything changed that decides what may be used, and of which stories?

Whoever keeps an answer of the rule keeps the epoch beside it in which it was asked, and throws the
answer away when the epoch is another. The epoch is the sum of drawn numbers in the table ``epoch``.
Triggers of the database add one whenever a row changes that the rule or its callers read:
standings, kept back parts, approvals, facts, codings. They do so in the very transaction of the
change, whatever program makes it. So the epoch is another from the commit of a stop on, and within
the transaction of the stop already.

Why a sum of rows, and not one row that counts: on a server two stops would wait for each other at
that row, and two acts about the same stories could wait for each other for ever. There each
statement puts in a row of its own. The largest number among such rows would not do, for a lower one
may be committed later; their sum is another with each. Why drawn: a transaction that is rolled back
takes its number with it, and the next must not come to the same sum.

A yes that begins or runs out writes nothing: ``moments`` says how long answers hold by the clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from storybank.consent.epoch_models import Epoch
from storybank.consent.standing_models import UseStanding

ALL = 0
"""The story number under which the numbers of all stories are summed."""
LIMIT = 2**62
"""Sums that are put together stay below this, and a drawn number below 2**40."""

LOT = 9
"""Stories whose numbers are the same but for so many bits are of one lot."""
FEW = 32
"""So many lots at most are read one by one."""
PART = 2**50 - 1
"""What of a number is summed over a lot, so that no sum is too large for a database."""

_BEGINS, _ENDS = UseStanding.effective_from, UseStanding.valid_until


class Moments(NamedTuple):
    """From when (included) until when (excluded) no yes begins and none runs out; None: ever."""

    since: datetime | None
    until: datetime | None

    def hold(self, at: datetime) -> bool:
        """Is an answer given between them still right at this moment?"""
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)


def epoch(session: Session) -> int:
    """The number that stands for everything as this transaction sees it."""
    found = session.scalar(select(sa.func.sum(Epoch.token)).where(Epoch.story_id == ALL))
    return int(found or 0) % LIMIT


def epochs(session: Session) -> dict[int, int]:
    """{story id: its number}, of every story of which anything was ever noted."""
    rows = session.execute(
        select(Epoch.story_id, sa.func.sum(Epoch.token))
        .where(Epoch.story_id != ALL)
        .group_by(Epoch.story_id)
    )
    return {story_id: int(token) % LIMIT for story_id, token in rows}


@dataclass(frozen=True)
class Stamps:
    """The numbers of all stories, in lots: {lot: a sum}, and {lot: {story id: its number}}."""

    sums: dict[int, int]
    lots: dict[int, dict[int, int]]

    def changed_since(self, old: Stamps) -> set[int]:
        """The stories of which something was noted between the two, whichever came first."""
        nothing: dict[int, int] = {}
        changed: set[int] = set()
        for lot in self.lots.keys() | old.lots.keys():
            here, there = self.lots.get(lot, nothing), old.lots.get(lot, nothing)
            if here is not there:
                changed |= {n for n in here.keys() | there.keys() if here.get(n) != there.get(n)}
        return changed


_newest: WeakKeyDictionary[Engine, Stamps] = WeakKeyDictionary()
"""What was read last in each house: of lots whose sum is the same, nothing is read again."""


def stamps(session: Session) -> Stamps:
    """The numbers of all stories as this transaction sees them.

    The database adds them up by lots, and only the lots that differ from what was read before are
    brought here: of a hundred thousand stories that takes a tenth of the time.
    """
    engine = session.get_bind().engine
    before = _newest.get(engine) or Stamps({}, {})
    lot = Epoch.story_id.bitwise_rshift(LOT)
    part = sa.func.sum(Epoch.token.bitwise_and(PART))
    every: sa.Select[Any] = select(lot, part).where(Epoch.story_id != ALL).group_by(lot)
    sums = {int(number): int(total) for number, total in session.execute(every)}
    lots = {number: before.lots[number] for number in sums if number in before.lots}
    other = [number for number, total in sums.items() if before.sums.get(number) != total]
    if other:
        fresh: dict[int, dict[int, int]] = {number: {} for number in other}
        for story_id, token in _numbers(session, other):
            fresh.setdefault(story_id >> LOT, {})[story_id] = int(token) % LIMIT
        for number, found in fresh.items():
            if lots.get(number) != found:
                lots[number] = found
    _newest[engine] = Stamps(sums, lots)
    return _newest[engine]


def _numbers(session: Session, lots: list[int]) -> Iterable[Any]:
    query = select(Epoch.story_id, sa.func.sum(Epoch.token)).where(Epoch.story_id != ALL)
    if len(lots) <= FEW:
        ranges = [Epoch.story_id.between(n << LOT, ((n + 1) << LOT) - 1) for n in lots]
        query = query.where(sa.or_(*ranges))
    return session.execute(query.group_by(Epoch.story_id))


def moments(session: Session, at: datetime) -> Moments:
    """Around this moment, how long what the rule says stays the same by the clock alone."""
    before = [
        session.scalar(select(sa.func.max(column)).where(column <= at))
        for column in (_BEGINS, _ENDS)
    ]
    after = [
        session.scalar(select(sa.func.min(column)).where(column > at))
        for column in (_BEGINS, _ENDS)
    ]
    return Moments(
        max((one for one in before if one), default=None),
        min((one for one in after if one), default=None),
    )


def turned(session: Session, one: datetime, other: datetime) -> set[int]:
    """Stories of which a yes begins or runs out between these moments."""
    first, last = sorted((one, other))
    between = [sa.and_(column > first, column <= last) for column in (_BEGINS, _ENDS)]
    return set(session.scalars(select(UseStanding.story_id).where(sa.or_(*between)).distinct()))


def put_together(session: Session) -> None:
    """Make one row of all that a story has. No epoch becomes another by it."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(_TOGETHER)


# One statement: nobody sees the rows neither here nor there.
_TOGETHER = sa.text(
    "WITH gone AS (DELETE FROM epoch WHERE act <> 0 RETURNING story_id, token) "
    "INSERT INTO epoch AS old (story_id, act, token) "
    f"SELECT story_id, 0, (sum(token) % {LIMIT})::bigint FROM gone GROUP BY story_id "
    "ON CONFLICT (story_id, act) "
    f"DO UPDATE SET token = (old.token + excluded.token) % {LIMIT}"
)
