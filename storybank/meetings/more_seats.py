"""What rooms above this one put on a participant's page: a part of it, and where answers went.

Both are filled where the house is wired.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy.orm import Session

from storybank.meetings.seats import Seat

More = Callable[[Session, Seat], str | None]
"""Takes the database session and the seat; HTML that is safe as it stands (a rendered template),
or None where there is nothing to say to this person now. What it links to is ``@takes_part``."""
Headings = Callable[[Session, Collection[str]], dict[str, str]]
"""{id of an answer: title of the heading it was put under} of those among these that are."""

MORE: list[More] = []
HEADINGS: list[Headings] = []


def parts(session: Session, seat: Seat) -> list[str]:
    """What the rooms above have to say to this person, in the order of the list."""
    return [part for more in MORE if (part := more(session, seat))]


def headings(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Under which heading each of these answers stands; those under none are left out."""
    found: dict[str, str] = {}
    for look in HEADINGS if ids else ():
        found |= look(session, ids)
    return found
