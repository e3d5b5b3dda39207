"""Lists of stories, page by page, for a use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent import evidence
from storybank.consent.models import AssistedWindow, ConsentEvent, PartyStanding, Receipt
from storybank.consent.rules import EIGHT, Purpose, StoryState, Use, explain
from storybank.consent.standing import states
from storybank.errors import BadInput, NotFound
from storybank.people.models import Account
from storybank.people.rules import person_id_of
from storybank.stories import reading
from storybank.stories.allowed_ids import allowed_ids
from storybank.stories.models import Story, StoryVersion
from storybank.stories.rules import ATTRIBUTES

PER_PAGE = 25


@dataclass(frozen=True)
class Row:
    """One story in a list."""

    head: reading.Title
    word_count: int
    facts: tuple[str, ...]
    uses: tuple[Purpose, ...]
    """The uses that are open now; filled for stewards only."""


@dataclass(frozen=True)
class Page:
    rows: tuple[Row, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class Window:
    """One half hour in which somebody of the team wrote down what a teller of a story said."""

    by: str
    window: AssistedWindow


@dataclass(frozen=True)
class Said:
    """One consent event as a steward reads it: no word of the story."""

    event: ConsentEvent
    recorded_by: str
    evidence: str
    receipt_id: int | None


def page_of(session: Session, use: Use, number: int) -> Page:
    """A page of the stories this use allows, newest first."""
    ids = allowed_ids(session, use)
    pages = max(1, -(-len(ids) // PER_PAGE))
    number = min(max(number, 1), pages)
    end = len(ids) - (number - 1) * PER_PAGE
    some = list(reversed(ids[max(0, end - PER_PAGE) : end]))
    heads = reading.titles(session, use, some)
    counts = dict(
        session.execute(
            select(StoryVersion.story_id, StoryVersion.word_count)
            .join(Story, Story.id == StoryVersion.story_id)
            .where(StoryVersion.story_id.in_(some), StoryVersion.n == Story.current_version)
        ).all()
    )
    attributes = reading.attributes_of(session, use, some)
    standing = states(session, some) if use.purpose is Purpose.KEEP else {}
    rows = tuple(
        Row(
            heads[story_id],
            counts.get(story_id, 0),
            facts(attributes.get(story_id, {})),
            _open_uses(standing[story_id], use) if story_id in standing else (),
        )
        for story_id in some
        if story_id in heads
    )
    return Page(rows, number, pages, len(ids))


def _open_uses(state: StoryState, use: Use) -> tuple[Purpose, ...]:
    return tuple(
        purpose for purpose in EIGHT if explain(state, replace(use, purpose=purpose)).allowed
    )


def facts(attributes: Mapping[str, str]) -> tuple[str, ...]:
    """What may be said about a story, in a fixed order, each as a reader would say it."""
    said = {**attributes}
    if "age_group" in said:
        said["age_group"] = f"aged {said['age_group']}"
    return tuple(said[name][0].upper() + said[name][1:] for name in ATTRIBUTES if said.get(name))


def history(session: Session, story_id: int) -> list[Said]:
    """Everything that was said about a story's uses, newest first."""
    rows = session.execute(
        select(ConsentEvent, Account.name, Receipt.id)
        .outerjoin(Account, Account.id == ConsentEvent.recorded_by_account_id)
        .outerjoin(Receipt, Receipt.event_id == ConsentEvent.id)
        .where(ConsentEvent.story_id == story_id)
        .order_by(ConsentEvent.at.desc(), ConsentEvent.seq.desc())
    )
    return [
        Said(event, name or "Storybank", _evidence(session, event), number)
        for event, name, number in rows
    ]


def windows(session: Session, story_id: int) -> list[Window]:
    """The assisted half hours with anybody who has a part in this story, the latest first."""
    people = select(PartyStanding.person_id).where(PartyStanding.story_id == story_id)
    rows = session.execute(
        select(AssistedWindow, Account.name)
        .join(Account, Account.id == AssistedWindow.account_id)
        .where(AssistedWindow.person_id.in_(people))
        .order_by(AssistedWindow.id.desc())
    )
    return [Window(name, window) for window, name in rows]


def _evidence(session: Session, event: ConsentEvent) -> str:
    note = evidence.shown(session, event.evidence_id).note if event.evidence_id else ""
    return note or ""


def numbers_for(session: Session, typed: str) -> list[int]:
    """Stories by number, or by a teller's code such as ST-0012.

    Raises NotFound when there is none.
    """
    word = typed.strip().upper().removeprefix("STORY").strip()
    try:
        # A code holds at most nine digits, so that every database can look for it.
        clause = Story.person_id == person_id_of(word)
        if word.isdecimal():
            clause = Story.id == int(word)
        found = list(session.scalars(select(Story.id).where(clause).order_by(Story.id)))
    except BadInput:
        found = []
    if not found:
        raise NotFound("There is no story with that number or code. Write it like 12 or ST-0012.")
    return found
