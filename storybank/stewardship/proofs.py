"""What a steward looks up about a story's events: who recorded them, what shows them, how long."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.models import AccessRecord, ConsentEvent
from storybank.consent.rules import Use
from storybank.people.models import Account, AccountRole, Person
from storybank.people.rules import Role
from storybank.stories.models import StoryVersion


def events_of(session: Session, story_id: int) -> list[tuple[ConsentEvent, str]]:
    """A story's events, newest first, and the name of whoever wrote each down."""
    rows = session.execute(
        select(ConsentEvent, Account.name)
        .outerjoin(Account, Account.id == ConsentEvent.recorded_by_account_id)
        .where(ConsentEvent.story_id == story_id)
        .order_by(ConsentEvent.at.desc(), ConsentEvent.seq.desc())
    )
    return [(event, name or "Storybank") for event, name in rows]


def length_of(session: Session, story_id: int, version: int) -> int:
    """How many code points a version has."""
    query = select(StoryVersion.length).where(
        StoryVersion.story_id == story_id, StoryVersion.n == version
    )
    return session.scalar(query) or 0


def note_look(session: Session, use: Use, story_id: int, page: str, what: str) -> None:
    """Write down that somebody saw evidence, in the transaction that shows it: both, or neither."""
    session.add(
        AccessRecord(
            at=use.at, account_id=use.actor.account_id, story_id=story_id,
            purpose=use.purpose.value, what=what, page=page,
        )
    )  # fmt: skip


def stewards(session: Session) -> list[tuple[int, str]]:
    """Who may lead a hold: number and name of each account."""
    rows = session.execute(
        select(Account.id, Account.name)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(AccountRole.role == Role.STEWARD.value, Account.disabled_at.is_(None))
        .order_by(Account.name, Account.id)
    )
    return [(number, name) for number, name in rows]


def newcomer(session: Session) -> int:
    """A code for somebody who has none; its number."""
    person = Person(created_at=now())
    session.add(person)
    session.flush()
    return person.id
