"""Changes of the codebook as acts that can be undone and done again.

Only what still stands as the act left it is changed back: what somebody reworded, moved or
retired since stays as they made it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook import changes, families
from storybank.codebook.changes import (
    ADD_FAMILY,
    DELETE_FAMILY,
    EDIT_FAMILY,
    LOAD,
    MOVE_FAMILY,
    REDO,
    UNDO,
    shape_of,
)  # fmt: skip
from storybank.codebook.changing import CHANGED, family_by, follow_cues, put, same
from storybank.codebook.models import Code, CodebookChange, Family
from storybank.consent.rules import Use
from storybank.errors import BadInput, NotFound
from storybank.undoing.models import Act
from storybank.undoing.service import Done, Undoer

STAYS = "Somebody changed it since, so it stays as it is."


class BookChange:
    """One change of a code or a family, taken back or made again."""

    def says(self, act: Act) -> str:
        return str(act.detail.get("says", "a change of the codebook"))

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._turn(session, use, act, UNDO, ("after", "before"))

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._turn(session, use, act, REDO, ("before", "after"))

    def _turn(
        self, session: Session, use: Use, act: Act, kind: str, sides: tuple[str, str]
    ) -> Done:
        change = session.get_one(CodebookChange, act.detail["change"])
        was, wanted = (change.detail.get(side) or {} for side in sides)
        if change.kind == LOAD:
            return _load(session, use, act, change, kind)
        if change.code_id is None:
            changed = _family(session, change, was, wanted)
            if changed:
                changes.record(session, use, kind, undoes=change.id, before=was, after=wanted)
            return Done(f"{self.says(act)}." if changed else STAYS)
        return self._code(session, use, act, change, kind, (was, wanted))

    def _code(
        self, session: Session, use: Use, act: Act, change: CodebookChange, kind: str,
        sides: tuple[dict[str, Any], dict[str, Any]],
    ) -> Done:  # fmt: skip
        was, wanted = sides
        code = lock(session, change.code_id or 0)
        found = shape_of(session, code)
        parts = [
            part for part in wanted
            if part in found and part in was and same(found[part], was[part])
        ]  # fmt: skip
        try:
            with session.begin_nested():
                put(session, code, {part: wanted[part] for part in parts})
        except (BadInput, NotFound):  # Its old place is gone, or would be below itself now.
            parts = []
        after = shape_of(session, code)
        parts = [part for part in parts if not same(found[part], after[part])]
        if not parts:
            return Done(STAYS)
        changes.record(
            session, use, kind, code_id=code.id, undoes=change.id,
            before={part: found[part] for part in parts},
            after={part: after[part] for part in parts},
        )  # fmt: skip
        follow_cues(session, parts)
        left = [part for part in wanted if part in found and part not in parts and part in was]
        more = " What somebody else changed since stays." if left else ""
        return Done(f"{self.says(act)}.{more}")


def lock(session: Session, code_id: int) -> Code:
    """A code by its number, as it stands, held until the transaction ends."""
    query = select(Code).where(Code.id == code_id).with_for_update(key_share=True)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def _family(
    session: Session, change: CodebookChange, was: dict[str, Any], wanted: dict[str, Any]
) -> bool:
    """Whether the family still stood as ``was``, and is now as ``wanted``."""
    key = change.detail.get("key") or was.get("key") or wanted.get("key") or ""
    there = session.scalars(select(Family).where(Family.key == key)).one_or_none()
    if change.kind in (ADD_FAMILY, DELETE_FAMILY):
        if wanted and there is None:
            families.create(
                session, key, wanted["name"], wanted["question"], wanted.get("position")
            )
            return True
        as_left = there is not None and not wanted and there.name == was["name"]
        return bool(as_left and there is not None and families.remove(session, there))
    if there is None:
        return False
    family = family_by(session, key, lock=True)
    if change.kind == MOVE_FAMILY:
        stands = families.place_of(session, family) == was["position"]
        return stands and families.place(session, family, wanted["position"])
    if change.kind == EDIT_FAMILY:
        parts = [part for part in was if getattr(family, part) == was[part]]
        for part in parts:
            setattr(family, part, wanted[part])
        session.flush()
        return bool(parts)
    return False


def _load(session: Session, use: Use, act: Act, change: CodebookChange, kind: str) -> Done:
    """Codes that came with a file go out of use together, or come back."""
    away = kind == UNDO
    count = 0
    for code_id in change.detail.get("codes", ()):
        code = lock(session, code_id)
        if (code.retired_at is None) == away and code.merged_into_id is None:
            put(session, code, {"retired": away})
            count += 1
    changes.record(session, use, kind, undoes=change.id, codes=change.detail.get("codes", []))
    follow_cues(session, ["retired"])
    what = "1 code" if count == 1 else f"{count} codes"
    return Done(f"{what} {'retired again' if away else 'back in use'}.")


UNDOERS: dict[str, Undoer] = {CHANGED: BookChange()}
