"""What researchers did with framework matrices, as acts that can be undone and done again.

Details hold numbers and the team's own words. What was written into a cell is an act in its
story, and goes with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from storybank.analysis.models import Framework, FrameworkSummary
from storybank.clock import now
from storybank.consent.rules import Use
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Done

MAKE, CHANGE, REMOVE = "framework make", "framework change", "framework remove"
WRITE = "framework write"
STAYS = "Somebody changed that since, so it stays as it is."
FIELDS = ("name", "code_ids", "line")

Key = tuple[int, int, int]
"""(framework, story, code)."""


def told(row: Framework) -> dict[str, Any]:
    """A matrix as an act remembers it."""
    return {field: getattr(row, field) for field in FIELDS}


def note_made(session: Session, use: Use, row: Framework) -> None:
    undoing.note(session, use, MAKE, {"framework": row.id})


def note_removed(session: Session, use: Use, row: Framework) -> None:
    undoing.note(session, use, REMOVE, {"framework": row.id})


def note_changed(session: Session, use: Use, row: Framework, before: dict[str, Any]) -> None:
    undoing.note(session, use, CHANGE, {"framework": row.id, "before": before, "after": told(row)})


def note_written(session: Session, use: Use, key: Key, before: str, after: str) -> None:
    framework, story, code = key
    detail = {"framework": framework, "code": code, "before": before, "after": after}
    undoing.note(session, use, WRITE, detail, story_id=story)


def put(session: Session, key: Key, body: str, account_id: int) -> None:
    """Let a cell hold this; blank empties it."""
    row = session.get(FrameworkSummary, key, with_for_update=True)
    if not body:
        if row is not None:
            session.delete(row)
        return
    if row is None:
        framework, story, code = key
        row = FrameworkSummary(framework_id=framework, story_id=story, code_id=code, body=body)
        session.add(row)
    row.body, row.account_id, row.changed_at = body, account_id, now()


@dataclass(frozen=True)
class Standing:
    """A matrix that was made, or (``off``) taken away."""

    off: bool = False

    def says(self, act: Act) -> str:
        return f"framework matrix {'taken away' if self.off else 'made'}"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, there=self.off)

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, there=not self.off)

    def _set(self, session: Session, act: Act, there: bool) -> Done:
        row = session.get(Framework, act.detail["framework"], with_for_update=True)
        if row is None or (row.removed_at is None) == there:
            return Done(STAYS)
        row.removed_at = None if there else now()
        session.flush()
        return Done(f"The framework matrix is {'back' if there else 'taken away'}.")


@dataclass(frozen=True)
class Changed:
    """A matrix with another name, codes or question."""

    def says(self, act: Act) -> str:
        return "framework matrix changed"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, "after", "before")

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, "before", "after")

    def _set(self, session: Session, act: Act, was: str, to: str) -> Done:
        row = session.get(Framework, act.detail["framework"], with_for_update=True)
        if row is None or told(row) != act.detail[was]:
            return Done(STAYS)
        for field in FIELDS:
            setattr(row, field, act.detail[to][field])
        session.flush()
        return Done("The framework matrix is as it was.")


@dataclass(frozen=True)
class Written:
    """What was written into a cell."""

    def says(self, act: Act) -> str:
        return "summary in a framework matrix"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, "after", "before")

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, "before", "after")

    def _set(self, session: Session, act: Act, was: str, to: str) -> Done:
        assert act.story_id is not None
        key = (act.detail["framework"], act.story_id, act.detail["code"])
        row = session.get(FrameworkSummary, key, with_for_update=True, populate_existing=True)
        if (row.body if row else "") != act.detail[was]:
            return Done(STAYS)
        put(session, key, act.detail[to], act.account_id)
        session.flush()
        return Done("The summary is as it was.", act.story_id)


UNDOERS: dict[str, undoing.Undoer] = {
    MAKE: Standing(), REMOVE: Standing(off=True), CHANGE: Changed(), WRITE: Written(),
}  # fmt: skip
