"""Keeping and taking away searches, as acts that can be undone and done again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.search.models import SavedSearch
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Done

SAVE, REMOVE = "search saved", "search removed"


@dataclass(frozen=True)
class Kept:
    """A search was kept under a name, or (``gone``) taken away."""

    gone: bool = False

    def says(self, act: Act) -> str:
        return f"search {act.detail['name']} {'removed' if self.gone else 'saved'}"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, standing=self.gone)

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, standing=not self.gone)

    def _set(self, session: Session, act: Act, standing: bool) -> Done:
        found = session.get(SavedSearch, act.detail["search"])
        if found is not None and (found.removed_at is None) != standing:
            found.removed_at = None if standing else now()
            session.flush()
        return Done(f"The search is {'back' if standing else 'no longer kept'}.")


UNDOERS: dict[str, undoing.Undoer] = {SAVE: Kept(), REMOVE: Kept(gone=True)}
