"""The report of a workshop, put together at the moment it is asked for. Nothing of it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook.models import Code
from storybank.consent.models import UseRecord
from storybank.consent.rules import Use
from storybank.consent.standing import states
from storybank.meetings.grouping import groups
from storybank.meetings.models import Response, Segment
from storybank.meetings.passages import Card, passages
from storybank.synthesis import writing
from storybank.synthesis.answer_rules import Kind, Part
from storybank.synthesis.lines import Line, lines
from storybank.synthesis.models import Cluster, ClusterItem, ThemeLink
from storybank.synthesis.sides import OfCluster, Sides, sides
from storybank.synthesis.took_part import TookPart, took_part
from storybank.workshops.models import Workshop
from storybank.workshops.service import event_key

QUOTES = 5
"""How many answers stand under a cluster: the first that were put there and may be quoted."""
MEDIUM = "report"
RELATIONS = {
    "supports": "Supports the theme", "extends": "Adds to the theme",
    "challenges": "Challenges the theme", "new": "A new theme",
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """A cluster as the report tells of it."""

    of: OfCluster
    quotes: tuple[str, ...]
    """Answers in their givers' own words, who said that they may be quoted."""
    cards: tuple[Card, ...]
    themes: tuple[str, ...]
    """What it does to themes of the stories: "Supports the theme: Peers"."""


@dataclass(frozen=True)
class Report:
    """All that stands in it, as it may be told at this moment."""

    workshop: Workshop
    people: TookPart
    segments: tuple[Segment, ...]
    sides: Sides
    parts: Mapping[Part, writing.Written]
    clusters: tuple[Told, ...]
    cards: Mapping[int, Card]
    """{pack item: passage} for those that something stands on."""
    gone: int
    """How many passages of the pack were taken away."""
    lines: tuple[Line, ...]
    groups: Mapping[int | None, str]

    @property
    def title(self) -> str:
        return self.workshop.title

    def of_kind(self, kind: Kind) -> list[Line]:
        """Resolutions, or recommendations, in order."""
        return [one for one in self.lines if one.kind is kind]


def report(session: Session, use: Use, workshop: Workshop) -> Report:
    """The report as ``use``, made before the workshop's audience, may have it now."""
    shown = passages(session, use, workshop)
    cards = {card.item_id: card for card in shown.cards}
    found = tuple(lines(session, workshop.id, cards))
    counted = sides(session, workshop)
    quotes, items = _quotes(session, workshop.id), _items(session, workshop.id)
    themes = _themes(session, workshop.id)
    clusters = tuple(
        Told(
            one,
            tuple(quotes.get(number, ())),
            tuple(cards[item] for item in items.get(number, ()) if item in cards),
            tuple(themes.get(number, ())),
        )
        for one in counted.clusters
        for number in [one.id or 0]
    )
    used = {item for line in found for item in line.passages}
    used |= {card.item_id for one in clusters for card in one.cards}
    return Report(
        workshop,
        took_part(session, workshop),
        _segments(session, workshop.id),
        counted,
        writing.parts(session, workshop.id),
        clusters,
        {item: card for item, card in cards.items() if item in used},
        shown.gone,
        found,
        {None: "No group"} | {one.id: one.name for one in groups(session, workshop.id)},
    )


def record(session: Session, use: Use, made: Report) -> int:
    """Write down, for their storytellers to see, that these passages leave in a report; how many.

    Called in the transaction that lets the file out. Invented passages are not written down.
    """
    cards = [card for card in made.cards.values() if card.place is not None]
    standing = states(session, {card.place.story_id for card in cards if card.place})
    for card in cards:
        assert card.place is not None
        session.add(
            UseRecord(
                story_id=card.place.story_id, version=card.place.version, start=card.place.start,
                end=card.place.end, use=use.purpose.value, medium=MEDIUM,
                place=made.workshop.title,
                reference=f"{event_key(made.workshop.id)} / {card.item_id}",
                name_style=standing[card.place.story_id].name_style.value, copies=1,
                made_by_account_id=use.actor.account_id, at=use.at,
            )
        )  # fmt: skip
    session.flush()
    return len(cards)


def _in_clusters(workshop_id: int) -> sa.ColumnElement[bool]:
    return sa.and_(
        Cluster.workshop_id == workshop_id,
        Cluster.removed_at.is_(None),
        ClusterItem.removed_at.is_(None),
    )


def _quotes(session: Session, workshop_id: int) -> dict[int, list[str]]:
    """The first answers of each cluster that may be quoted, in the words of whoever gave them."""
    place = sa.func.row_number().over(
        partition_by=ClusterItem.cluster_id, order_by=(ClusterItem.added_at, ClusterItem.id)
    )
    ranked = (
        select(ClusterItem.cluster_id, Response.text, place.label("place"))
        .join(Cluster, Cluster.id == ClusterItem.cluster_id)
        .join(Response, Response.id == ClusterItem.response_id)
        .where(
            _in_clusters(workshop_id), Response.status == "shown", Response.may_quote,
            Response.verbatim, Response.text != "",
        )
        .subquery()
    )  # fmt: skip
    rows = session.execute(
        select(ranked.c.cluster_id, ranked.c.text)
        .where(ranked.c.place <= QUOTES)
        .order_by(ranked.c.cluster_id, ranked.c.place)
    )
    found: dict[int, list[str]] = {}
    for cluster_id, text in rows:
        found.setdefault(cluster_id, []).append(text)
    return found


def _items(session: Session, workshop_id: int) -> dict[int, list[int]]:
    rows = session.execute(
        select(ClusterItem.cluster_id, ClusterItem.pack_item_id)
        .join(Cluster, Cluster.id == ClusterItem.cluster_id)
        .where(_in_clusters(workshop_id), ClusterItem.pack_item_id.is_not(None))
        .order_by(ClusterItem.id)
    )
    found: dict[int, list[int]] = {}
    for cluster_id, item_id in rows:
        if item_id is not None:
            found.setdefault(cluster_id, []).append(item_id)
    return found


def _themes(session: Session, workshop_id: int) -> dict[int, list[str]]:
    rows = session.execute(
        select(ThemeLink.cluster_id, ThemeLink.relation, Code.name)
        .join(Cluster, Cluster.id == ThemeLink.cluster_id)
        .outerjoin(Code, Code.id == ThemeLink.code_id)
        .where(Cluster.workshop_id == workshop_id, ThemeLink.removed_at.is_(None))
        .order_by(ThemeLink.id)
    )
    found: dict[int, list[str]] = {}
    for cluster_id, relation, name in rows:
        words = RELATIONS.get(relation, relation)
        found.setdefault(cluster_id, []).append(f"{words}: {name}" if name else words)
    return found


def _segments(session: Session, workshop_id: int) -> tuple[Segment, ...]:
    rows = select(Segment).where(Segment.workshop_id == workshop_id)
    return tuple(session.scalars(rows.order_by(Segment.position, Segment.id)))
