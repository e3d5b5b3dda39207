"""Taking away again, line by line of the ledger, through the services that took it first.

What cannot be done exactly is done more strictly: the whole story is paused. Nothing is given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from storybank.consent import passages, pausing, service
from storybank.consent.folding import Span
from storybank.consent.ledger_lines import Line
from storybank.consent.rules import Mark, Purpose, Reason
from storybank.consent.standing import state_of
from storybank.errors import StorybankError
from storybank.people.models import Person
from storybank.people.rules import MACHINE
from storybank.portal import erasing
from storybank.stories.models import Story, StoryVersion

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
    cut_off: int = 0
    """Lines that a crash cut off, which are about nothing that was done."""


def take_away(session: Session, lines: Iterable[Line], outcome: Outcome) -> None:
    """Take away again what these lines say, in order."""
    for line in lines:
        story = session.get(Story, line.story_id)
        other = story is not None and line.taken_in_at not in (None, story.taken_in_at)
        known = session.get(Person, line.person_id) is not None
        if line.kind == erasing.FORGOTTEN and known and not other:
            # It comes after the deletion of the story, and is about the person.
            erasing.forget(session, line.person_id, line.story_id, at=line.at)
        elif story is None or other:
            outcome.not_here += 1
            continue
        elif not _is_gone(session, story.id):
            _again(session, line, story, outcome)
        outcome.kinds[line.kind] += 1


def _again(session: Session, line: Line, story: Story, outcome: Outcome) -> None:
    number, teller = story.id, story.person_id
    # Who joined after the backup is not in it; the first teller may stop what anybody may.
    person_id = line.person_id if session.get(Person, line.person_id) else teller
    how = HOW.get(line.kind, _pause_instead)
    try:
        with session.begin_nested():
            exactly = how(session, line, person_id)
    except (StorybankError, ValueError):
        with session.begin_nested():
            exactly = _pause_instead(session, line, teller)
    if not exactly:
        outcome.stricter.add(number)


def _is_gone(session: Session, story_id: int) -> bool:
    state = state_of(session, story_id)
    return state is not None and state.closed is Reason.ERASED


def _stop(session: Session, line: Line, person_id: int) -> bool:
    uses = [Purpose(use) for use in line.uses]
    service.stop(session, MACHINE, line.story_id, person_id, uses, CHANNEL, at=line.at)
    return True


def _pause(session: Session, line: Line, person_id: int) -> bool:
    pausing.pause(session, MACHINE, line.story_id, person_id, CHANNEL, at=line.at)
    return True


def _pause_instead(session: Session, line: Line, person_id: int) -> bool:
    _pause(session, line, person_id)
    return False


def _erase(session: Session, line: Line, person_id: int) -> bool:
    erasing.erase(session, MACHINE, line.story_id, person_id, CHANNEL, at=line.at)
    return True


def _leave_out(session: Session, line: Line, person_id: int) -> bool:
    if line.place is None:
        return _pause_instead(session, line, person_id)
    span = Span(*line.place)
    story = session.get_one(Story, line.story_id)
    version = session.get(StoryVersion, (story.id, span.version))
    if version is None or span.version != story.current_version or span.end > version.length:
        # The part is one of a text that came after the backup.
        return _pause_instead(session, line, person_id)
    passages.mark_passage(
        session, MACHINE, story.id, person_id, span, Mark.LEAVE_OUT, CHANNEL, at=line.at
    )
    return True


HOW: dict[str, Callable[[Session, Line, int], bool]] = {
    "stop": _stop,
    "pause": _pause,
    "erase": _erase,
    "leave out": _leave_out,
}
"""How each kind is done again; whether exactly so. Any other pauses the whole story: the ledger
holds no names, so it cannot tell whom a story is not for."""
