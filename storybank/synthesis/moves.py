"""Who moved what and when: read from the rows that moving leaves behind, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.people.models import Account
from storybank.synthesis import clusters, placing
from storybank.synthesis.models import Cluster, ClusterItem
from storybank.synthesis.placing import ANSWER, Thing

A_PAGE = 100


@dataclass(frozen=True)
class Moved:
    """One thing moved once; ``before`` and ``after`` are titles, blank where it was loose.

    ``words`` are an answer's, if it may be shown now; a passage has none here.
    """

    at: datetime
    by: str
    thing: Thing
    before: str
    after: str
    words: str = ""


@dataclass(frozen=True)
class Moves:
    """A page of them."""

    lines: list[Moved]
    page: int
    pages: int


def moves(session: Session, workshop_id: int, page: int = 1) -> Moves:
    """A page of who moved what; the last page for one past it."""
    titles = dict(
        session.execute(
            select(Cluster.id, Cluster.title).where(Cluster.workshop_id == workshop_id)
        ).all()
    )
    rows = session.execute(
        select(
            ClusterItem.cluster_id, ClusterItem.response_id, ClusterItem.pack_item_id,
            ClusterItem.added_by, ClusterItem.added_at, ClusterItem.removed_by,
            ClusterItem.removed_at,
        )
        .join(Cluster, Cluster.id == ClusterItem.cluster_id)
        .where(Cluster.workshop_id == workshop_id)
        .order_by(ClusterItem.id)
    ).all()  # fmt: skip
    found: dict[tuple[Thing, datetime, int], list[str]] = {}
    for cluster_id, answer, card, by, at, taken_by, taken_at in rows:
        thing = (ANSWER, answer) if answer else (placing.PASSAGE, str(card))
        found.setdefault((thing, at, by), ["", ""])[1] = titles[cluster_id]
        if taken_at is not None:
            found.setdefault((thing, taken_at, taken_by or 0), ["", ""])[0] = titles[cluster_id]
    newest = sorted(found.items(), key=lambda item: item[0][1], reverse=True)
    pages = max(1, -(-len(newest) // A_PAGE))
    page = min(max(page, 1), pages)
    some = newest[(page - 1) * A_PAGE : page * A_PAGE]
    ids = [thing[1] for (thing, _, _), _ in some if thing[0] == ANSWER]
    words = {one.id: one.text for one in clusters.answers(session, workshop_id, ids)}
    accounts = {by for (_, _, by), _ in some}
    names = dict(
        session.execute(select(Account.id, Account.name).where(Account.id.in_(accounts))).all()
    )
    lines = [
        Moved(at, names.get(by, ""), thing, before, after, words.get(thing[1], ""))
        for (thing, at, by), (before, after) in some
    ]
    return Moves(lines, page, pages)
