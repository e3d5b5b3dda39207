"""What is undone and done again of the blind sample."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.coding.acts import PutOn
from storybank.consent.rules import Use
from storybank.jobs import queue
from storybank.suggest.sample_models import SampledPassage
from storybank.suggest.standing import model_in_use
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Done

SAMPLED, SKIPPED = "sample", "sample skipped"
CHANCES = "suggest.sample_chances"
"""The job that fills in what the machine would have said."""


@dataclass(frozen=True)
class Coded:
    """A drawn passage that was coded in full."""

    def says(self, act: Act) -> str:
        return f"a passage drawn by lot coded with {_codes(len(act.detail['codes']))}"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        row = _row(session, act)
        done = PutOn().undo(session, use, act)
        if row is None:
            return Done("The passage is not there any more.")
        row.done_at, row.code_ids, row.model_id, row.chances = None, [], None, {}
        session.flush()
        return Done("The drawn passage waits for you again.", act.story_id, done.places)

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        row = _row(session, act)
        done = PutOn().redo(session, use, act)
        if row is None or row.done_at is not None:
            return Done("The passage is as it is.")
        in_use = model_in_use(session)
        row.done_at, row.code_ids = now(), list(act.detail["codes"])
        row.model_id = in_use.id if in_use else None
        queue.put(session, CHANCES, queue.SOON, sample_id=row.id)
        session.flush()
        return Done("The drawn passage is coded again.", act.story_id, done.places)


@dataclass(frozen=True)
class Skipped:
    """A drawn passage that was put off."""

    def says(self, act: Act) -> str:
        return "a passage drawn by lot put off"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        row = _row(session, act)
        if row is not None and row.skipped and row.done_at is None:
            row.skipped, row.skipped_at = row.skipped - 1, None
            session.flush()
        return Done("The drawn passage waits for you again.", act.story_id)

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        row = _row(session, act)
        if row is not None and row.done_at is None:
            row.skipped, row.skipped_at = row.skipped + 1, now()
            session.flush()
        return Done("The drawn passage is put off.", act.story_id)


def _row(session: Session, act: Act) -> SampledPassage | None:
    return session.get(SampledPassage, act.detail["sample"], with_for_update=True)


def _codes(count: int) -> str:
    return "no code" if not count else "1 code" if count == 1 else f"{count} codes"


UNDOERS: dict[str, undoing.Undoer] = {SAMPLED: Coded(), SKIPPED: Skipped()}
