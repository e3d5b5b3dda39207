"""What a person decided about an item before it is saved: its title, who is who, its own choices.

Sealed, and gone when it is taken in. Splitting and joining are in `dividing`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.errors import BadInput, Conflict, NotFound
from storybank.people import sealing
from storybank.receiving.models import Intake, IntakeItem
from storybank.receiving.reading import Read
from storybank.receiving.rules import Outcome, Stage
from storybank.stories.canon import one_line
from storybank.stories.rules import MAX_TITLE, Speaks

NOT_NOW = "It can not be changed any more: it was taken in, or taken out again."
OPEN = (Outcome.READY.value, Outcome.ASKED.value)


@dataclass(frozen=True)
class Decided:
    """What counts before what the file says. What nobody decided is None, or not in it."""

    title: str | None = None
    speakers: Mapping[int, Speaks] = field(default_factory=dict)
    person_id: int | None = None
    """The storyteller, where they told us a story before."""
    choices: str | None = None
    """Choices of its own, as `choosing` wrote them."""


def decided(session: Session, item: IntakeItem) -> Decided:
    """What was decided about an item. Raises NotReady without the key."""
    held = _held(session, item)
    speakers = {int(n): Speaks(role) for n, role in held.get("speakers", {}).items()}
    return Decided(
        held.get("title"), speakers, held.get("person"), held.get("choices")
    )  # fmt: skip


def own_choices(session: Session, item: IntakeItem) -> str | None:
    """The choices of an item alone, as they were kept; None where it has none of its own."""
    return decided(session, item).choices


def check_open(intake: Intake, item: IntakeItem) -> None:
    """Raise Conflict where an item is past deciding; NotFound where it is of another intake."""
    if item.intake_id != intake.id:
        raise NotFound("There is no such file in this intake.")
    if intake.status == Stage.UNDONE or item.status not in OPEN:
        raise Conflict(NOT_NOW)


def name(session: Session, item: IntakeItem, title: str) -> None:
    """Give a story its title; nothing takes the file's own again. Raises BadInput."""
    clean = one_line(title)
    if len(clean) > MAX_TITLE:
        raise BadInput(f"Keep the title under {MAX_TITLE} letters.")
    _change(session, item, title=clean or None)


def say_who(session: Session, item: IntakeItem, roles: Mapping[int, Speaks]) -> None:
    """Say what each of those who speak is, by their numbers in the text."""
    _change(session, item, speakers={str(n): role.value for n, role in roles.items()} or None)


def say_teller(session: Session, item: IntakeItem, person_id: int | None) -> None:
    """Say whose story it is, where they told us one before."""
    _change(session, item, person=person_id)


def choose(session: Session, item: IntakeItem, choices: str | None) -> None:
    """Keep choices of its own for an item; None: those of the intake count again."""
    _change(session, item, choices=choices)


def leave_out(session: Session, item: IntakeItem) -> None:
    """Leave an item out; `take_back` undoes it as long as its words are kept."""
    item.status, item.reason, item.changed_at = Outcome.LEFT_OUT.value, "", now()


def take_back(session: Session, item: IntakeItem) -> None:
    """Put an item among the others again that was left out, or refused once it was read. Raises
    Conflict where it was neither, was joined to another, or its words are wiped."""
    left_out = item.status == Outcome.LEFT_OUT.value and not item.reason
    if item.read is None or not (left_out or item.status == Outcome.REFUSED.value):
        raise Conflict("It is not there to be put back any more.")
    item.status, item.reason, item.changed_at = Outcome.READY.value, "", now()


def carry(session: Session, old: IntakeItem, new: IntakeItem, people: Mapping[int, int]) -> None:
    """Let a part have what was decided for the whole, its people under their numbers there."""
    held = _held(session, old)
    told = held.pop("speakers", {})
    there = {str(n): told[str(was)] for was, n in people.items() if str(was) in told}
    held.pop("title", None)
    _write(session, new, held | ({"speakers": there} if there else {}))


def title_of(read: Read, chosen: Decided) -> str:
    """What a story will be called."""
    return chosen.title or read.title


def _held(session: Session, item: IntakeItem) -> dict[str, Any]:
    if item.decided is None:
        return {}
    found: dict[str, Any] = json.loads(sealing.unseal(session, item.decided))
    return found


def _change(session: Session, item: IntakeItem, **said: object) -> None:
    held = _held(session, item) | said
    _write(session, item, {name: value for name, value in held.items() if value is not None})


def _write(session: Session, item: IntakeItem, held: Mapping[str, Any]) -> None:
    item.decided = sealing.seal(session, json.dumps(held, ensure_ascii=False)) if held else None
    item.changed_at = now()
    session.flush()
