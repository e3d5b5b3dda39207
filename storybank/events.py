"""Events wait in the session and become promised jobs in the same transaction.

``publish`` only notes what happened. ``wiring`` says which jobs follow from which event, and
``jobs`` writes them down just before the commit, so that an act and its promise stand or fall
together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

WAITING = "storybank_events"
TAKEN = "storybank_taken"


@dataclass(frozen=True)
class Event:
    """Something that happened to a story."""

    story_id: int


@dataclass(frozen=True)
class StoryChanged(Event):
    """A story was taken in, amended, or somebody said yes to a use of it."""


@dataclass(frozen=True)
class UseStopped(Event):
    """A storyteller stopped one use, or all: copies must go, before anything else."""


@dataclass(frozen=True)
class Coded(Event):
    """Somebody put a code on a passage of a story, took one off, or changed where it stands."""


@dataclass(frozen=True)
class Narrowed:
    """Something was taken away: what a restored backup must be told again.

    ``kind`` is stop, pause, erase, leave out or not for; the place (code points) is that of a
    part left out. This is for the ledger, and no job follows from it.
    """

    story_id: int
    person_id: int
    at: datetime
    kind: str
    uses: tuple[str, ...] = ()
    version: int | None = None
    start: int | None = None
    end: int | None = None


def narrow(session: Session, taken: Narrowed) -> None:
    session.info.setdefault(TAKEN, []).append(taken)


def publish(session: Session, happening: Event) -> None:
    session.info.setdefault(WAITING, []).append(happening)


def collect(session: Session) -> list[Event]:
    """Take what waits, once each, in order."""
    return list(dict.fromkeys(session.info.pop(WAITING, [])))
