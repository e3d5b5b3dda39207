"""Flags on a coding: what else a coder says of the passage, in the words of the codebook."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.codebook import service as codebook
from storybank.coding.change_acts import FLAG, set_flag
from storybank.coding.models import Coding, CodingFlag
from storybank.coding.own import held
from storybank.coding.seeing import seen
from storybank.consent.rules import Use
from storybank.errors import BadInput
from storybank.undoing import service as undoing

Flags = Mapping[str, Sequence[str]]


def known(session: Session) -> Flags:
    """{name: its values} that the codebook has, in its order."""
    book = codebook.current(session)
    return {name: list(values) for name, values in book.flags.items()} if book else {}


def on_codings(
    session: Session, use: Use, coding_ids: Collection[int]
) -> dict[int, dict[str, str]]:
    """{coding id: {name: value}} for those of these codings that the use may see."""
    return _group(
        session.execute(
            select(CodingFlag.coding_id, CodingFlag.name, CodingFlag.value)
            .join(Coding, Coding.id == CodingFlag.coding_id)
            .where(CodingFlag.coding_id.in_(list(coding_ids)), seen(use))
            .order_by(CodingFlag.coding_id, CodingFlag.name)
        )
    )


def on_story(session: Session, story_id: int) -> dict[int, dict[str, str]]:
    """The same for every coding on a story. The caller has asked the door for the codings, and
    shows only theirs."""
    return _group(
        session.execute(
            select(CodingFlag.coding_id, CodingFlag.name, CodingFlag.value)
            .join(Coding, Coding.id == CodingFlag.coding_id)
            .where(Coding.story_id == story_id, Coding.removed_at.is_(None))
            .order_by(CodingFlag.coding_id, CodingFlag.name)
        )
    )


def put(session: Session, use: Use, coding_id: int, wanted: Mapping[str, str]) -> Coding:
    """Set flags on a coding of one's own as one act; an empty value clears one.

    Raises as ``own.held`` does; BadInput for a flag or a value that the codebook does not have.
    """
    coding = held(session, use, coding_id)
    there = known(session)
    if any(name not in there or (value and value not in there[name])
           for name, value in wanted.items()):  # fmt: skip
        raise BadInput("Choose flags from the codebook.")
    rows = {row.name: row for row in session.scalars(_of(coding.id))}
    changes = []
    for name, value in wanted.items():
        was = rows[name].value if name in rows else ""
        if was != value:
            set_flag(session, coding.id, name, value)
            changes.append([name, was, value])
    session.flush()
    if changes:
        detail = {"coding": coding.id, "changes": changes}
        undoing.note(session, use, FLAG, detail, story_id=coding.story_id)
    return coding


def copy(session: Session, source: int, target: int) -> dict[str, str]:
    """Give a coding the flags of another that it does not have; {name: value} of those."""
    has = {row.name for row in session.scalars(_of(target))}
    rows = [row for row in session.scalars(_of(source)) if row.name not in has]
    for row in rows:
        set_flag(session, target, row.name, row.value)
    session.flush()
    return {row.name: row.value for row in rows}


def _of(coding_id: int) -> sa.Select[CodingFlag]:
    return select(CodingFlag).where(CodingFlag.coding_id == coding_id)


def _group(rows: sa.Result[int, str, str]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for coding_id, name, value in rows:
        found.setdefault(coding_id, {})[name] = value
    return found
