"""Merging one code into another, as far as the codebook goes; codings follow in a room above."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook import changes
from storybank.codebook.acts import lock
from storybank.codebook.changes import MERGE, REDO, UNDO, shape_of
from storybank.codebook.changing import follow_cues, put
from storybank.codebook.models import Code, CodebookChange, Cue
from storybank.codebook.rules import within
from storybank.consent.rules import Use
from storybank.errors import BadInput, Conflict


def merge(
    session: Session, use: Use, code_id: int, into_id: int, why: str = "", *, again: bool = False
) -> CodebookChange:
    """Retire a code in favour of another, which gets its cue phrases and what stands below it.

    Both are held until the transaction ends, so that nobody puts either on meanwhile. Raises
    BadInput for a code and itself, Conflict where one of them is retired by now.
    """
    changes.editor(use)
    if code_id == into_id:
        raise BadInput("Choose another code to merge it into.")
    first, second = (lock(session, number) for number in sorted((code_id, into_id)))
    old, new = (first, second) if first.id == code_id else (second, first)
    for code in (old, new):
        if code.retired_at is not None:
            raise Conflict(f"“{code.name}” is no longer in use. Look at the codebook again.")
    below = _move_up(session, old, new)
    old.retired_at, old.merged_into_id = now(), new.id
    cues = _give_cues(session, old, new)
    session.flush()
    changes.number_anew(session)
    change = changes.record(
        session, use, REDO if again else MERGE, code_id=old.id, why=why, into=new.id, below=below,
        cues=cues, before={"retired": False, "merged_into": None},
        after={"retired": True, "merged_into": new.key},
    )  # fmt: skip
    changes.record(
        session, use, REDO if again else MERGE, code_id=new.id, why=why, took=old.key,
        took_name=old.name, before={}, after={},
    )  # fmt: skip
    follow_cues(session, ["cues"])
    return change


def unmerge(session: Session, use: Use, change: CodebookChange) -> bool:
    """Bring the merged code back, with what stood below it and still stands below the other;
    False where it was brought back, or merged elsewhere, meanwhile."""
    into_id = change.detail["into"]
    locked = {number: lock(session, number) for number in sorted((change.code_id or 0, into_id))}
    old, new = locked[change.code_id or 0], locked[into_id]
    if old.retired_at is None or old.merged_into_id != new.id:
        return False
    put(session, old, {"retired": False, "merged_into": None})
    for key, place in change.detail["below"]:
        child = session.scalars(select(Code).where(Code.key == key)).one_or_none()
        moved_since = child is None or child.parent_id != new.id
        if child is not None and not moved_since:
            _put_back(session, child, place)
    own = {(kind, phrase) for kind, phrase in change.detail["cues"]}
    for cue in session.scalars(select(Cue).where(Cue.code_id == new.id)):
        if (cue.kind, cue.phrase) in own:
            session.delete(cue)
    session.flush()
    changes.record(
        session, use, UNDO, code_id=old.id, undoes=change.id,
        before={"retired": True, "merged_into": new.key},
        after={"retired": False, "merged_into": None},
    )  # fmt: skip
    follow_cues(session, ["cues"])
    return True


def _move_up(session: Session, old: Code, new: Code) -> list[list[Any]]:
    """What stands below the old code goes below the new one; [[key, place it had], ...]. Where
    the new one stands below the old one itself, it takes the old one's place first."""
    moved: list[list[Any]] = []
    parents = {number: above for number, above in session.execute(select(Code.id, Code.parent_id))}
    if new.id in within(parents, old.id):
        at = new
        while at.parent_id != old.id:
            at = session.get_one(Code, at.parent_id)
        moved.append([at.key, shape_of(session, at)["place"]])
        at.parent_id = old.parent_id
        session.flush()
    for child in changes.siblings_of(session, old.family_id, old.id):
        moved.append([child.key, changes.place_of(session, child)])
        for number in within(parents, child.id):
            session.get_one(Code, number).family_id = new.family_id
        child.parent_id = new.id
        session.flush()
    return moved


def _put_back(session: Session, child: Code, place: Mapping[str, str | None]) -> None:
    with session.begin_nested():
        put(session, child, {"place": place})


def _give_cues(session: Session, old: Code, new: Code) -> list[list[str]]:
    """The new code gets the phrases of the old one that it has not; those."""
    own = session.execute(select(Cue.kind, Cue.phrase).where(Cue.code_id == new.id))
    there = {(kind, phrase) for kind, phrase in own}
    rows = session.execute(
        select(Cue.kind, Cue.phrase).where(Cue.code_id == old.id).order_by(Cue.id)
    )
    given = [[kind, phrase] for kind, phrase in rows if (kind, phrase) not in there]
    if given:
        session.execute(
            sa.insert(Cue),
            [{"code_id": new.id, "kind": kind, "phrase": phrase} for kind, phrase in given],
        )
    return given
