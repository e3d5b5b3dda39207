"""Resolutions and recommendations as pages show them: words, evidence, support, agreement."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from storybank.synthesis import signing, supporting
from storybank.synthesis.answer_rules import Counts, Kind
from storybank.synthesis.models import (
    Cluster,
    Evidence,
    Recommendation,
    RecommendationText,
    SignOff,
)
from storybank.synthesis.signing import Signed
from storybank.synthesis.supporting import OfGroup


@dataclass(frozen=True)
class Line:
    """One resolution or recommendation with all that is to be told of it."""

    id: int
    kind: Kind
    number: int
    removed: bool
    text_id: int
    n: int
    """Which wording it is, from 1."""
    text: str
    why: str
    made_at: datetime
    """When these words were written, UTC."""
    clusters: tuple[tuple[int, str], ...]
    """(id, title) of the clusters it stands on."""
    passages: tuple[int, ...]
    """Pack items it stands on that may be shown now."""
    gone: int
    """What it stood on that was taken away, or may not be shown now."""
    groups: tuple[OfGroup, ...]
    signed: Signed
    reopened: bool
    """Somebody agreed with words it had before, and nobody with these."""

    @property
    def name(self) -> str:
        """ "Recommendation 7"."""
        return f"{self.kind.value.capitalize()} {self.number}"

    @property
    def support(self) -> Counts:
        """How all who said so stand to it."""
        return sum((one.all for one in self.groups), Counts())

    @property
    def bare(self) -> bool:
        """Nobody has said what it stands on."""
        return not (self.clusters or self.passages or self.gone)

    @property
    def left_bare(self) -> bool:
        """All that it stood on was taken away."""
        return bool(self.gone) and not (self.clusters or self.passages)


def lines(
    session: Session, workshop_id: int, shown: Collection[int], *,
    ids: Collection[int] | None = None, removed: bool = False,
) -> list[Line]:  # fmt: skip
    """Those of a workshop in order, resolutions first; in six queries however many there are.

    ``shown`` are the pack items that may be shown at this moment. ``removed`` gives those that
    were withdrawn instead of those that stand; ``ids`` these alone, standing or not.
    """
    newest = aliased(RecommendationText)
    last = (
        select(sa.func.max(newest.n))
        .where(newest.recommendation_id == Recommendation.id)
        .scalar_subquery()
    )
    rows = (
        select(Recommendation, RecommendationText)
        .join(RecommendationText, RecommendationText.recommendation_id == Recommendation.id)
        .where(Recommendation.workshop_id == workshop_id, RecommendationText.n == last)
        .order_by(Recommendation.kind.desc(), Recommendation.number, Recommendation.id)
    )
    if ids is not None:
        rows = rows.where(Recommendation.id.in_(ids))
    else:
        gone = Recommendation.removed_at
        rows = rows.where(gone.is_not(None) if removed else gone.is_(None))
    found = session.execute(rows).all()
    numbers = [one.id for one, _ in found]
    texts = [text.id for _, text in found]
    evidence = _evidence(session, numbers)
    support = supporting.support(session, texts)
    agreed = signing.signed(session, texts)
    before = _agreed_before(session, numbers, texts)
    made = []
    for one, text in found:
        clusters: list[tuple[int, str]] = []
        passages: list[int] = []
        away = 0
        for cluster_id, title, item_id in evidence.get(one.id, ()):
            if cluster_id is not None and title is not None:
                clusters.append((cluster_id, title))
            elif item_id is not None and item_id in shown:
                passages.append(item_id)
            else:
                away += 1
        made.append(
            Line(
                one.id, Kind(one.kind), one.number, one.removed_at is not None, text.id, text.n,
                text.text, text.why, text.made_at, tuple(clusters), tuple(passages), away,
                tuple(support[text.id]), agreed[text.id],
                one.id in before and not agreed[text.id],
            )
        )  # fmt: skip
    # "resolution" stands after "recommendation" in the alphabet, so they come first as it is.
    return made


def _evidence(
    session: Session, numbers: Collection[int]
) -> dict[int, list[tuple[int | None, str | None, int | None]]]:
    """{recommendation: [(cluster, its title while it stands, pack item)]}."""
    rows = session.execute(
        select(Evidence.recommendation_id, Evidence.cluster_id, Cluster.title,
               Evidence.pack_item_id)
        .outerjoin(
            Cluster, sa.and_(Cluster.id == Evidence.cluster_id, Cluster.removed_at.is_(None))
        )
        .where(Evidence.recommendation_id.in_(numbers), Evidence.removed_at.is_(None))
        .order_by(Evidence.id)
    )  # fmt: skip
    found: dict[int, list[tuple[int | None, str | None, int | None]]] = {}
    for number, cluster_id, title, item_id in rows:
        found.setdefault(number, []).append((cluster_id, title, item_id))
    return found


def _agreed_before(session: Session, numbers: Collection[int], texts: Collection[int]) -> set[int]:
    """Those that somebody agreed with in other words than these."""
    return set(
        session.scalars(
            select(RecommendationText.recommendation_id)
            .join(SignOff, SignOff.text_id == RecommendationText.id)
            .where(
                RecommendationText.recommendation_id.in_(numbers),
                SignOff.text_id.not_in(texts),
                SignOff.removed_at.is_(None),
            )
        )
    )
