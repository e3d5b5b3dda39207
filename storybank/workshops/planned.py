"""What is planned with a story: workshops to come whose packs hold parts of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.permits import permits
from storybank.consent.rules import Purpose, Use
from storybank.people.rules import MACHINE
from storybank.stories.rules import Place
from storybank.workshops.models import Pack, PackItem, Workshop
from storybank.workshops.service import for_meeting


@dataclass(frozen=True)
class Planned:
    """A workshop to come, and the parts of a story that may be shown there as things stand."""

    title: str
    held_on: date
    use: Purpose
    audience: tuple[str, ...]
    places: tuple[Place, ...]


def planned(session: Session, story_id: int, today: date, at: datetime) -> list[Planned]:
    """Workshops from ``today`` on that hold parts of this story, the soonest first.

    Parts that could not be shown there at the moment ``at`` are left out. No words are read.
    """
    meetings = session.scalars(
        select(Workshop)
        .where(
            Workshop.held_on >= today,
            Workshop.id.in_(
                select(Pack.workshop_id)
                .join(PackItem, PackItem.pack_id == Pack.id)
                .where(PackItem.story_id == story_id, PackItem.pulled_at.is_(None))
            ),
        )
        .order_by(Workshop.held_on, Workshop.id)
    )
    found = []
    for meeting in meetings:
        # The machine may not claim this purpose; it only asks the rule for others.
        use = for_meeting(Use(MACHINE, Purpose(meeting.use), at), meeting)
        rows = session.scalars(
            select(PackItem)
            .join(Pack, Pack.id == PackItem.pack_id)
            .where(
                Pack.workshop_id == meeting.id,
                PackItem.story_id == story_id,
                PackItem.pulled_at.is_(None),
                permits(use, PackItem.story_id, PackItem),
            )
            .order_by(PackItem.start, PackItem.id)
        )
        places = tuple(dict.fromkeys(item.place for item in rows))
        if places:
            found.append(
                Planned(
                    meeting.title, meeting.held_on, use.purpose, tuple(meeting.audience), places
                )
            )
    return found
