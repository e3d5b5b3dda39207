"""What rooms above this one put on a participant's page: links, or a part of the page.

The list is filled where the house is wired. Each entry takes the database session and the seat,
and gives HTML that is safe as it stands (a rendered template), or None where it has nothing to
say to this person now. What it links to is marked ``@takes_part``.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from storybank.meetings.seats import Seat

More = Callable[[Session, Seat], str | None]

MORE: list[More] = []


def parts(session: Session, seat: Seat) -> list[str]:
    """What the rooms above have to say to this person, in the order of the list."""
    return [part for more in MORE if (part := more(session, seat))]
