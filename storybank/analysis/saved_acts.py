"""Keeping, naming and taking away queries, as acts that can be undone and done again."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from storybank.analysis.models import SavedQuery
from storybank.clock import now
from storybank.consent.rules import Use
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Done

SAVE, NAME, REMOVE = "query saved", "query named", "query removed"


@dataclass(frozen=True)
class Kept:
    """A query was kept under a name, or (``gone``) taken away."""

    gone: bool = False

    def says(self, act: Act) -> str:
        return f"query {act.detail['name']} {'removed' if self.gone else 'saved'}"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, standing=self.gone)

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, standing=not self.gone)

    def _set(self, session: Session, act: Act, standing: bool) -> Done:
        found = session.get(SavedQuery, act.detail["query"])
        if found is not None and (found.removed_at is None) != standing:
            found.removed_at = None if standing else now()
            session.flush()
        return Done(f"The query is {'back' if standing else 'no longer kept'}.")


@dataclass(frozen=True)
class Named:
    """A query got another name, or was shared. What was changed since stays."""

    def says(self, act: Act) -> str:
        return f"query {act.detail['after']['name']} changed"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, "after", "before")

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, "before", "after")

    def _set(self, session: Session, act: Act, there: str, wanted: str) -> Done:
        found = session.get(SavedQuery, act.detail["query"])
        if found is not None:
            for part in ("name", "shared"):
                if getattr(found, part) == act.detail[there][part]:
                    setattr(found, part, act.detail[wanted][part])
            session.flush()
        return Done("The query is as it was." if wanted == "before" else "The query is changed.")


UNDOERS: dict[str, undoing.Undoer] = {SAVE: Kept(), REMOVE: Kept(gone=True), NAME: Named()}
