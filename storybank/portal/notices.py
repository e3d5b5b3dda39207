"""Telling storytellers that their words were used, as often as each of them wants to know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.models import ConsentEvent, UseRecord
from storybank.consent.standing import states
from storybank.consent.telling import write
from storybank.consent.terms import HOME, local_date
from storybank.jobs import queue
from storybank.people.models import Person
from storybank.portal import letters
from storybank.portal.letters import Used
from storybank.portal.models import UseNotice
from storybank.stories.asked import must_agree

TELL = "portal.tell_of_uses"
EVERY, SOME = "every", "some"
"""How often somebody wants to know; any other answer, or none, is not at all."""
A_FEW = timedelta(days=91)
"""Who wants to know a few times a year gets one letter in so many days, at most."""
TOO_OLD = timedelta(days=400)
"""A use of so long ago is not news; it stands on the page."""


@dataclass(frozen=True)
class Wish:
    """How often one person wants to know of uses of one story."""

    person_id: int
    story_id: int
    often: str


def promise(session: Session, at: datetime) -> None:
    """Promise the letters that are due, if any are."""
    if next(_due(session, at), None) is not None:
        queue.put(session, TELL, queue.LATER)


def tell(session: Session, jobs: list[dict[str, Any]]) -> None:
    """Write the letters that are due: one to each person, with all there is to tell."""
    moment = now()
    due: dict[int, list[UseRecord]] = {}
    for wish, records in _due(session, moment):
        due.setdefault(wish.person_id, []).extend(records)
    for person_id, records in due.items():
        zone = session.scalar(select(Person.time_zone).where(Person.id == person_id)) or HOME
        body = letters.use_notice(_events(records, zone))
        write(session, person_id, letters.SUBJECT, body, "/my", f"uses:{records[0].id}")
        # Whom we cannot reach is not tried again and again: the page tells them when they come.
        session.add_all(
            UseNotice(use_record_id=record.id, person_id=person_id, told_at=moment)
            for record in records
        )
    session.flush()


def _due(session: Session, at: datetime) -> Iterator[tuple[Wish, list[UseRecord]]]:
    """Uses that somebody is to be told of now, story by story."""
    wishes = _wishes(session, at)
    for wish in wishes:
        if wish.often == SOME and not _a_while_ago(session, wish.person_id, at):
            continue
        untold = list(
            session.scalars(
                select(UseRecord)
                .where(
                    UseRecord.story_id == wish.story_id,
                    UseRecord.at > at - TOO_OLD,
                    UseRecord.at <= at,
                    ~sa.exists().where(
                        UseNotice.use_record_id == UseRecord.id,
                        UseNotice.person_id == wish.person_id,
                    ),
                )
                .order_by(UseRecord.at, UseRecord.id)
            )
        )
        if untold:
            yield wish, untold


def _wishes(session: Session, at: datetime) -> list[Wish]:
    """Who wants to know of stories that were used lately."""
    used = select(UseRecord.story_id).where(UseRecord.at > at - TOO_OLD, UseRecord.at <= at)
    rows = session.execute(
        select(ConsentEvent.story_id, ConsentEvent.person_id, ConsentEvent.preferences)
        .where(ConsentEvent.story_id.in_(used), ConsentEvent.preferences.is_not(None))
        .order_by(ConsentEvent.person_id, ConsentEvent.seq)
    )
    said = {
        (story_id, person_id): preferences["tell"]
        for story_id, person_id, preferences in rows
        if preferences and "tell" in preferences
    }
    standing = states(session, {story_id for story_id, _ in said})
    return [
        Wish(person_id, story_id, often)
        for (story_id, person_id), often in sorted(said.items())
        if often in (EVERY, SOME)
        and story_id in standing
        and person_id in must_agree(standing[story_id])
        # While something is looked into, nobody is written to about the story.
        and not standing[story_id].held
    ]


def _a_while_ago(session: Session, person_id: int, at: datetime) -> bool:
    last = session.scalar(
        select(sa.func.max(UseNotice.told_at)).where(UseNotice.person_id == person_id)
    )
    return last is None or last <= at - A_FEW


def _events(records: list[UseRecord], zone: str) -> list[Used]:
    """One line for each event: a printing writes a record for each card."""
    found: dict[tuple[Any, str], Used] = {}
    for record in records:
        key = (local_date(record.at, zone), record.place)
        before = found.get(key)
        people = max(record.audience_size or 0, before.people or 0 if before else 0) or None
        copies = max(record.copies, before.copies if before else 0)
        found[key] = Used(key[0], record.place, people, copies)
    return list(found.values())
