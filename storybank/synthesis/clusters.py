"""Answers as people put them together: clusters with the originals inside, and what is loose."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.errors import NotFound
from storybank.meetings.answer_rules import Stance, Status
from storybank.meetings.models import Group, Prompt, Response
from storybank.synthesis.models import Cluster, ClusterItem

MODES = {
    "room": "In the room",
    "online": "Online",
    "phone": "On the phone",
    "paper": "On paper",
    "mixed": "Room and online",
    "": "No group",
}
"""How an answer came, as pages print it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that was let through: never one that waits, is held, or is hidden."""

    id: str
    text: str
    prompt_id: int
    prompt: str
    group_id: int | None
    group: str
    mode: str
    """A key of ``MODES``."""
    captured: str
    stance: str | None
    value: int | None
    verbatim: bool
    may_quote: bool
    received_at: datetime

    @property
    def came(self) -> str:
        """How it came, in words."""
        return MODES[self.mode]

    @property
    def stands(self) -> str:
        """Its stance in words; blank where the question asked for none."""
        return Stance(self.stance).sentence if self.stance else ""


@dataclass(slots=True)
class ClusterCard:
    """A cluster with what is in it and may be shown now. Passages are shown through the door."""

    id: int
    title: str
    summary: str
    answers: list[Answer] = field(default_factory=list)
    passage_item_ids: list[int] = field(default_factory=list)
    unseen: int = 0
    """Answers that keep their place in it, and may not be shown now."""


def clusters(session: Session, workshop_id: int) -> list[ClusterCard]:
    """A workshop's clusters in their order, each with its answers as they were put in."""
    found = {
        one.id: ClusterCard(one.id, one.title, one.summary)
        for one in session.scalars(_standing(workshop_id))
    }
    _fill(session, found)
    return list(found.values())


def cluster(session: Session, workshop_id: int, cluster_id: int) -> ClusterCard:
    """One of them. Raises NotFound where it is not of this workshop, or was taken apart."""
    found = session.scalars(_standing(workshop_id).where(Cluster.id == cluster_id)).first()
    if found is None:
        raise NotFound("There is no such cluster. Somebody may have merged it.")
    card = ClusterCard(found.id, found.title, found.summary)
    _fill(session, {card.id: card})
    return card


def names(session: Session, workshop_id: int) -> list[tuple[int, str]]:
    """The clusters' ids and titles, in their order."""
    return [(one.id, one.title) for one in session.scalars(_standing(workshop_id))]


def loose(
    session: Session, workshop_id: int, *, prompt_id: int | None = None,
    group_id: int | None = None, limit: int | None = None, offset: int = 0,
) -> list[Answer]:  # fmt: skip
    """Answers in words that are in no cluster, those that came first first."""
    query = _answers().where(*_is_loose(workshop_id, prompt_id, group_id))
    query = query.order_by(Response.received_at, Response.id).limit(limit).offset(offset or None)
    return [_answer(row) for row in session.execute(query)]


def count_loose(
    session: Session, workshop_id: int, *, prompt_id: int | None = None, group_id: int | None = None
) -> int:
    """How many of them there are."""
    where = _is_loose(workshop_id, prompt_id, group_id)
    return session.scalar(select(sa.func.count(Response.id)).where(*where)) or 0


def count_wordless(session: Session, workshop_id: int) -> int:
    """Answers without words (a number, dots, only "same for me"): they are for counting."""
    return session.scalar(select(sa.func.count(Response.id)).where(
        Response.workshop_id == workshop_id, _shown(), Response.text == "",
    )) or 0  # fmt: skip


def answers(session: Session, workshop_id: int, ids: Iterable[str]) -> list[Answer]:
    """These answers of a workshop as far as they are shown, those that came first first."""
    query = _answers().where(
        Response.workshop_id == workshop_id, Response.id.in_(list(ids)), _shown()
    )
    rows = session.execute(query.order_by(Response.received_at, Response.id))
    return [_answer(row) for row in rows]


def headings(session: Session, response_ids: Iterable[str]) -> dict[str, str]:
    """Under which title each answer stands now; those in no cluster are left out."""
    rows = session.execute(
        select(ClusterItem.response_id, Cluster.title)
        .join(Cluster, Cluster.id == ClusterItem.cluster_id)
        .where(
            ClusterItem.response_id.in_(list(response_ids)),
            ClusterItem.removed_at.is_(None),
            Cluster.removed_at.is_(None),
        )
    )
    return {str(response_id): title for response_id, title in rows}


def _standing(workshop_id: int) -> sa.Select[Cluster]:
    return (
        select(Cluster)
        .where(Cluster.workshop_id == workshop_id, Cluster.removed_at.is_(None))
        .order_by(Cluster.position, Cluster.id)
    )


def _fill(session: Session, cards: dict[int, ClusterCard]) -> None:
    """Put into the cards what stands in them."""
    inside = (ClusterItem.cluster_id.in_(list(cards)), ClusterItem.removed_at.is_(None))
    passages = select(ClusterItem.cluster_id, ClusterItem.pack_item_id).where(
        *inside, ClusterItem.pack_item_id.is_not(None)
    )
    for cluster_id, item_id in session.execute(passages.order_by(ClusterItem.id)):
        cards[cluster_id].passage_item_ids.append(item_id or 0)
    rows = session.execute(
        _answers(ClusterItem.cluster_id, Response.status)
        .join(ClusterItem, ClusterItem.response_id == Response.id)
        .where(*inside)
        .order_by(ClusterItem.id)
    )
    for row in rows:
        if row.status == Status.SHOWN:
            cards[row.cluster_id].answers.append(_answer(row))
        else:
            cards[row.cluster_id].unseen += 1


def _shown() -> sa.ColumnElement[bool]:
    return Response.status == Status.SHOWN.value


def _is_loose(
    workshop_id: int, prompt_id: int | None, group_id: int | None
) -> tuple[sa.ColumnElement[bool], ...]:
    placed = sa.exists().where(
        ClusterItem.response_id == Response.id, ClusterItem.removed_at.is_(None)
    )
    return (
        Response.workshop_id == workshop_id, _shown(), Response.text != "", ~placed,
        Response.prompt_id == prompt_id if prompt_id else sa.true(),
        Response.group_id == group_id if group_id else sa.true(),
    )  # fmt: skip


def _answers(*more: Any) -> sa.Select[Any]:
    columns: tuple[Any, ...] = (
        Response.id, Response.text, Response.prompt_id, Prompt.text.label("prompt"),
        Response.group_id, Group.name.label("group_name"), Group.mode, Response.captured,
        Response.stance, Response.value, Response.verbatim, Response.may_quote,
        Response.received_at, *more,
    )  # fmt: skip
    return (
        select(*columns)
        .join(Prompt, Prompt.id == Response.prompt_id)
        .outerjoin(Group, Group.id == Response.group_id)
    )


_BY_PAPER_OR_PHONE = {"paper": "paper", "voice": "phone"}


def _answer(row: Any) -> Answer:
    mode = _BY_PAPER_OR_PHONE.get(row.captured, row.mode or "")
    return Answer(
        row.id, row.text, row.prompt_id, row.prompt, row.group_id, row.group_name or "",
        mode if mode in MODES else "", row.captured, row.stance, row.value, row.verbatim,
        row.may_quote, row.received_at,
    )  # fmt: skip
