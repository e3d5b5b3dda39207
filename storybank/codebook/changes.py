"""What was changed in the codebook: written down for good, and read back as a history."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook.cards import CUE, NEAR_MISS
from storybank.codebook.models import Code, CodebookChange, Cue, Family
from storybank.codebook.rules import Node, in_order
from storybank.consent.rules import Purpose, Use
from storybank.errors import Refused
from storybank.people.models import Account

ADD, EDIT, MOVE, RETIRE, BRING_BACK = "add", "edit", "move", "retire", "bring back"
MERGE, SPLIT, SPLIT_DONE, UNDO, REDO, LOAD = (
    "merge", "split", "split done", "undo", "redo", "load",
)  # fmt: skip
ADD_FAMILY, EDIT_FAMILY, MOVE_FAMILY, DELETE_FAMILY = (
    "add family", "edit family", "move family", "delete family",
)  # fmt: skip
SAYS = {
    ADD: "Added", EDIT: "Reworded", MOVE: "Moved", RETIRE: "Retired", BRING_BACK: "Brought back",
    MERGE: "Merged", SPLIT: "Being split", SPLIT_DONE: "Split finished", UNDO: "Undone",
    REDO: "Done again", LOAD: "Loaded from a file", ADD_FAMILY: "Family added",
    EDIT_FAMILY: "Family reworded", MOVE_FAMILY: "Family moved",
    DELETE_FAMILY: "Family deleted",
}  # fmt: skip
LABELS = {
    "name": "Name", "definition": "What it means", "include": "Include", "exclude": "Leave out",
    "example": "Example", "not_example": "Not an example", "colour": "Colour",
    "cues": "Cue phrases", "near_misses": "Near misses", "place": "Place", "retired": "In use",
    "merged_into": "Merged into", "question": "Question", "position": "Place", "key": "Key",
}  # fmt: skip
WORDS = ("name", "definition", "include", "exclude", "example", "not_example")

Shape = dict[str, Any]
"""What a code says and where it stands, as JSON."""


@dataclass(frozen=True)
class ChangeLine:
    """A change as a history shows it."""

    id: int
    kind: str
    says: str
    code_id: int | None
    who: str
    at: datetime
    why: str
    parts: tuple[tuple[str, str, str], ...]
    """(what, before, after) for each part that differs."""
    detail: Mapping[str, Any]


def editor(use: Use) -> int:
    """The account of whoever may change the codebook.

    Raises Refused for anybody but a researcher who is signed in.
    """
    if use.purpose is not Purpose.STUDY or use.actor.account_id is None:
        raise Refused("Only a researcher who is signed in can change the codebook.")
    return use.actor.account_id


def record(
    session: Session,
    use: Use,
    kind: str,
    *,
    code_id: int | None = None,
    family_id: int | None = None,
    why: str = "",
    **detail: Any,
) -> CodebookChange:
    """Write a change down, with who and when. ``detail`` is JSON: before, after, numbers."""
    change = CodebookChange(
        kind=kind, code_id=code_id, family_id=family_id, account_id=editor(use), at=now(),
        why=" ".join(why.split())[:1_000], detail=detail,
    )  # fmt: skip
    session.add(change)
    session.flush()
    return change


def shape_of(session: Session, code: Code) -> Shape:
    """What a code says now, and its place: its family, its parent, and which code of the same
    parent stands before it, each by key."""
    cues = session.execute(select(Cue.kind, Cue.phrase).where(Cue.code_id == code.id).order_by(
        Cue.id)).all()  # fmt: skip
    keys = key_of(session)
    return {
        **{part: getattr(code, part) for part in WORDS},
        "colour": code.colour or "",
        "cues": [phrase for kind, phrase in cues if kind == CUE],
        "near_misses": [phrase for kind, phrase in cues if kind == NEAR_MISS],
        "place": place_of(session, code),
        "retired": code.retired_at is not None,
        "merged_into": keys.get(code.merged_into_id or 0),
    }


def key_of(session: Session) -> dict[int, str]:
    return {number: key for number, key in session.execute(select(Code.id, Code.key))}


def place_of(session: Session, code: Code) -> dict[str, str | None]:
    """{"family", "parent", "after"}: keys; ``after`` is the sibling just before it."""
    siblings = siblings_of(session, code.family_id, code.parent_id)
    at = [one.id for one in siblings].index(code.id)
    parent = session.get(Code, code.parent_id) if code.parent_id else None
    return {
        "family": session.get_one(Family, code.family_id).key,
        "parent": parent.key if parent else None,
        "after": siblings[at - 1].key if at else None,
    }


def siblings_of(session: Session, family_id: int, parent_id: int | None) -> list[Code]:
    """The codes directly below a parent, or at the top of a family, in order."""
    return list(
        session.scalars(
            select(Code)
            .where(Code.family_id == family_id, Code.parent_id == parent_id)
            .order_by(Code.position, Code.id)
        )
    )


def number_anew(session: Session) -> None:
    """Give all codes their positions again: family by family, children after parents."""
    rows = session.scalars(
        select(Code)
        .join(Family, Family.id == Code.family_id)
        .order_by(Family.position, Family.id, Code.position, Code.id)
    ).all()
    by_family: dict[int, list[Code]] = {}
    for code in rows:
        by_family.setdefault(code.family_id, []).append(code)
    known = {code.id: code for code in rows}
    place = 0
    for family in by_family.values():
        for number, _, _ in in_order([Node(code.id, code.parent_id) for code in family]):
            if known[number].position != place:
                known[number].position = place
            place += 1
    session.flush()


def history(
    session: Session, code_id: int | None = None, limit: int = 50, offset: int = 0
) -> list[ChangeLine]:
    """The changes of one code, or of the whole book, the newest first."""
    rows = session.execute(
        select(CodebookChange, Account.name)
        .outerjoin(Account, Account.id == CodebookChange.account_id)
        .where(sa.true() if code_id is None else CodebookChange.code_id == code_id)
        .order_by(CodebookChange.id.desc())
        .limit(limit)
        .offset(offset)
    )
    names = {key: name for key, name in session.execute(select(Code.key, Code.name))}
    names |= {
        f"family:{key}": name for key, name in session.execute(select(Family.key, Family.name))
    }
    return [
        ChangeLine(
            row.id, row.kind, SAYS.get(row.kind, row.kind), row.code_id, who or "Somebody",
            row.at, row.why, parts_of(row.detail, names), row.detail,
        )
        for row, who in rows
    ]  # fmt: skip


def count(session: Session, code_id: int | None = None) -> int:
    """How many changes there were, of one code or of all."""
    which = sa.true() if code_id is None else CodebookChange.code_id == code_id
    return session.scalar(select(sa.func.count()).select_from(CodebookChange).where(which)) or 0


def last_of(session: Session, code_id: int) -> int:
    """The number of the last change of a code; 0 before any. A form carries it, to see whether
    somebody else changed the code while it was open."""
    found = session.scalar(
        select(sa.func.max(CodebookChange.id)).where(CodebookChange.code_id == code_id)
    )
    return found or 0


def parts_of(
    detail: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[tuple[str, str, str], ...]:
    """(what, before, after) in plain words; of phrases, only those that went or came."""
    before, after = (dict(detail.get(side) or {}) for side in ("before", "after"))
    for part in ("cues", "near_misses"):
        was, now_is = before.get(part, []), after.get(part, [])
        if was or now_is:
            before[part] = [phrase for phrase in was if phrase not in now_is]
            after[part] = [phrase for phrase in now_is if phrase not in was]
    return tuple(
        (LABELS.get(part, part), *(_said(part, side.get(part), names) for side in (before, after)))
        for part in dict.fromkeys([*before, *after])
        if part in LABELS
    )


def _said(part: str, value: Any, names: Mapping[str, str]) -> str:
    """A value of a change in plain words."""
    if part == "retired":
        return "no" if value else "yes"
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    if part == "place" and isinstance(value, Mapping):
        family, parent, after = (value.get(name) for name in ("family", "parent", "after"))
        said = names.get(f"family:{family}", str(family))
        if parent:
            said += f", under {names.get(parent, parent)}"
        return said + (f", after {names.get(after, after)}" if after else ", first")
    if part == "merged_into":
        return names.get(value, value or "")
    return "" if value is None else str(value)


def names_in(lines: Collection[ChangeLine]) -> set[int]:
    """The codes that a history speaks of."""
    return {line.code_id for line in lines if line.code_id is not None}
