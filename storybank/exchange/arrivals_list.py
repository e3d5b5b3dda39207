"""Arrivals as pages show them: numbers, days and counts, and not one word of a story."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.models import ConsentEvent
from storybank.consent.rules import Purpose
from storybank.consent.standing_models import UseStanding
from storybank.errors import NotFound
from storybank.exchange.loss_report import Line, lines
from storybank.exchange.models import Arrival, ArrivalStory
from storybank.people.models import Account
from storybank.people.rules import code_of
from storybank.stories.models import Story, StoryVersion

KINDS = {"project": "Project", "codebook": "Codebook", "taguette": "Project of Taguette"}


@dataclass(frozen=True)
class Row:
    """One arrival in a list."""

    id: int
    kind: str
    origin: str
    at: datetime
    by: str
    stories: int
    held: int
    """Stories for which nobody has written down a choice yet."""
    undone: bool


@dataclass(frozen=True)
class Held:
    """A story of an arrival: which source of the file it was, how long, how much coded."""

    story_id: int
    teller: str
    source: int
    words: int
    codings: int
    new: bool
    deleted: bool
    chosen: bool
    """Somebody has written down what its teller chose."""


@dataclass(frozen=True)
class Whole:
    """One arrival with its report."""

    row: Row
    counts: dict[str, int]
    losses: tuple[Line, ...]
    stories: tuple[Held, ...]


def arrivals(session: Session, limit: int = 50) -> list[Row]:
    """The newest arrivals first."""
    found = session.execute(
        select(Arrival, Account.name)
        .join(Account, Account.id == Arrival.account_id)
        .order_by(Arrival.id.desc())
        .limit(limit)
    ).all()
    return [_row(session, arrival, name) for arrival, name in found]


def arrival(session: Session, arrival_id: int) -> Whole:
    """One arrival. Raises NotFound."""
    found = session.execute(
        select(Arrival, Account.name)
        .join(Account, Account.id == Arrival.account_id)
        .where(Arrival.id == arrival_id)
    ).first()
    if found is None:
        raise NotFound("There is no such arrival.")
    one, name = found
    return Whole(
        _row(session, one, name), one.report.get("counts", {}), tuple(lines(one.report)),
        tuple(_stories(session, one)),
    )  # fmt: skip


def _unsaid() -> sa.ColumnElement[bool]:
    return ~sa.exists().where(ConsentEvent.story_id == ArrivalStory.story_id)


def _row(session: Session, arrival: Arrival, name: str) -> Row:
    count = select(sa.func.count()).select_from(ArrivalStory)
    mine = count.where(ArrivalStory.arrival_id == arrival.id)
    return Row(
        arrival.id, KINDS.get(arrival.kind, arrival.kind), arrival.origin, arrival.at, name,
        session.scalar(mine) or 0, session.scalar(mine.where(_unsaid())) or 0,
        arrival.undone_at is not None,
    )  # fmt: skip


def held(session: Session) -> list[int]:
    """Stories that came in and still wait for their tellers' choices, of all arrivals."""
    return list(
        session.scalars(
            select(ArrivalStory.story_id).where(_unsaid()).order_by(ArrivalStory.story_id)
        )
    )


def _stories(session: Session, arrival: Arrival) -> list[Held]:
    told = {one["story"]: one for one in arrival.report.get("stories", [])}
    kept = sa.exists().where(
        UseStanding.story_id == Story.id, UseStanding.use == Purpose.KEEP.value
    )
    rows = session.execute(
        select(Story.id, Story.person_id, StoryVersion.word_count, StoryVersion.length, kept)
        .join(
            StoryVersion,
            sa.and_(StoryVersion.story_id == Story.id, StoryVersion.n == Story.current_version),
        )
        .where(Story.id.in_(list(told)))
    )
    tellers = {row[0]: row for row in rows}
    found = []
    for story_id, one in told.items():
        if story_id in tellers:
            _, person_id, words, length, chosen = tellers[story_id]
            found.append(
                Held(
                    story_id,
                    code_of(person_id),
                    one["source"],
                    words,
                    one["codings"],
                    bool(one["new"]),
                    not length,
                    bool(chosen),
                )
            )
    return sorted(found, key=lambda one: one.source)
