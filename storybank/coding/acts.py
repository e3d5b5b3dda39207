"""What a coder did at the desk, as acts that can be undone and done again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank import events
from storybank.clock import now
from storybank.coding.models import Coding
from storybank.consent.rules import Use
from storybank.stories.models import Story
from storybank.stories.rules import Place
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Done

ADD, REMOVE = "code", "uncode"


def note(
    session: Session,
    use: Use,
    kind: str,
    story_id: int,
    codings: Sequence[Coding],
    suggestion_id: int | None = None,
) -> Act:
    """Write down that codings were put on (ADD) or taken off (REMOVE)."""
    events.publish(session, events.Coded(story_id))
    detail = {"codings": [coding.id for coding in codings]}
    return undoing.note(session, use, kind, detail, story_id=story_id, suggestion_id=suggestion_id)


@dataclass(frozen=True)
class PutOn:
    """Codings that were put on, or (``off``) taken off. Only the coder's own move; those that
    somebody changed since stay as they are now."""

    off: bool = False

    def says(self, act: Act) -> str:
        return f"{_codes(len(act.detail['codings']))} {'taken off' if self.off else 'put on'}"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, standing=self.off)

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, standing=not self.off)

    def _set(self, session: Session, act: Act, standing: bool) -> Done:
        codings = changeable(
            session, act, act.detail["codings"], Coding.removed_at.is_(None) != standing
        )
        for coding in codings:
            coding.removed_at = None if standing else now()
            events.publish(session, events.Coded(coding.story_id))
        session.flush()
        said = "put back" if standing else "taken off"
        return Done(f"{_codes(len(codings))} {said}.", act.story_id, places_of(codings))


def changeable(
    session: Session, act: Act, coding_ids: Sequence[int], *where: sa.ColumnElement[bool]
) -> list[Coding]:
    """The codings of this act that may be changed again: the person's own, on the words that
    stand now (what stood on words that were corrected since is not put back)."""
    return list(
        session.scalars(
            select(Coding)
            .join(Story, Story.id == Coding.story_id)
            .where(
                Coding.id.in_(coding_ids),
                Coding.coder_id == act.account_id,
                Coding.version == Story.current_version,
                *where,
            )
            .order_by(Coding.id)
            .with_for_update(of=Coding)
        )
    )


def places_of(codings: Sequence[Coding]) -> tuple[Place, ...]:
    """Where these codings stand, in order, each place once."""
    found = {Place(one.story_id, one.version, one.start, one.end) for one in codings}
    return tuple(sorted(found))


def _codes(count: int) -> str:
    return "1 code" if count == 1 else f"{count} codes"


UNDOERS: dict[str, undoing.Undoer] = {ADD: PutOn(), REMOVE: PutOn(off=True)}
