"""Lists of stories, page by page, for a use."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.models import ConsentEvent, Evidence, Receipt
from storybank.consent.rules import Purpose, Reason, Use
from storybank.consent.standing import states
from storybank.errors import NotFound
from storybank.people.models import Account
from storybank.stories import reading
from storybank.stories.models import Story, StoryVersion

PER_PAGE = 25


@dataclass(frozen=True)
class Row:
    """One story in a list."""

    head: reading.Title
    word_count: int
    attributes: dict[str, str]
    uses: tuple[Purpose, ...]
    """The uses that are open now; filled for stewards only."""


@dataclass(frozen=True)
class Page:
    rows: tuple[Row, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class Said:
    """One consent event as a steward reads it: no word of the story."""

    event: ConsentEvent
    recorded_by: str
    evidence: str
    receipt_id: int | None


def page_of(session: Session, use: Use, number: int) -> Page:
    """A page of the stories this use allows, newest first."""
    ids = sorted(reading.permitted_ids(session, use), reverse=True)
    pages = max(1, -(-len(ids) // PER_PAGE))
    number = min(max(number, 1), pages)
    some = ids[(number - 1) * PER_PAGE : number * PER_PAGE]
    heads = reading.titles(session, use, some)
    counts = dict(
        session.execute(
            select(StoryVersion.story_id, StoryVersion.word_count)
            .join(Story, Story.id == StoryVersion.story_id)
            .where(StoryVersion.story_id.in_(some), StoryVersion.n == Story.current_version)
        ).all()
    )
    attributes = reading.attributes_of(session, some)
    standing = states(session, some) if use.purpose is Purpose.KEEP else {}
    rows = tuple(
        Row(
            heads[story_id],
            counts.get(story_id, 0),
            attributes.get(story_id, {}),
            tuple(
                purpose
                for purpose, choice in standing[story_id].choices.items()
                if choice.reason_against(use.at, Reason.STOPPED) is None
            )
            if story_id in standing
            else (),
        )
        for story_id in some
        if story_id in heads
    )
    return Page(rows, number, pages, len(ids))


def history(session: Session, story_id: int) -> list[Said]:
    """Everything that was said about a story's uses, newest first."""
    rows = session.execute(
        select(ConsentEvent, Account.name, Evidence.note, Receipt.id)
        .outerjoin(Account, Account.id == ConsentEvent.recorded_by_account_id)
        .outerjoin(Evidence, Evidence.id == ConsentEvent.evidence_id)
        .outerjoin(Receipt, Receipt.event_id == ConsentEvent.id)
        .where(ConsentEvent.story_id == story_id)
        .order_by(ConsentEvent.seq.desc())
    )
    return [
        Said(event, name or "Storybank", note or "", number) for event, name, note, number in rows
    ]


def numbers_for(session: Session, typed: str) -> list[int]:
    """Stories by number, or by a teller's code such as ST-0012.

    Raises NotFound when there is none.
    """
    word = typed.strip().upper().removeprefix("STORY").strip()
    clause = None
    if word.startswith("ST-") and word[3:].isdecimal():
        clause = Story.person_id == int(word[3:][:9])
    elif word.isdecimal():
        clause = Story.id == int(word[:9])
    found = [] if clause is None else list(session.scalars(select(Story.id).where(clause)))
    if not found:
        raise NotFound("There is no story with that number or code. Write it like 12 or ST-0012.")
    return sorted(found)
