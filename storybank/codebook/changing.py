"""Changing codes: adding, rewording, moving, retiring, bringing back. Each change is written down
with its reason, and can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook import changes
from storybank.codebook.cards import CUE, NEAR_MISS
from storybank.codebook.changes import ADD, BRING_BACK, EDIT, MOVE, RETIRE, Shape, shape_of
from storybank.codebook.models import Code, CodebookChange, Cue, Family
from storybank.codebook.rules import CodeWords, bad_key, clean_words, key_from, typed_key, within
from storybank.consent.rules import Use
from storybank.errors import BadInput, Conflict, NotFound
from storybank.jobs import queue
from storybank.undoing import service as undoing

CHANGED = "codebook"
"""The kind of every act here that can be undone."""
CUES_CHANGED = "codebook.cues"
"""The job that has stories read again for the cue phrases as they are now."""
WORDS_CHANGED = "codebook.words"
"""The job that has the machine learn again from what the codebook says of its codes."""
TELLING = frozenset({"name", "definition", "include", "example"})
"""What else the machine goes by."""


def add_code(
    session: Session,
    use: Use,
    family_key: str,
    words: CodeWords,
    *,
    key: str = "",
    parent_key: str = "",
    why: str = "",
) -> Code:
    """A new code, last in its family or below its parent.

    Raises BadInput where the words or the key cannot stand, or the key is in use; NotFound
    where there is no such family or parent.
    """
    changes.editor(use)
    words = _checked(words)
    family = family_by(session, family_key)
    parent = code_by(session, parent_key) if parent_key else None
    if parent is not None and parent.family_id != family.id:
        raise BadInput("A code stands in the family of the code above it.")
    every = session.execute(select(Code.key, Code.family_id)).all()
    taken = {one.lower() for one, _ in every}
    key = key.strip() or key_from(words.name, [k for k, f in every if f == family.id], taken)
    if bad_key(key):
        raise BadInput(bad_key(key))
    if key.lower() in taken:
        raise BadInput(f"The key {key} is in use. Choose another, or bring that code back.")
    last = session.scalar(select(sa.func.max(Code.position)))
    code = Code(
        family_id=family.id, key=key, parent_id=parent.id if parent else None,
        position=(last or 0) + 1, colour=words.colour or None,
        **{part: getattr(words, part) for part in changes.WORDS},
    )  # fmt: skip
    session.add(code)
    session.flush()
    for kind, phrases in ((CUE, words.cues), (NEAR_MISS, words.near_misses)):
        session.add_all(Cue(code_id=code.id, kind=kind, phrase=phrase) for phrase in phrases)
    session.flush()
    changes.number_anew(session)
    after = {"key": code.key, "name": code.name, "definition": code.definition}
    change = changes.record(
        session, use, ADD, code_id=code.id, why=why,
        before={"retired": True}, after={**after, "retired": False},
    )  # fmt: skip
    note(session, use, change, f"“{code.name}” added")
    _cues_follow(session, bool(words.cues or words.near_misses))
    queue.put(session, WORDS_CHANGED, queue.LATER)
    return code


def edit_code(
    session: Session,
    use: Use,
    key: str,
    words: CodeWords,
    *,
    why: str = "",
    seen: int | None = None,
) -> bool:
    """Say a code in other words; False where these are the words it has.

    ``seen`` is the last change that the person's form knew of. Raises BadInput where the words
    cannot stand, NotFound, or Conflict where somebody changed the code meanwhile.
    """
    changes.editor(use)
    words = _checked(words)
    code = code_by(session, key, lock=True)
    if seen is not None and changes.last_of(session, code.id) != seen:
        raise Conflict(
            "Somebody else changed this code while you wrote. Open it again, then put your "
            "words in."
        )
    wanted: Shape = {part: getattr(words, part) for part in (*changes.WORDS, "colour")}
    wanted |= {"cues": list(words.cues), "near_misses": list(words.near_misses)}
    return change(session, use, code, EDIT, wanted, why, f"“{code.name}” reworded")


def move_code(
    session: Session,
    use: Use,
    key: str,
    family_key: str,
    parent_key: str = "",
    after_key: str = "",
    *,
    why: str = "",
) -> bool:
    """Put a code, and all below it, elsewhere: after ``after_key``, or first where that is blank.

    Raises BadInput where it would stand below itself, or the places do not fit together.
    """
    code = code_by(session, key, lock=True)
    place = {"family": family_key, "parent": parent_key or None, "after": after_key or None}
    return change(session, use, code, MOVE, {"place": place}, why, f"“{code.name}” moved")


def shift(session: Session, use: Use, key: str, by: int) -> bool:
    """Move a code one place up (-1) or down (1) among those of the same parent."""
    code = code_by(session, key, lock=True)
    siblings = [one.key for one in changes.siblings_of(session, code.family_id, code.parent_id)]
    at = siblings.index(code.key)
    to = min(max(at + by, 0), len(siblings) - 1)
    if to == at:
        return False
    siblings.insert(to, siblings.pop(at))
    place = {**changes.place_of(session, code), "after": siblings[to - 1] if to else None}
    return change(session, use, code, MOVE, {"place": place}, "", f"“{code.name}” moved")


def retire(session: Session, use: Use, key: str, *, why: str = "") -> bool:
    """Take a code out of use. What carries it keeps it; nobody can put it on any more."""
    code = code_by(session, key, lock=True)
    return change(session, use, code, RETIRE, {"retired": True}, why, f"“{code.name}” retired")


def bring_back(session: Session, use: Use, key: str, *, why: str = "") -> bool:
    """Let a retired code be put on again. What was merged away stays where it went."""
    code = code_by(session, key, lock=True)
    wanted = {"retired": False, "merged_into": None}
    return change(session, use, code, BRING_BACK, wanted, why, f"“{code.name}” brought back")


def change(
    session: Session, use: Use, code: Code, kind: str, wanted: Shape, why: str, says: str
) -> bool:
    """Make a code as wanted, write down what differs, and let it be undone; False for nothing."""
    changes.editor(use)
    before = shape_of(session, code)
    put(session, code, wanted)
    after = shape_of(session, code)
    parts = [part for part in wanted if not same(before[part], after[part])]
    if not parts:
        return False
    made = changes.record(
        session, use, kind, code_id=code.id, why=why,
        before={part: before[part] for part in parts},
        after={part: after[part] for part in parts},
    )  # fmt: skip
    note(session, use, made, says)
    follow_cues(session, parts)
    return True


def put(session: Session, code: Code, wanted: Mapping[str, Any]) -> None:
    """Set these parts of a code. Raises as ``move_code`` does."""
    for part, value in wanted.items():
        if part in changes.WORDS:
            setattr(code, part, value)
        elif part == "colour":
            code.colour = value or None
        elif part in ("cues", "near_misses"):
            _set_phrases(session, code.id, CUE if part == "cues" else NEAR_MISS, value)
        elif part == "retired" and value != (code.retired_at is not None):
            code.retired_at = now() if value else None
        elif part == "merged_into":
            code.merged_into_id = code_by(session, value).id if value else None
        elif part == "place":
            _set_place(session, code, value)
    session.flush()


def same(one: Any, other: Any) -> bool:
    """Phrases are the same in whatever order they stand."""
    if isinstance(one, list) and isinstance(other, list):
        return set(one) == set(other)
    return bool(one == other)


def follow_cues(session: Session, parts: list[str]) -> None:
    """Promise to read the stories again, where what the machine goes by has changed."""
    _cues_follow(session, bool({"cues", "near_misses", "retired"} & set(parts)))
    if TELLING & set(parts):
        queue.put(session, WORDS_CHANGED, queue.LATER)


def code_by(session: Session, key: str, lock: bool = False) -> Code:
    """A code by its key, as it stands now. Raises NotFound."""
    query = select(Code).where(sa.func.lower(Code.key) == typed_key(key))
    if lock:
        query = query.with_for_update(key_share=True)
    found = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("The codebook has no such code.")
    return found


def family_by(session: Session, key: str, lock: bool = False) -> Family:
    """A family by its key. Raises NotFound."""
    query = select(Family).where(sa.func.lower(Family.key) == typed_key(key))
    if lock:
        query = query.with_for_update(key_share=True)
    found = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if found is None:
        raise NotFound("The codebook has no such family.")
    return found


def _checked(words: CodeWords) -> CodeWords:
    cleaned = clean_words(words)
    if cleaned.errors:
        raise BadInput(next(iter(cleaned.errors.values())))
    return cleaned


def _set_phrases(session: Session, code_id: int, kind: str, phrases: list[str]) -> None:
    """Those that stay keep their numbers: suggestions name them by these."""
    there = {
        cue.phrase: cue
        for cue in session.scalars(select(Cue).where(Cue.code_id == code_id, Cue.kind == kind))
    }
    for phrase, cue in there.items():
        if phrase not in phrases:
            session.delete(cue)
    session.flush()
    session.add_all(
        Cue(code_id=code_id, kind=kind, phrase=phrase) for phrase in phrases if phrase not in there
    )


def _set_place(session: Session, code: Code, place: Mapping[str, str | None]) -> None:
    family = family_by(session, place["family"] or "")
    parent = code_by(session, place["parent"]) if place["parent"] else None
    parents = {number: above for number, above in session.execute(select(Code.id, Code.parent_id))}
    moving = within(parents, code.id)
    if parent is not None and parent.id in moving:
        raise BadInput("A code cannot stand below itself. Choose another place.")
    if parent is not None and parent.family_id != family.id:
        raise BadInput("A code stands in the family of the code above it.")
    beside = changes.siblings_of(session, family.id, parent.id if parent else None)
    order = [one for one in beside if one.id != code.id]
    after = place.get("after")
    at = next((n for n, one in enumerate(order, 1) if one.key == after), len(order) if after else 0)
    order.insert(at, code)
    for one in session.scalars(select(Code).where(Code.id.in_(moving))):
        one.family_id = family.id
    code.parent_id = parent.id if parent else None
    places = sorted(one.position for one in order)
    for one, position in zip(order, places, strict=True):
        one.position = position
    session.flush()
    changes.number_anew(session)


def note(session: Session, use: Use, change: CodebookChange, says: str) -> None:
    """Let a change be undone. ``says`` follows "Undo:" on pages."""
    undoing.note(session, use, CHANGED, {"change": change.id, "says": says})


def _cues_follow(session: Session, changed: bool) -> None:
    if changed:
        queue.put(session, CUES_CHANGED, queue.SOON)
