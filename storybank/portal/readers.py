"""Who of the team opened a storyteller's story: days and reasons, no names."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.models import AccessRecord
from storybank.consent.purposes import Purpose
from storybank.consent.rules import Use
from storybank.consent.terms import local_date
from storybank.errors import NotFound
from storybank.people.models import Person
from storybank.stories import reading

WHY = {
    Purpose.KEEP: "Someone who looks after your choices opened it.",
    Purpose.STUDY: "Someone in our team opened it to study it.",
    Purpose.MEMBERS: "A member read it.",
    Purpose.REUSE: "Someone from another research team read it.",
}
LATEST = 1_000


@dataclass(frozen=True)
class Opened:
    """A day on which a story was opened for one reason, and by how many people."""

    day: date
    why: str
    people: int


def readers(session: Session, use: Use, story_id: int) -> list[Opened]:
    """Who opened a story of the person asking, the latest day first.

    Raises NotFound when it is not theirs.
    """
    if not reading.may(session, use, story_id):
        raise NotFound("That story is not here.")
    person = session.get(Person, use.actor.person_id)
    zone = person.time_zone if person else "Europe/London"
    rows = session.execute(
        select(AccessRecord.at, AccessRecord.account_id, AccessRecord.purpose)
        .where(AccessRecord.story_id == story_id)
        .order_by(AccessRecord.at.desc())
        .limit(LATEST)
    )
    seen = {(local_date(at, zone), purpose, account_id) for at, account_id, purpose in rows}
    count = Counter((day, purpose) for day, purpose, _ in seen)
    known = {purpose.value: why for purpose, why in WHY.items()}
    return [
        Opened(day, known.get(purpose, "Someone in our team opened it."), people)
        for (day, purpose), people in sorted(count.items(), reverse=True)
    ]
