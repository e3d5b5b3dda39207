"""Reading the codebook, and loading one from the project's own format (TOML)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook.models import Code, Codebook, Cue, Family
from storybank.errors import BadInput, NotFound

CUE, NEAR_MISS = "cue", "near_miss"


@dataclass(frozen=True)
class CodeCard:
    """A code as pages show it."""

    id: int
    key: str
    name: str
    family: str
    family_name: str
    definition: str
    include: str
    exclude: str
    example: str
    not_example: str
    cues: tuple[str, ...] = ()
    near_misses: tuple[str, ...] = ()
    retired: bool = False


@dataclass(frozen=True)
class FamilyCard:
    """A family with its codes, in order."""

    key: str
    name: str
    question: str
    codes: tuple[CodeCard, ...]


def load(session: Session, path: Path) -> int:
    """Load a codebook file where there is none yet; the number of codes loaded.

    Raises BadInput when the file is not a codebook.
    """
    if session.scalar(select(Codebook.id).limit(1)) is not None:
        return 0
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        return _write(session, content)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, UnicodeDecodeError) as problem:
        raise BadInput("That file is not a codebook. See corpus/README.md.") from problem


def _write(session: Session, content: dict[str, Any]) -> int:
    head = content["codebook"]
    codebook = Codebook(
        key=head["id"],
        name=head["name"],
        version=head["version"],
        unit_of_coding=head.get("unit_of_coding", ""),
        ground_rules=head.get("ground_rules", []),
        flags=head.get("flags", {}),
    )
    session.add(codebook)
    session.flush()
    families: dict[str, Family] = {}
    for place, row in enumerate(content["family"]):
        families[row["key"]] = Family(
            codebook_id=codebook.id,
            key=row["key"],
            name=row["name"],
            question=row["question"],
            position=place,
        )
    session.add_all(families.values())
    session.flush()
    for place, row in enumerate(content["code"]):
        code = Code(
            family_id=families[row["family"]].id,
            key=row["key"],
            name=row["name"],
            definition=row["definition"],
            include=row.get("include", ""),
            exclude=row.get("exclude", ""),
            example=row.get("example", ""),
            not_example=row.get("not_example", ""),
            position=place,
        )
        session.add(code)
        session.flush()
        for kind, phrases in ((CUE, row.get("cues", [])), (NEAR_MISS, row.get("near_miss", []))):
            session.add_all(
                Cue(code_id=code.id, kind=kind, phrase=phrase) for phrase in dict.fromkeys(phrases)
            )
    session.flush()
    return len(content["code"])


def current(session: Session) -> Codebook | None:
    """The codebook the house works with; None before one is loaded."""
    return session.scalar(select(Codebook).order_by(Codebook.id.desc()).limit(1))


def families(session: Session, retired: bool = False) -> tuple[FamilyCard, ...]:
    """The codebook, family by family."""
    cards: dict[str, list[CodeCard]] = {}
    for card in _cards(session):
        if retired or not card.retired:
            cards.setdefault(card.family, []).append(card)
    rows = session.scalars(select(Family).order_by(Family.position)).all()
    return tuple(
        FamilyCard(row.key, row.name, row.question, tuple(cards.get(row.key, ()))) for row in rows
    )


def codes_by_id(session: Session) -> dict[int, CodeCard]:
    """Every code, retired ones too, by its number, in codebook order."""
    return {card.id: card for card in _cards(session)}


def code(session: Session, key: str) -> CodeCard:
    """One code by its key, such as EN-PEER.

    Raises NotFound when the codebook has no such code.
    """
    for card in _cards(session):
        if card.key.lower() == key.strip().lower():
            return card
    raise NotFound("The codebook has no such code.")


def codes(session: Session, ids: Iterable[int]) -> list[CodeCard]:
    """Codes in use by these numbers.

    Raises BadInput when one of them is not in the codebook, or is retired.
    """
    there = codes_by_id(session)
    wanted = list(dict.fromkeys(ids))
    if any(number not in there or there[number].retired for number in wanted):
        raise BadInput("Choose codes from the codebook.")
    return [there[number] for number in wanted]


def _cards(session: Session) -> list[CodeCard]:
    phrases: dict[tuple[int, str], list[str]] = {}
    for code_id, kind, phrase in session.execute(
        select(Cue.code_id, Cue.kind, Cue.phrase).order_by(Cue.id)
    ):
        phrases.setdefault((code_id, kind), []).append(phrase)
    rows = session.execute(
        select(Code, Family.key, Family.name)
        .join(Family, Family.id == Code.family_id)
        .order_by(Family.position, Code.position)
    )
    return [
        CodeCard(
            row.id, row.key, row.name, family, family_name, row.definition, row.include,
            row.exclude, row.example, row.not_example,
            tuple(phrases.get((row.id, CUE), ())), tuple(phrases.get((row.id, NEAR_MISS), ())),
            row.retired_at is not None,
        )
        for row, family, family_name in rows
    ]  # fmt: skip
