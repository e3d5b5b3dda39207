"""Where answers and passages stand: in one cluster at a time, or in none.

Rows are never changed back: whatever is moved leaves a row behind that says who moved it and when.
Whoever calls these holds the workshop.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.db import slices
from storybank.synthesis.models import Cluster, ClusterItem, Evidence, ThemeLink
from storybank.undoing.service import account_of

ANSWER, PASSAGE = "answer", "passage"
Thing = tuple[str, str]
"""("answer", its id) or ("passage", the number of its pack item)."""
Move = dict[str, Any]
"""{"thing": [kind, id], "from": a cluster or None, "to": a cluster or None}."""


def place(session: Session, use: Use, things: Iterable[Thing], to: int | None) -> list[Move]:
    """Put these into a cluster, or into none; the moves, without those that were there already."""
    wanted = list(things)
    rows, at, who = latest(session, wanted), now(), account_of(use)
    moves: list[Move] = []
    for thing in wanted:
        row = rows.get(thing)
        if row is not None and row.removed_at is not None:
            row = None
        before = row.cluster_id if row else None
        if before == to:
            continue
        if row:
            row.removed_at, row.removed_by = at, who
        if to is not None:
            session.add(_item(thing, to, who, at))
        moves.append({"thing": list(thing), "from": before, "to": to})
    session.flush()
    return moves


def turn(session: Session, use: Use, moves: Sequence[Move], back: bool) -> int:
    """Make moves again, the other way where ``back``; how many were made. Only things move that
    stand where the same person left them, and into clusters that are there."""
    left, to = ("to", "from") if back else ("from", "to")
    rows, who = latest(session, [_thing(one) for one in moves]), account_of(use)
    ends = {one[to] for one in moves} - {None}
    there = set(session.scalars(select(Cluster.id).where(
        Cluster.id.in_(ends), Cluster.removed_at.is_(None)
    )))  # fmt: skip
    going: dict[int | None, list[Thing]] = {}
    for one in moves:
        row = rows.get(_thing(one))
        if row is None:
            continue
        stands = (
            (row.cluster_id, row.added_by) if row.removed_at is None else (None, row.removed_by)
        )
        if stands == (one[left], who) and (one[to] is None or one[to] in there):
            going.setdefault(one[to], []).append(_thing(one))
    return sum(len(place(session, use, things, end)) for end, things in going.items())


def latest(session: Session, things: Sequence[Thing]) -> dict[Thing, ClusterItem]:
    """The last row of each thing: where it stands, or who took it out; none where nobody moved
    it."""
    found: dict[Thing, ClusterItem] = {}
    answers = [number for kind, number in things if kind == ANSWER]
    cards = [int(number) for kind, number in things if kind == PASSAGE]
    for column, ids in ((ClusterItem.response_id, answers), (ClusterItem.pack_item_id, cards)):
        for some in slices(ids):
            query = select(ClusterItem).where(column.in_(some)).order_by(ClusterItem.id)
            for item in session.scalars(query.execution_options(populate_existing=True)):
                found[thing_of(item)] = item
    return found


def inside(session: Session, cluster_id: int) -> list[Thing]:
    """What stands in a cluster, shown or not, in the order in which it came."""
    query = select(ClusterItem).where(
        ClusterItem.cluster_id == cluster_id, ClusterItem.removed_at.is_(None)
    )
    return [thing_of(item) for item in session.scalars(query.order_by(ClusterItem.id))]


def thing_of(item: ClusterItem) -> Thing:
    """What a row is about."""
    if item.response_id is not None:
        return ANSWER, item.response_id
    return PASSAGE, str(item.pack_item_id)


def put_in_order(session: Session, order: Sequence[int]) -> None:
    """Number these clusters from 1."""
    for position, cluster_id in enumerate(order, start=1):
        session.execute(
            sa.update(Cluster).where(Cluster.id == cluster_id).values(position=position)
        )
    session.expire_all()


def follow(session: Session, old: int, new: int) -> dict[str, list[int]]:
    """Let themes and evidence that point to one cluster point to another, but for those that do
    already; the ids of the rows, for ``let_back``."""
    followed: dict[str, list[int]] = {}
    for table, same in ((ThemeLink, ("code_id", "relation")), (Evidence, ("recommendation_id",))):
        keys = [getattr(table, name) for name in same]
        rows = session.execute(select(table.cluster_id, table.id, *keys).where(
            table.cluster_id.in_([old, new]), table.removed_at.is_(None)
        )).all()  # fmt: skip
        there = {tuple(row[2:]) for row in rows if row[0] == new}
        ids = [row[1] for row in rows if row[0] == old and tuple(row[2:]) not in there]
        point(session, table, ids, old, new)
        followed[table.__tablename__] = ids
    return followed


def let_back(session: Session, old: int, new: int, followed: dict[str, list[int]]) -> None:
    """Let what ``follow`` moved from ``old``, and still points to ``new``, point to ``old``."""
    for table in (ThemeLink, Evidence):
        point(session, table, followed.get(table.__tablename__, []), new, old)


def point(session: Session, table: Any, ids: Sequence[int], was: int, now_to: int) -> None:
    """Let these rows point to another cluster, as far as they point to ``was``."""
    session.execute(
        sa.update(table)
        .where(table.id.in_(ids), table.cluster_id == was)
        .values(cluster_id=now_to),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()


def _item(thing: Thing, cluster_id: int, who: int, at: datetime) -> ClusterItem:
    kind, number = thing
    return ClusterItem(
        cluster_id=cluster_id, response_id=number if kind == ANSWER else None,
        pack_item_id=int(number) if kind == PASSAGE else None, added_by=who, added_at=at,
    )  # fmt: skip


def _thing(move: Move) -> Thing:
    kind, number = move["thing"]
    return str(kind), str(number)
