"""Stories that wait for a steward, each list asked of the database: numbers and dates, no words.

A story that another steward holds is in no list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from storybank.consent import asking
from storybank.consent.models import (
    AskRequest,
    ConsentChoice,
    ConsentEvent,
    EvidenceNote,
    Hold,
    PartyStanding,
    StoryStanding,
    ThirdPerson,
    UseStanding,
)
from storybank.consent.receipts import SHORT_NAMES, plain_date
from storybank.consent.rules import MUST_AGREE, Answer, Kind, Purpose
from storybank.consent.third_persons import of_story
from storybank.exchange.models import ArrivalStory
from storybank.people.rules import Actor
from storybank.rights import working_days
from storybank.rights.rules import due_on, local_day
from storybank.stewardship.sight import in_sight

AHEAD = timedelta(days=60)
OPEN = (Answer.YES.value, Answer.ASK.value)


def _still_used() -> sa.ColumnElement[bool]:
    """Something besides keeping is open: of a story that was stopped nothing is wanted."""
    other = aliased(UseStanding)
    return sa.exists().where(
        other.story_id == StoryStanding.story_id,
        other.use != Purpose.KEEP.value,
        other.answer.in_(OPEN),
    )


@dataclass(frozen=True)
class Waiting:
    """One story and what it waits for, in a sentence; ``by`` is the day that matters, if one."""

    story_id: int
    says: str
    by: date | None = None


def running_out(session: Session, by: Actor, at: datetime) -> list[Waiting]:
    """Stories with a yes that runs out within 60 days, the soonest first."""
    rows = session.execute(
        select(UseStanding.story_id, UseStanding.use, UseStanding.valid_until)
        .join(StoryStanding, StoryStanding.story_id == UseStanding.story_id)
        .where(
            in_sight(by), UseStanding.answer.in_(OPEN),
            UseStanding.valid_until > at, UseStanding.valid_until <= at + AHEAD,
        )
        .order_by(UseStanding.valid_until, UseStanding.story_id)
    )  # fmt: skip
    found: dict[int, tuple[date, list[str]]] = {}
    for story_id, use, until in rows:
        assert until is not None
        _, names = found.setdefault(story_id, (local_day(until), []))
        names.append(SHORT_NAMES[Purpose(use)])
    return [
        Waiting(number, f"{'; '.join(names)}: until {plain_date(day)}", day)
        for number, (day, names) in found.items()
    ]


def unanswered(session: Session, by: Actor, at: datetime) -> list[Waiting]:
    """Askings that somebody who must agree has not answered, past half of their time."""
    asks = session.scalars(
        select(AskRequest)
        .join(StoryStanding, StoryStanding.story_id == AskRequest.story_id)
        .where(in_sight(by), AskRequest.cancelled_at.is_(None), AskRequest.answer_by > at)
        .order_by(AskRequest.answer_by, AskRequest.id)
    )
    found = []
    for ask in asks:
        if at - ask.asked_at < (ask.answer_by - ask.asked_at) / 2:
            continue
        agree = session.scalars(
            select(PartyStanding.person_id).where(
                PartyStanding.story_id == ask.story_id,
                PartyStanding.part.in_([part.value for part in MUST_AGREE]),
            )
        )
        if set(agree) - set(asking.answers_to(session, ask.id)):
            day = local_day(ask.answer_by)
            found.append(Waiting(ask.story_id, f"An answer is due by {plain_date(day)}", day))
    return found


def undecided(session: Session, by: Actor, at: datetime) -> list[Waiting]:
    """Stories that speak of somebody about whom nothing is decided, the first due first."""
    numbers = session.scalars(
        select(ThirdPerson.story_id)
        .join(StoryStanding, StoryStanding.story_id == ThirdPerson.story_id)
        .where(in_sight(by), _still_used(), ThirdPerson.identifiable)
        .distinct()
    )
    found = []
    for number in numbers:
        waiting = [one for one in of_story(session, number) if one.undecided]
        if waiting:
            noted = min(local_day(one.person.noted_at) for one in waiting)
            due = due_on(noted, working_days.here())
            people = "1 person" if len(waiting) == 1 else f"{len(waiting)} people"
            found.append(Waiting(number, f"{people}: tell them by {plain_date(due)}", due))
    return sorted(found, key=lambda one: (one.by or date.max, one.story_id))


def to_read_back(session: Session, by: Actor, at: datetime) -> list[Waiting]:
    """Stories that somebody else wrote down, not yet read back to their teller."""
    numbers = session.scalars(
        select(StoryStanding.story_id)
        .where(in_sight(by), _still_used(), StoryStanding.unchecked)
        .order_by(StoryStanding.story_id)
    )
    return [Waiting(number, "Read the words back to the storyteller") for number in numbers]


def without_evidence(session: Session, by: Actor, at: datetime) -> list[Waiting]:
    """Stories with a yes of which nothing shows any more that it was said."""
    open_answer = sa.exists().where(
        ConsentChoice.event_id == ConsentEvent.id, ConsentChoice.answer.in_(OPEN)
    )
    rows = session.execute(
        select(ConsentEvent.story_id, sa.func.min(ConsentEvent.at))
        .join(StoryStanding, StoryStanding.story_id == ConsentEvent.story_id)
        .outerjoin(EvidenceNote, EvidenceNote.evidence_id == ConsentEvent.evidence_id)
        .where(
            in_sight(by), _still_used(), ConsentEvent.kind == Kind.GIVEN.value, open_answer,
            EvidenceNote.evidence_id.is_(None),
        )
        .group_by(ConsentEvent.story_id)
        .order_by(ConsentEvent.story_id)
    )  # fmt: skip
    return [
        Waiting(number, f"Answers given on {plain_date(local_day(first))}", local_day(first))
        for number, first in rows
    ]


def came_in_held(session: Session, by: Actor, at: datetime) -> list[Waiting]:
    """Stories that came in from another program and whose tellers have not been asked yet."""
    rows = session.execute(
        select(StoryStanding.story_id, ArrivalStory.arrival_id)
        .join(ArrivalStory, ArrivalStory.story_id == StoryStanding.story_id)
        .where(in_sight(by), StoryStanding.last_seq == 0)
        .order_by(StoryStanding.story_id)
    )
    return [Waiting(number, f"It came with arrival {arrival}") for number, arrival in rows]


def holds_due(session: Session, by: Actor, at: datetime) -> int:
    """How many holds this steward leads are to be looked at again by now."""
    query = select(sa.func.count(Hold.id)).where(
        Hold.closed_at.is_(None),
        Hold.lead_account_id == (by.account_id or 0),
        Hold.review_on <= local_day(at),
    )
    return session.scalar(query) or 0
