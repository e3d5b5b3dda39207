"""The codebook as a table, as a text to read, and as data. It holds no word of a story: passages
that are its examples stay where they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from storybank.codebook import service as codebook
from storybank.codebook.service import CodeCard, FamilyCard
from storybank.exchange.about import moment, stamp
from storybank.exchange.pieces import FACTS, HEADING, PLAIN, SMALLER, TERM, Paper, Piece
from storybank.exchange.sheets import Row, Sheet

HEAD = (
    "family", "family_name", "question", "code", "name", "wider_code", "definition", "include",
    "exclude", "example", "not_example", "cue_phrases", "near_misses", "colour", "in_use",
    "merged_into",
)  # fmt: skip
LONG = frozenset({"definition", "include", "exclude", "example", "not_example", "question"})
_TERMS = (
    ("definition", "What it means"), ("include", "Include"), ("exclude", "Leave out"),
    ("example", "Example"), ("not_example", "Not an example"),
)  # fmt: skip


def sheet(session: Session, at: datetime) -> Sheet:
    """The codebook as a table, codes that are no longer in use at the place they had."""
    families = codebook.families(session, retired=True)
    keys = {code.id: code.key for family in families for code in family.codes}
    rows = [_row(family, code, keys) for family in families for code in family.codes]
    return Sheet("Codebook", HEAD, [rows], about(session, at), LONG)


def paper(session: Session, at: datetime) -> Paper:
    """The codebook to read: the codes that are in use."""
    families = codebook.families(session)
    return Paper("Codebook", about(session, at), [_pieces(family) for family in families])


def data(session: Session, at: datetime) -> Iterator[str]:
    """The codebook as JSON: families, and in each its codes, by key."""
    families = codebook.families(session, retired=True)
    keys = {code.id: code.key for family in families for code in family.codes}
    found = {
        "about": about(session, at),
        "generated": stamp(at),
        "families": [
            {
                "key": family.key, "name": family.name, "question": family.question,
                "codes": [_code(code, keys) for code in family.codes],
            }
            for family in families
        ],
    }  # fmt: skip
    yield json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def about(session: Session, at: datetime) -> tuple[str, ...]:
    """What stands at the top of a codebook."""
    book = codebook.current(session)
    name = f"{book.name}, version {book.version}. " if book else ""
    return (
        f"{name}Taken from Storybank {moment(at)}.",
        "It holds no word of anybody's story: its examples are its own.",
    )


def _row(family: FamilyCard, code: CodeCard, keys: dict[int, str]) -> Row:
    return (
        family.key, family.name, family.question, code.key, code.name,
        keys.get(code.parent_id or 0, ""), code.definition, code.include, code.exclude,
        code.example, code.not_example, "; ".join(code.cues), "; ".join(code.near_misses),
        code.colour, not code.retired, keys.get(code.merged_into_id or 0, ""),
    )  # fmt: skip


def _code(code: CodeCard, keys: dict[int, str]) -> dict[str, object]:
    found = asdict(code)
    for name in ("id", "family", "family_name", "depth", "own_colour", "pattern", "initial"):
        found.pop(name, None)
    found["parent"] = keys.get(found.pop("parent_id") or 0)
    found["merged_into"] = keys.get(found.pop("merged_into_id") or 0)
    return found


def _pieces(family: FamilyCard) -> list[Piece]:
    found: list[Piece] = [(HEADING, family.name), (PLAIN, family.question)]
    names = {code.id: code.name for code in family.codes}
    for code in family.codes:
        found += [(SMALLER, code.name), (FACTS, code.key)]
        if code.parent_id in names:
            found[-1] = (FACTS, f"{code.key}, a kind of “{names[code.parent_id]}”")
        for field, label in _TERMS:
            words = getattr(code, field)
            found += [(TERM, label), (PLAIN, words)] if words else []
        if code.cues:
            found += [(TERM, "Cue phrases"), (PLAIN, "; ".join(code.cues))]
        if code.near_misses:
            found += [(TERM, "Looks like it and is not"), (PLAIN, "; ".join(code.near_misses))]
    return found
