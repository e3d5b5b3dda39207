"""The codebook as pages show it: families and codes in order, each with what it says."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook.models import Code, Cue, Family
from storybank.codebook.rules import FAMILY_COLOURS, PATTERNS, Node, in_order, initial_of

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
    parent_id: int | None = None
    """The wider code it is a kind of, in the same family."""
    depth: int = 0
    """How many codes of the list stand above it."""
    colour: str = FAMILY_COLOURS[0]
    """``#rrggbb``: its own, or its family's. Never the only sign of it."""
    own_colour: bool = False
    pattern: str = PATTERNS[0]
    """How lines of its family are drawn: solid, dashed, double or dotted."""
    initial: str = ""
    """One or two letters to stand on its colour."""
    merged_into_id: int | None = None
    """The code its codings went to."""


@dataclass(frozen=True)
class FamilyCard:
    """A family with its codes, in order: children after their parents."""

    key: str
    name: str
    question: str
    codes: tuple[CodeCard, ...]


def cards(session: Session, retired: bool = True) -> list[CodeCard]:
    """Every code in codebook order, children after parents; without the retired if so wished."""
    return _flat(_by_family(session), retired)


def book(session: Session) -> tuple[tuple[FamilyCard, ...], dict[int, CodeCard]]:
    """The codes in use family by family, and every code by its number: read once for both."""
    by_family = _by_family(session)
    every = {card.id: card for card in _flat(by_family, retired=True)}
    return _families(session, _flat(by_family, retired=False)), every


def _flat(by_family: dict[str, dict[int, CodeCard]], retired: bool) -> list[CodeCard]:
    return [card for family in by_family.values() for card in _nested(family, retired)]


def _by_family(session: Session) -> dict[str, dict[int, CodeCard]]:
    """{family's key: {code's number: its card}}, as they stand in the codebook."""
    phrases: dict[tuple[int, str], list[str]] = {}
    for code_id, kind, phrase in session.execute(
        select(Cue.code_id, Cue.kind, Cue.phrase).order_by(Cue.id)
    ):
        phrases.setdefault((code_id, kind), []).append(phrase)
    looks = _looks(session)
    rows = session.execute(
        select(Code, Family.key, Family.name)
        .join(Family, Family.id == Code.family_id)
        .order_by(Family.position, Family.id, Code.position, Code.id)
        # Columns as they are now: somebody may have changed them in another transaction.
        .execution_options(populate_existing=True)
    )
    by_family: dict[str, dict[int, CodeCard]] = {}
    for row, family, family_name in rows:
        pattern, colour = looks[family]
        by_family.setdefault(family, {})[row.id] = CodeCard(
            row.id, row.key, row.name, family, family_name, row.definition, row.include,
            row.exclude, row.example, row.not_example,
            tuple(phrases.get((row.id, CUE), ())), tuple(phrases.get((row.id, NEAR_MISS), ())),
            row.retired_at is not None, row.parent_id, 0, row.colour or colour,
            row.colour is not None, pattern, initial_of(row.name), row.merged_into_id,
        )  # fmt: skip
    return by_family


def _nested(family: dict[int, CodeCard], retired: bool) -> list[CodeCard]:
    nodes = [
        Node(card.id, card.parent_id, hidden=card.retired and not retired)
        for card in family.values()
    ]
    return [
        family[number] if not depth else replace(family[number], depth=depth)
        for number, _, depth in in_order(nodes)
    ]


def _looks(session: Session) -> dict[str, tuple[str, str]]:
    """The pattern and colour of each family, by where it stands."""
    keys = session.scalars(select(Family.key).order_by(Family.position, Family.id)).all()
    last = len(PATTERNS) - 1
    return {
        key: (PATTERNS[min(place, last)], FAMILY_COLOURS[min(place, last)])
        for place, key in enumerate(keys)
    }


def family_cards(
    session: Session, retired: bool = False, only: Collection[int] | None = None
) -> tuple[FamilyCard, ...]:
    """The codebook, family by family; ``only`` keeps these codes."""
    every = cards(session, retired)
    return _families(session, [card for card in every if only is None or card.id in only])


def _families(session: Session, shown: list[CodeCard]) -> tuple[FamilyCard, ...]:
    found: dict[str, list[CodeCard]] = {}
    for card in shown:
        found.setdefault(card.family, []).append(card)
    rows = session.scalars(select(Family).order_by(Family.position, Family.id)).all()
    return tuple(
        FamilyCard(row.key, row.name, row.question, tuple(found.get(row.key, ()))) for row in rows
    )
