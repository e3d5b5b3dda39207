"""What is planned with a story, and what its teller keeps back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from storybank.consent.rules import Mark, Span, Use
from storybank.stories import reading
from storybank.stories.reading import Excerpt
from storybank.stories.rules import Place
from storybank.workshops.planned import planned


@dataclass(frozen=True)
class ComingUp:
    """A workshop to come, and the parts it may show as things stand."""

    title: str
    held_on: date
    audience: tuple[str, ...]
    parts: tuple[Excerpt, ...]


@dataclass(frozen=True)
class KeptPart:
    """A part that its teller keeps back, and how."""

    mark: Mark
    excerpt: Excerpt


def coming_up(session: Session, use: Use, story_id: int, today: date) -> tuple[ComingUp, ...]:
    """Workshops to come whose packs hold parts of a story of the person asking."""
    plans = planned(session, story_id, today, use.at)
    places = {place for plan in plans for place in plan.places}
    words = {one.place: one for one in reading.excerpts(session, use, places)}
    return tuple(
        ComingUp(
            plan.title,
            plan.held_on,
            plan.audience,
            tuple(words[place] for place in plan.places if place in words),
        )
        for plan in plans
    )


def kept_parts(
    session: Session, use: Use, story_id: int, marks: Mapping[Span, Mark]
) -> tuple[KeptPart, ...]:
    """The parts that the person asking marked, in reading order."""
    places = [Place(story_id, span.version, span.start, span.end) for span in sorted(marks)]
    return tuple(
        KeptPart(marks[one.place.span], one) for one in reading.excerpts(session, use, places)
    )
