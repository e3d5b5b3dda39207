"""Events wait in the session and become promised jobs in the same transaction.

``publish`` only notes what happened. ``wiring`` says which jobs follow from which event, and
``jobs`` writes them down just before the commit, so that an act and its promise stand or fall
together.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

WAITING = "storybank_events"


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


def publish(session: Session, happening: Event) -> None:
    session.info.setdefault(WAITING, []).append(happening)


def collect(session: Session) -> list[Event]:
    """Take what waits, once each, in order."""
    return list(dict.fromkeys(session.info.pop(WAITING, [])))
