"""A codebook file put into the codebook: what is not there yet is added, the rest stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook.cards import CUE, NEAR_MISS
from storybank.codebook.files import Content
from storybank.codebook.models import Code, Codebook, Cue, Family
from storybank.codebook.rules import NAME, CodeWords, bad_key, clean_words
from storybank.errors import BadInput


@dataclass(frozen=True)
class Added:
    """What a file brought: numbers of what is new, and how many codes were there already."""

    codes: tuple[int, ...]
    families: tuple[int, ...]
    there: int


def add(session: Session, content: Content) -> Added:
    """Add the families and codes of a file whose keys are not here yet.

    Raises BadInput where a code of it could not stand in the codebook; nothing is added then.
    """
    words = [_words(row) for row in content["code"]]
    book = _book(session, content)
    families, new_families = _families(session, book, content)
    there = {key.lower(): number for key, number in session.execute(select(Code.key, Code.id))}
    last = session.scalar(select(sa.func.max(Code.position)))
    position = -1 if last is None else last
    made: dict[str, Code] = {}
    for row, said in zip(content["code"], words, strict=True):
        if row["key"].lower() in there or row["key"] in made:
            continue
        position += 1
        made[row["key"]] = Code(
            family_id=families[row["family"]], key=row["key"], name=said.name,
            definition=said.definition, include=said.include, exclude=said.exclude,
            example=said.example, not_example=said.not_example, position=position,
            colour=said.colour or None, retired_at=now() if row.get("retired") else None,
        )  # fmt: skip
    session.add_all(made.values())
    session.flush()
    for row, said in zip(content["code"], words, strict=True):
        code = made.get(row["key"])
        if code is not None:
            code.parent_id = _beside(made, row.get("parent"), code)
            merged = _same_or_old(made, there, row.get("merged_into"))
            code.merged_into_id = merged if row.get("retired") and merged != code.id else None
            for kind, phrases in ((CUE, said.cues), (NEAR_MISS, said.near_misses)):
                session.add_all(Cue(code_id=code.id, kind=kind, phrase=one) for one in phrases)
    session.flush()
    _no_loops(made)
    session.flush()
    return Added(
        tuple(code.id for code in made.values()), tuple(new_families), len(words) - len(made)
    )


def _words(row: Mapping[str, Any]) -> CodeWords:
    texts: dict[str, Any] = {
        name: row.get(name) or ""
        for name in ("name", "definition", "include", "exclude", "example", "not_example", "colour")
    }
    said = clean_words(
        CodeWords(
            **texts, cues=tuple(row.get("cues", ())), near_misses=tuple(row.get("near_miss", ()))
        )
    )
    wrong = bad_key(row["key"]) or next(iter(said.errors.values()), "")
    if wrong:
        raise BadInput(f"The code {row['key'][:50]} cannot be loaded. {wrong}")
    return said


def _book(session: Session, content: Content) -> Codebook:
    book = session.scalars(select(Codebook).order_by(Codebook.id.desc()).limit(1)).first()
    if book is None:
        head = content["codebook"]
        book = Codebook(
            key=head["id"][:100], name=head["name"][:NAME], version=head["version"][:20],
            unit_of_coding=head.get("unit_of_coding", ""),
            ground_rules=head.get("ground_rules", []), flags={},
        )  # fmt: skip
        session.add(book)
    book.flags = {**content["flags"], **book.flags}
    session.flush()
    return book


def _families(
    session: Session, book: Codebook, content: Content
) -> tuple[dict[str, int], list[int]]:
    """{key in the file: number here}, and the numbers of the new ones."""
    there = {key.lower(): number for key, number in session.execute(select(Family.key, Family.id))}
    last = session.scalar(select(sa.func.max(Family.position)))
    position = -1 if last is None else last
    found, new = {}, []
    for row in content["family"]:
        if not row["key"].strip() or len(row["key"]) > 50 or len(row["name"]) > NAME:
            raise BadInput("A family in that file has no key, or too long a name.")
        if row["key"].lower() not in there:
            position += 1
            family = Family(
                codebook_id=book.id, key=row["key"], name=row["name"], question=row["question"],
                position=position,
            )  # fmt: skip
            session.add(family)
            session.flush()
            there[row["key"].lower()] = family.id
            new.append(family.id)
        found[row["key"]] = there[row["key"].lower()]
    return found, new


def _beside(made: Mapping[str, Code], key: str | None, code: Code) -> int | None:
    """The parent by its key, where it came with the same file and stands in the same family."""
    parent = made.get(key or "")
    fits = parent is not None and parent is not code and parent.family_id == code.family_id
    return parent.id if parent is not None and fits else None


def _same_or_old(made: Mapping[str, Code], there: Mapping[str, int], key: str | None) -> int | None:
    if not key:
        return None
    return made[key].id if key in made else there.get(key.lower())


def _no_loops(made: Mapping[str, Code]) -> None:
    """Where parents of a file run in a ring, or merges do, the ring is opened."""
    by_id = {code.id: code for code in made.values()}
    for name in ("parent_id", "merged_into_id"):
        for code in made.values():
            seen, at = {code.id}, getattr(code, name)
            while at in by_id:
                if at in seen:
                    setattr(code, name, None)
                    break
                seen.add(at)
                at = getattr(by_id[at], name)
