"""Letters before a yes runs out, and every two years to whoever said "until I stop"."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.answers import MUST_AGREE, Answer, Kind
from storybank.consent.models import ConsentEvent, PartyStanding, StoryStanding, UseStanding
from storybank.consent.purposes import Purpose
from storybank.consent.telling import write
from storybank.consent.terms import HOME, local_date, years_later
from storybank.jobs import queue
from storybank.people.models import Person
from storybank.portal import letters
from storybank.portal.models import Reminder

REMIND = "portal.remind"
AHEAD = timedelta(days=30)
"""How long before a yes runs out a letter says so."""
CHECK_EVERY = 2
"""Years after which we ask whether "until I stop" still holds."""
OPEN = (Answer.YES.value, Answer.ASK.value)


@dataclass(frozen=True)
class Due:
    """A letter to write: whose yes ends or is to be checked, and when (UTC)."""

    person_id: int
    story_id: int
    moment: datetime
    runs_out: bool


def promise(session: Session, at: datetime) -> None:
    """Promise the letters that are due, if any are."""
    if next(_due(session, at), None) is not None:
        queue.put(session, REMIND, queue.LATER)


def remind(session: Session, jobs: list[dict[str, Any]]) -> None:
    """Write the letters that are due; each is written once."""
    moment = now()
    for due in list(_due(session, moment)):
        zone = session.scalar(select(Person.time_zone).where(Person.id == due.person_id)) or HOME
        day: date = local_date(due.moment, zone)
        body = letters.runs_out(day) if due.runs_out else letters.still_right()
        subject = letters.RUNS_OUT if due.runs_out else letters.STILL_RIGHT
        page = f"/my/{due.story_id}/choices"
        write(session, due.person_id, subject, body, page, f"reminder:{due.story_id}")
        # Whom we cannot reach is not tried again: the steward's desk lists what runs out.
        session.add(
            Reminder(
                person_id=due.person_id, story_id=due.story_id, about=due.moment, sent_at=moment
            )
        )
        session.flush()


def _due(session: Session, at: datetime) -> Iterator[Due]:
    for person_id, story_id, moment in session.execute(_running_out(at)).all():
        yield Due(person_id, story_id, moment, runs_out=True)
    for person_id, story_id in session.execute(_unchecked(at)).all():
        yield Due(person_id, story_id, at, runs_out=False)


def _running_out(at: datetime) -> Any:
    """(person, story, moment) of each yes that runs out soon, for everybody who must agree."""
    return (
        select(PartyStanding.person_id, UseStanding.story_id, UseStanding.valid_until)
        .join(PartyStanding, PartyStanding.story_id == UseStanding.story_id)
        .where(
            UseStanding.answer.in_(OPEN),
            UseStanding.valid_until > at,
            UseStanding.valid_until <= at + AHEAD,
            *_may_be_written_to(UseStanding.story_id),
            ~sa.exists().where(
                Reminder.person_id == PartyStanding.person_id,
                Reminder.story_id == UseStanding.story_id,
                Reminder.about == UseStanding.valid_until,
            ),
        )
        .distinct()
        .order_by(UseStanding.valid_until, PartyStanding.person_id, UseStanding.story_id)
    )


def _unchecked(at: datetime) -> Any:
    """(person, story) whose last yes holds until they stop, and is two years old."""
    two_years_ago = years_later(at, -CHECK_EVERY)
    last = (
        select(
            ConsentEvent.person_id,
            ConsentEvent.story_id,
        )
        .where(ConsentEvent.kind.in_([Kind.GIVEN.value, Kind.RESUMED.value]))
        .group_by(ConsentEvent.person_id, ConsentEvent.story_id)
        .having(sa.func.max(ConsentEvent.at) <= two_years_ago)
        .subquery()
    )
    return (
        select(last.c.person_id, last.c.story_id)
        .join(
            PartyStanding,
            sa.and_(
                PartyStanding.story_id == last.c.story_id,
                PartyStanding.person_id == last.c.person_id,
            ),
        )
        .join(UseStanding, UseStanding.story_id == last.c.story_id)
        .where(
            UseStanding.use == Purpose.KEEP.value,
            UseStanding.answer == Answer.YES.value,
            UseStanding.valid_until.is_(None),
            *_may_be_written_to(last.c.story_id),
            ~sa.exists().where(
                Reminder.person_id == last.c.person_id,
                Reminder.story_id == last.c.story_id,
                Reminder.sent_at > two_years_ago,
            ),
        )
        .order_by(last.c.person_id, last.c.story_id)
    )


def _may_be_written_to(story_id: Any) -> tuple[sa.ColumnElement[bool], ...]:
    # While something is looked into, nobody is written to about the story; nor after it is gone.
    open_story = sa.exists().where(
        StoryStanding.story_id == story_id,
        ~StoryStanding.held,
        sa.or_(StoryStanding.closed.is_(None), StoryStanding.closed == "paused"),
    )
    return open_story, PartyStanding.part.in_([part.value for part in MUST_AGREE])
