"""What facilitators change in a plan or a pack, as acts that can be undone and done again.

Details hold numbers and the facilitators' own words, never a storyteller's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import Refused
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Done
from storybank.workshops import helping, planning, rules
from storybank.workshops.models import Pack, PackItem, Workshop

PLAN, CARD, SWAP = "workshop plan", "pack card", "pack swap"
STAYS = "Somebody changed it since, so it stays as it is."


@dataclass(frozen=True)
class Planned:
    """Parts of a workshop's plan were changed."""

    def says(self, act: Act) -> str:
        return f"what you changed in the plan: {', '.join(_names(act))}"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, use, act, act.detail["after"], act.detail["before"])

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, use, act, act.detail["before"], act.detail["after"])

    def _set(
        self, session: Session, use: Use, act: Act, left: dict[str, Any], wanted: dict[str, Any]
    ) -> Done:
        meeting = session.get(Workshop, act.detail["workshop"], with_for_update=True)
        if meeting is None:
            return Done("That workshop is not there any more.")
        if not helping.runs(session, use.actor, meeting):
            raise Refused(helping.NOT_YOURS)
        there = planning.snapshot(session, meeting)
        back = {name: wanted[name] for name in wanted if there[name] == left[name]}
        planning.put(session, use, meeting, back)
        if not back:
            return Done(STAYS)
        whole = len(back) == len(wanted)
        return Done("The plan is as it was." if whole else f"Part of the plan is back. {STAYS}")


@dataclass(frozen=True)
class Carded:
    """A card's note was written, or its text made shorter or whole again."""

    def says(self, act: Act) -> str:
        return "what you changed on a card"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, act.detail["after"], act.detail["before"])

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, act.detail["before"], act.detail["after"])

    def _set(
        self, session: Session, act: Act, left: dict[str, Any], wanted: dict[str, Any]
    ) -> Done:
        item = session.get(PackItem, act.detail["item"], with_for_update=True)
        if item is None:
            return Done("That card is not there any more.")
        place = {"version": item.version, "start": item.start, "end": item.end}
        if card_as_it_is(item) != left or place != act.detail["place"]:
            return Done(STAYS)
        # A shorter text is shown only where the door allows it, whoever put it back.
        item.note, item.kept = wanted["note"], wanted["kept"]
        session.flush()
        return Done("The card is as it was.")


@dataclass(frozen=True)
class Swapped:
    """One card was put in the place of another."""

    def says(self, act: Act) -> str:
        return "a card swapped for another"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, out=act.detail["put"], back=act.detail["out"])

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, out=act.detail["out"], back=act.detail["put"])

    def _set(self, session: Session, act: Act, out: int, back: int) -> Done:
        gone = session.get(PackItem, out, with_for_update=True)
        wanted = session.get(PackItem, back, with_for_update=True)
        if wanted is None or wanted.pulled_because != rules.TAKEN_OUT:
            return Done("The other card cannot come back, so the pack stays as it is.")
        if gone is None or gone.pulled_at is not None:
            return Done(STAYS)
        wanted.pulled_at = wanted.pulled_because = None
        gone.pulled_at, gone.pulled_because = now(), rules.TAKEN_OUT
        wanted.position = gone.position
        session.flush()
        return Done("The cards are swapped back.")


def note_plan(
    session: Session, use: Use, meeting: Workshop, before: dict[str, Any], after: dict[str, Any]
) -> bool:
    """Write down what changed in a plan; False where nothing did."""
    changed = [name for name in after if before[name] != after[name]]
    if not changed:
        return False
    undoing.note(
        session, use, PLAN,
        {
            "workshop": meeting.id,
            "before": {name: before[name] for name in changed},
            "after": {name: after[name] for name in changed},
        },
    )  # fmt: skip
    return True


def card_as_it_is(item: PackItem) -> dict[str, Any]:
    """What a facilitator says of a card: its note, and which parts of it stay."""
    return {"note": item.note, "kept": item.kept}


def note_card(session: Session, use: Use, item: PackItem, before: dict[str, Any]) -> bool:
    """Write down what changed on a card; False where nothing did."""
    after = card_as_it_is(item)
    if after == before:
        return False
    place = {"version": item.version, "start": item.start, "end": item.end}
    workshop = session.get_one(Pack, item.pack_id).workshop_id
    detail = {
        "workshop": workshop,
        "item": item.id,
        "place": place,
        "before": before,
        "after": after,
    }
    undoing.note(session, use, CARD, detail, story_id=item.story_id)
    return True


def note_swap(session: Session, use: Use, out: PackItem, put: PackItem) -> None:
    """Write down that one card took the place of another."""
    workshop = session.get_one(Pack, put.pack_id).workshop_id
    detail = {"workshop": workshop, "out": out.id, "put": put.id}
    undoing.note(session, use, SWAP, detail, story_id=put.story_id)


def _names(act: Act) -> list[str]:
    return [planning.NAMES[name] for name in act.detail["after"]]


UNDOERS: dict[str, undoing.Undoer] = {PLAN: Planned(), CARD: Carded(), SWAP: Swapped()}
