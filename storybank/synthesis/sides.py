"""How many answers came from the room and from online, in each cluster and in all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.meetings.models import Group, Response
from storybank.synthesis.answer_rules import Side, side_of
from storybank.synthesis.models import Cluster, ClusterItem
from storybank.workshops.models import Workshop


@dataclass(frozen=True)
class OfCluster:
    """A cluster and where its answers came from. ``id`` is None for answers in none."""

    id: int | None
    title: str
    summary: str
    sides: Counter[Side] = field(default_factory=Counter)

    @property
    def answers(self) -> int:
        return self.sides.total()


@dataclass(frozen=True)
class Sides:
    """All clusters in order, the answers in none, and all answers."""

    clusters: tuple[OfCluster, ...]
    loose: OfCluster
    phone: int
    """How many of those counted as online came from phone groups."""
    paper: int
    """How many were written on paper."""

    @property
    def all(self) -> Counter[Side]:
        return sum((one.sides for one in (*self.clusters, self.loose)), Counter())

    def most_from(self, side: Side) -> list[OfCluster]:
        """Clusters with answers from this side, those with most first."""
        return sorted((one for one in self.clusters if one.sides[side]),
                      key=lambda one: -one.sides[side])  # fmt: skip

    @property
    def mixed(self) -> bool:
        """Did any answer come from neither side alone?"""
        return bool(self.all[Side.MIXED])


def sides(session: Session, workshop: Workshop) -> Sides:
    """Where answers in words that were let through came from, in two queries."""
    made = session.scalars(
        select(Cluster)
        .where(Cluster.workshop_id == workshop.id, Cluster.removed_at.is_(None))
        .order_by(Cluster.position, Cluster.id)
    ).all()
    where = (
        select(ClusterItem.response_id, ClusterItem.cluster_id)
        .join(Cluster, Cluster.id == ClusterItem.cluster_id)
        .where(
            Cluster.workshop_id == workshop.id, Cluster.removed_at.is_(None),
            ClusterItem.removed_at.is_(None), ClusterItem.response_id.is_not(None),
        )
        .subquery()
    )  # fmt: skip
    rows = session.execute(
        select(where.c.cluster_id, Group.mode, Response.captured, sa.func.count())
        .select_from(Response)
        .outerjoin(where, where.c.response_id == Response.id)
        .outerjoin(Group, Group.id == Response.group_id)
        .where(Response.workshop_id == workshop.id, Response.status == "shown", Response.text != "")
        .group_by(where.c.cluster_id, Group.mode, Response.captured)
    ).all()
    counts: dict[int | None, Counter[Side]] = {}
    for cluster_id, mode, _, count in rows:
        counts.setdefault(cluster_id, Counter())[side_of(mode, workshop.mode)] += count
    return Sides(
        tuple(
            OfCluster(one.id, one.title, one.summary, counts.get(one.id, Counter())) for one in made
        ),
        OfCluster(None, "In no cluster", "", counts.get(None, Counter())),
        phone=sum(row[3] for row in rows if row[1] == "phone"),
        paper=sum(row[3] for row in rows if row[2] == "paper"),
    )
