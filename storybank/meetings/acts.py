"""What a facilitator changes in a workshop's plan, noted so that it can be taken back.

A plan is small, so an act keeps what each of its rows was and became. Taking it back changes
only what still is as the act left it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.meetings import state
from storybank.meetings.models import Group, Prompt, Segment
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Done

KIND = "meeting plan"
TABLES: dict[str, tuple[Any, tuple[str, ...]]] = {
    "segment": (Segment, ("position", "kind", "title", "says", "minutes", "removed_at")),
    "prompt": (
        Prompt,
        ("segment_id", "position", "kind", "text", "help_text", "options", "pack_item_id",
         "passages", "max_len", "dots", "removed_at"),
    ),
    "group": (
        Group,
        ("position", "name", "mode", "facilitator", "note_taker", "bridge", "where",
         "access_notes", "capacity", "removed_at"),
    ),
}  # fmt: skip
Picture = dict[tuple[str, int], dict[str, Any]]


@contextmanager
def noted(session: Session, use: Use, workshop_id: int, says: str) -> Iterator[None]:
    """Whatever is changed in a workshop's plan inside is one act; ``says`` follows "Undo:".

    Phones and walls hear of it. Nothing is noted where nothing changed.
    """
    before = _picture(session, workshop_id)
    yield
    session.flush()
    after = _picture(session, workshop_id)
    changes = [
        _change(table, number, before.get((table, number)), after.get((table, number)))
        for table, number in dict.fromkeys([*before, *after])
        if before.get((table, number)) != after.get((table, number))
    ]
    if changes:
        undoing.note(
            session, use, KIND, {"workshop": workshop_id, "says": says, "changes": changes}
        )
        state.changed(session, workshop_id)


class PlanUndoer:
    """Takes back, or does again, what an act changed in a plan."""

    def says(self, act: Act) -> str:
        return str(act.detail["says"])

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._turn(session, act, "after", "before", "Taken back")

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._turn(session, act, "before", "after", "Done again")

    def _turn(self, session: Session, act: Act, was: str, becomes: str, verb: str) -> Done:
        for change in act.detail["changes"]:
            row = session.get(TABLES[change["table"]][0], change["id"])
            if row is None:
                continue
            for name in change[becomes]:
                if _kept(getattr(row, name)) == change[was][name] or (
                    # When something is taken out it is out, whatever the clock said.
                    name == "removed_at" and bool(row.removed_at) == bool(change[was][name])
                ):
                    setattr(row, name, _given(name, change[becomes][name]))
        session.flush()
        state.changed(session, act.detail["workshop"])
        return Done(f"{verb}: {self.says(act)}.")


UNDOERS = {KIND: PlanUndoer()}


def _picture(session: Session, workshop_id: int) -> Picture:
    found: Picture = {}
    for table, (model, names) in TABLES.items():
        for row in session.scalars(select(model).where(model.workshop_id == workshop_id)):
            found[table, row.id] = {name: _kept(getattr(row, name)) for name in names}
    return found


def _change(
    table: str, number: int, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> dict[str, Any]:
    if before is None:
        # What was added was not there before: that is, it was out.
        before, after = {"removed_at": _kept(now())}, {"removed_at": None}
    assert after is not None
    differ = [name for name in before if before[name] != after[name]]
    return {
        "table": table, "id": number, "before": {name: before[name] for name in differ},
        "after": {name: after[name] for name in differ},
    }  # fmt: skip


def _kept(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return list(value) if isinstance(value, list) else value


def _given(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name == "removed_at" and value else value
