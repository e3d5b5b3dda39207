"""What a recommendation stands on: clusters of answers, and passages by their place alone."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.synthesis.models import Cluster, Evidence
from storybank.synthesis.recommending import detail_of, one
from storybank.synthesis.writing import check_open
from storybank.undoing import service as undoing
from storybank.workshops.models import FrozenItem, Workshop

KIND = "evidence"
"""The kind of act."""


def links(session: Session, recommendation_id: int) -> list[Evidence]:
    """What one stands on, in the order it was put there."""
    rows = select(Evidence).where(
        Evidence.recommendation_id == recommendation_id, Evidence.removed_at.is_(None)
    )
    return list(session.scalars(rows.order_by(Evidence.id)))


def choose(
    session: Session, use: Use, workshop: Workshop, number: int, *,
    clusters: Collection[int], passages: Collection[int], shown: Collection[int],
) -> bool:  # fmt: skip
    """Say anew what one stands on; False where nothing changed.

    ``clusters`` and ``passages`` (pack items) that are not of this workshop are left out.
    ``shown`` are the passages that the form had: a link to one that may not be shown now was not
    there to be ticked, and stays; so does one to a cluster that was taken away. Raises NotFound;
    Conflict where the workshop is closed.
    """
    check_open(session, workshop)
    found = one(session, workshop, number)
    offered = set(
        session.scalars(
            select(Cluster.id).where(
                Cluster.workshop_id == workshop.id, Cluster.removed_at.is_(None)
            )
        )
    )
    its_clusters = offered & set(clusters)
    its_passages = set(
        session.scalars(
            select(FrozenItem.pack_item_id).where(
                FrozenItem.pack_version_id == workshop.pack_version_id,
                FrozenItem.pack_item_id.in_(set(passages) & set(shown)),
            )
        )
    )
    there = links(session, found.id)
    gone = [
        link
        for link in there
        if (link.cluster_id in offered and link.cluster_id not in its_clusters)
        or (link.pack_item_id in set(shown) and link.pack_item_id not in its_passages)
    ]
    new = [
        Evidence(cluster_id=cluster_id)
        for cluster_id in sorted(its_clusters - {link.cluster_id for link in there})
    ] + [
        Evidence(pack_item_id=item_id)
        for item_id in sorted(its_passages - {link.pack_item_id for link in there})
    ]
    if not gone and not new:
        return False
    for link in gone:
        link.removed_at = now()
    for link in new:
        link.recommendation_id, link.added_by = found.id, undoing.account_of(use)
        link.added_at = now()
    session.add_all(new)
    session.flush()
    detail = {"put": [one.id for one in new], "taken": [one.id for one in gone]}
    undoing.note(session, use, KIND, detail_of(found) | detail)
    return True
