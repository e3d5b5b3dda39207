"""Where a storyteller's words have been: each time part of a story was let out on paper."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.models import UseRecord
from storybank.consent.rules import NameStyle, Purpose, Use
from storybank.consent.terms import HOME, local_date
from storybank.stories import reading
from storybank.stories.reading import Excerpt
from storybank.stories.rules import Place

HOW = {
    "print": "Printed on cards", "file": "Saved to a file", "screen": "Shown on screens",
    "report": "Put in a report", "slides": "Shown on slides",
}  # fmt: skip

NAMES = {
    NameStyle.REAL: "With your real name",
    NameStyle.FIRST: "With your first name",
    NameStyle.CHOSEN: "With the name you picked",
    NameStyle.NONE: "With no name",
}
"""The name that stood beside the words. The record keeps its kind and not the name."""


@dataclass(frozen=True)
class BeenUsed:
    """One event at which parts of the story were shown, on one day, under one kind of name."""

    at: datetime
    on: date
    """The day it was for the storyteller."""
    use: Purpose
    place: str
    how: str
    copies: int
    """How many of each part; of the part with most, where that differs."""
    people: int | None
    """About how many saw or heard it, where somebody said so."""
    name: str
    parts: tuple[Excerpt, ...]


def been_used(
    session: Session, use: Use, story_id: int, time_zone: str = HOME
) -> tuple[BeenUsed, ...]:
    """Every such event for a story of the person asking, newest first.

    The caller has asked whether it is theirs; of a story that was deleted, the words are gone
    and the events stay. A printing writes a record for each card;
    printings of one pack on one day are one event.
    """
    rows = session.scalars(
        select(UseRecord)
        .where(UseRecord.story_id == story_id)
        .order_by(UseRecord.at.desc(), UseRecord.id)
    )
    events: dict[tuple[date, str, str, str, str, str], list[UseRecord]] = {}
    for row in rows:
        key = (
            local_date(row.at, time_zone), _pack(row), row.place, row.use, row.medium,
            row.name_style,
        )  # fmt: skip
        events.setdefault(key, []).append(row)
    places = {_place(row) for some in events.values() for row in some}
    words = {excerpt.place: excerpt for excerpt in reading.excerpts(session, use, places)}
    return tuple(_event(some, words, time_zone) for some in events.values())


def _event(rows: list[UseRecord], words: dict[Place, Excerpt], time_zone: str) -> BeenUsed:
    first = rows[0]
    copies: Counter[Place] = Counter()
    for row in rows:
        copies[_place(row)] += row.copies
    return BeenUsed(
        at=first.at,
        on=local_date(first.at, time_zone),
        use=Purpose(first.use),
        place=first.place,
        how=HOW.get(first.medium, first.medium),
        copies=max(copies.values()),
        people=max((row.audience_size for row in rows if row.audience_size), default=None),
        name=NAMES[NameStyle(first.name_style)],
        parts=tuple(words[place] for place in sorted(copies) if place in words),
    )


def _pack(row: UseRecord) -> str:
    """What its card was printed with: the code of the pack, without the number of the card."""
    return row.reference.partition(" / ")[0]


def _place(row: UseRecord) -> Place:
    return Place(row.story_id, row.version, row.start, row.end)
