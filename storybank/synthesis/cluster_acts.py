"""How changes to clusters are taken back, and made again, by whoever made them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import Conflict
from storybank.meetings import state, team
from storybank.synthesis import clusters, placing
from storybank.synthesis.models import Cluster, ClusterItem
from storybank.undoing.models import Act
from storybank.undoing.service import Done
from storybank.workshops.models import Workshop

KIND = "clusters"
"""The kind of every act on clusters."""


CLOSED = "The workshop is closed, so its clusters stay as they are."


class ClustersChanged:
    """Anything done to clusters, as the parts of its detail say: "moves", clusters that were
    "made" or are "away", "words" and "order" before and after, and what "followed" a merge."""

    def says(self, act: Act) -> str:
        return str(act.detail["says"])

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        """Raises NotFound for anybody who does not run the workshop any more; Conflict once it
        is closed."""
        return self._turn(session, use, act, back=True)

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        """Raises as ``undo`` does."""
        return self._turn(session, use, act, back=False)

    def _turn(self, session: Session, use: Use, act: Act, back: bool) -> Done:
        detail: dict[str, Any] = act.detail
        workshop_id = int(detail["workshop"])
        team.planned_for(session, use.actor, workshop_id)
        hold(session, workshop_id)
        _there(session, detail.get("away" if back else "made", []))
        moves = detail.get("moves", [])
        moved = placing.turn(session, use, moves, back)
        for first, into, followed in detail.get("followed", []):
            if back:
                placing.let_back(session, first, into, followed)
            else:
                placing.follow(session, first, into)
        kept = _gone(session, detail.get("made" if back else "away", []))
        for cluster_id, words in detail.get("words", {}).items():
            _say(session, int(cluster_id), words, back)
        if "order" in detail:
            _order(session, workshop_id, detail["order"], back)
        session.flush()
        state.changed(session, workshop_id)
        return Done(_sentence(detail["says"], len(moves) - moved, kept))


def hold(session: Session, workshop_id: int) -> None:
    """Keep others from changing the workshop's clusters till the transaction ends.

    Raises Conflict once it is closed.
    """
    query = select(Workshop.status).where(Workshop.id == workshop_id)
    if session.scalar(query.with_for_update(key_share=True)) == "closed":
        raise Conflict(CLOSED)


def _there(session: Session, cluster_ids: list[int]) -> None:
    """Bring back clusters that are gone."""
    session.execute(
        sa.update(Cluster).where(Cluster.id.in_(cluster_ids)).values(removed_at=None),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()


def _gone(session: Session, cluster_ids: list[int]) -> int:
    """Let clusters be gone that are empty now; how many others stay."""
    full = set(
        session.scalars(
            select(ClusterItem.cluster_id).where(
                ClusterItem.cluster_id.in_(cluster_ids), ClusterItem.removed_at.is_(None)
            )
        )
    )
    session.execute(
        sa.update(Cluster)
        .where(Cluster.id.in_(set(cluster_ids) - full), Cluster.removed_at.is_(None))
        .values(removed_at=now()),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()
    return len(full)


def _say(session: Session, cluster_id: int, words: dict[str, list[str]], back: bool) -> None:
    """Set a title or summary back, where nobody has written another since."""
    found = session.get(Cluster, cluster_id, populate_existing=True)
    for name, (before, after) in words.items():
        was, will = (after, before) if back else (before, after)
        if found is not None and getattr(found, name) == was:
            setattr(found, name, will)


def _order(session: Session, workshop_id: int, order: list[list[int]], back: bool) -> None:
    """Set the order back, where nobody has changed it, or the list, since."""
    was, will = (order[1], order[0]) if back else (order[0], order[1])
    if [number for number, _ in clusters.names(session, workshop_id)] == was:
        placing.put_in_order(session, will)


def _sentence(says: str, stayed: int, kept: int) -> str:
    others = ""
    if stayed:
        others = " What others moved since stays where they put it."
    elif kept:
        others = " The cluster stays, as others put something into it."
    return f"{says[:1].upper()}{says[1:]}.{others}"


UNDOERS = {KIND: ClustersChanged()}
