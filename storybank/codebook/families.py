"""Changing families: adding, rewording, moving, and deleting those without codes."""

from __future__ import annotations

import re

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook import changes
from storybank.codebook.changes import ADD_FAMILY, DELETE_FAMILY, EDIT_FAMILY, MOVE_FAMILY
from storybank.codebook.changing import family_by, note
from storybank.codebook.models import Code, Codebook, CodebookChange, CodeProposal, Family
from storybank.codebook.rules import NAME, WORDS
from storybank.consent.rules import Use
from storybank.errors import BadInput, Conflict


def add_family(session: Session, use: Use, name: str, question: str, *, why: str = "") -> Family:
    """A new family, last in the book. Raises BadInput without a name or a question."""
    changes.editor(use)
    name, question = _checked(name, question)
    family = create(session, _key(session, name), name, question)
    said = {"key": family.key, "name": name, "question": question}
    change = changes.record(
        session, use, ADD_FAMILY, family_id=family.id, why=why, before={}, after=said
    )
    note(session, use, change, f"the family “{name}” added")
    return family


def edit_family(
    session: Session, use: Use, key: str, name: str, question: str, *, why: str = ""
) -> bool:
    """Say a family in other words; False for the same. Raises BadInput, NotFound."""
    changes.editor(use)
    name, question = _checked(name, question)
    family = family_by(session, key, lock=True)
    before = {"name": family.name, "question": family.question}
    after = {"name": name, "question": question}
    parts = [part for part in after if before[part] != after[part]]
    if not parts:
        return False
    family.name, family.question = name, question
    change = changes.record(
        session, use, EDIT_FAMILY, family_id=family.id, why=why, key=family.key,
        before={part: before[part] for part in parts}, after={part: after[part] for part in parts},
    )  # fmt: skip
    note(session, use, change, f"the family “{name}” reworded")
    return True


def shift_family(session: Session, use: Use, key: str, by: int) -> bool:
    """Move a family one place up (-1) or down (1); False where it is at the end already."""
    changes.editor(use)
    family = family_by(session, key, lock=True)
    before = place_of(session, family)
    if not place(session, family, before + by):
        return False
    change = changes.record(
        session, use, MOVE_FAMILY, family_id=family.id, key=family.key,
        before={"position": before}, after={"position": before + by},
    )  # fmt: skip
    note(session, use, change, f"the family “{family.name}” moved")
    return True


def delete_family(session: Session, use: Use, key: str, *, why: str = "") -> None:
    """Take a family out of the book. Raises Conflict while codes stand in it, retired ones too."""
    changes.editor(use)
    family = family_by(session, key, lock=True)
    said = {
        "key": family.key, "name": family.name, "question": family.question,
        "position": place_of(session, family),
    }  # fmt: skip
    if not remove(session, family):
        raise Conflict("Codes stand in this family, retired ones too. Move them first.")
    change = changes.record(session, use, DELETE_FAMILY, why=why, before=said, after={})
    note(session, use, change, f"the family “{said['name']}” deleted")


def create(
    session: Session, key: str, name: str, question: str, position: int | None = None
) -> Family:
    book = session.scalars(select(Codebook).order_by(Codebook.id.desc()).limit(1)).first()
    if book is None:
        raise Conflict("There is no codebook yet. Load one first.")
    last = session.scalar(select(sa.func.max(Family.position)))
    family = Family(
        codebook_id=book.id, key=key, name=name, question=question,
        position=0 if last is None else last + 1,
    )  # fmt: skip
    session.add(family)
    session.flush()
    if position is not None:
        place(session, family, position)
    return family


def remove(session: Session, family: Family) -> bool:
    """Delete a family that has no codes; what was written of it stays. False where it has some."""
    if session.scalar(select(Code.id).where(Code.family_id == family.id).limit(1)) is not None:
        return False
    for table in (CodebookChange, CodeProposal):
        session.execute(sa.update(table).where(table.family_id == family.id).values(family_id=None))
    session.delete(family)
    session.flush()
    return True


def place_of(session: Session, family: Family) -> int:
    return [one.id for one in _every(session)].index(family.id)


def place(session: Session, family: Family, to: int) -> bool:
    """Put a family at this place, from 0; False where there is no such place."""
    every = _every(session)
    if not 0 <= to < len(every):
        return False
    every.remove(family)
    every.insert(to, family)
    for number, one in enumerate(every):
        one.position = number
    session.flush()
    changes.number_anew(session)
    return True


def _every(session: Session) -> list[Family]:
    return list(session.scalars(select(Family).order_by(Family.position, Family.id)))


def _checked(name: str, question: str) -> tuple[str, str]:
    name, question = " ".join(name.split()), " ".join(question.split())
    if not name or len(name) > NAME:
        raise BadInput(f"Write a name of at most {NAME} letters.")
    if not question or len(question) > WORDS:
        raise BadInput("Write the question that its codes answer.")
    return name, question


def _key(session: Session, name: str) -> str:
    taken = {key.lower() for key in session.scalars(select(Family.key))}
    start = "-".join(re.findall(r"[a-z0-9]+", name.lower()))[:40].strip("-") or "family"
    key, number = start, 2
    while key in taken:
        key, number = f"{start}-{number}", number + 1
    return key
