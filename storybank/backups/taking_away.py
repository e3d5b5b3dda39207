"""Taking away again, line by line of the ledger, through the service that took it first.

What cannot be done exactly is done more strictly: the whole story is stopped. Nothing is given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from storybank.consent import service
from storybank.consent.ledger import Line
from storybank.consent.rules import EIGHT, NameStyle, Purpose
from storybank.errors import StorybankError
from storybank.people.models import Person
from storybank.people.rules import MACHINE
from storybank.stories.models import Story

CHANNEL = "web"


@dataclass
class Outcome:
    """What was taken away again."""

    kinds: Counter[str] = field(default_factory=Counter)
    """How many of each kind."""
    stricter: set[int] = field(default_factory=set)
    """Stories that were closed more than their tellers asked: somebody should talk to them."""
    not_here: int = 0
    """Lines about stories that were taken in after the backup."""


def take_away(session: Session, lines: Iterable[Line], outcome: Outcome) -> None:
    """Take away again what these lines say, in order."""
    for line in lines:
        story = session.get(Story, line.story_id)
        if story is None or line.taken_in_at not in (None, story.taken_in_at):
            outcome.not_here += 1
            continue
        person_id = line.person_id
        if session.get(Person, person_id) is None:
            person_id = story.person_id
        how = HOW.get(line.kind, _close)
        try:
            with session.begin_nested():
                exactly = how(session, line, person_id)
        except StorybankError:
            with session.begin_nested():
                exactly = _close(session, line, story.person_id)
        outcome.kinds[line.kind] += 1
        if not exactly:
            outcome.stricter.add(story.id)


def _stop(session: Session, line: Line, person_id: int) -> bool:
    uses = [Purpose(use) for use in line.uses if use in {known.value for known in EIGHT}]
    service.stop(session, MACHINE, line.story_id, person_id, uses or EIGHT, CHANNEL, at=line.at)
    return bool(uses) and len(uses) == len(line.uses)


def _close(session: Session, line: Line, person_id: int) -> bool:
    service.stop(session, MACHINE, line.story_id, person_id, EIGHT, CHANNEL, at=line.at)
    return False


def _name(session: Session, line: Line, person_id: int) -> bool:
    service.give(
        session, MACHINE, line.story_id, person_id, {}, None, CHANNEL,
        name_style=NameStyle.NONE, at=line.at,
    )  # fmt: skip
    return True


HOW: dict[str, Callable[[Session, Line, int], bool]] = {
    "stop": _stop,
    "name": _name,
}
"""How each kind is done again; whether exactly so. Any other kind closes the whole story."""
