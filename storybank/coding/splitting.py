"""Splitting a code: somebody reads its passages and chooses for each which code it is. What is
not chosen yet keeps the old code; a split can be left and gone on with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.codebook import changes, changing
from storybank.codebook import service as codebook
from storybank.codebook.changes import SPLIT, SPLIT_DONE
from storybank.codebook.models import Code, CodebookChange
from storybank.codebook.service import CodeCard
from storybank.coding import reading as codings_of
from storybank.coding.models import Coding
from storybank.coding.reading import CodingCard
from storybank.coding.recoding_models import CarriedCoding
from storybank.coding.seeing import seen
from storybank.consent.rules import Use
from storybank.errors import BadInput, Conflict, NotFound
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Done

SPLIT_CODE, SPLIT_CHOICE = "split code", "split choice"
MOST = 9
"""Into how many codes one may be split: as many as there are digits to press."""


@dataclass(frozen=True)
class Splitting:
    """A split that was begun."""

    id: int
    code: CodeCard
    into: tuple[CodeCard, ...]
    is_open: bool
    at: datetime
    done: int
    """How many passages were chosen for, of those the use may see."""
    left: int


def start(session: Session, use: Use, key: str, into: Sequence[str], why: str = "") -> int:
    """Begin to split a code into others that are there; the number of the split.

    Raises BadInput for fewer than one code beside itself, Conflict where one is out of use.
    """
    changes.editor(use)
    code = codebook.code(session, key)
    others = [codebook.code(session, one) for one in dict.fromkeys(into)]
    others = [one for one in others if one.id != code.id]
    if not others:
        raise BadInput("Choose at least one other code to split it into.")
    if len(others) > MOST - 1:
        raise BadInput(f"Split it into at most {MOST - 1} codes at a time.")
    for one in (code, *others):
        if one.retired:
            raise Conflict(f"“{one.name}” is no longer in use. Look at the codebook again.")
    names = ", ".join(f"“{one.name}”" for one in others)
    change = changes.record(
        session, use, SPLIT, code_id=code.id, why=why, into=[one.id for one in others],
        open=True, names=names,
    )  # fmt: skip
    says = f"“{code.name}” being split"
    undoing.note(session, use, SPLIT_CODE, {"change": change.id, "open": True, "says": says})
    return change.id


def finish(session: Session, use: Use, split_id: int, *, retire: bool) -> None:
    """End a split; with ``retire``, take the old code out of use. Raises NotFound."""
    changes.editor(use)
    change = _change(session, split_id)
    if not change.detail["open"]:
        return
    change.detail = {**change.detail, "open": False}
    changes.record(session, use, SPLIT_DONE, code_id=change.code_id, split=split_id)
    code = session.get_one(Code, change.code_id)
    says = f"the split of “{code.name}” ended"
    undoing.note(session, use, SPLIT_CODE, {"change": split_id, "open": False, "says": says})
    if retire:
        changing.retire(session, use, code.key, why="It was split.")


def found(session: Session, use: Use, split_id: int) -> Splitting:
    """A split, with how far it has come. Raises NotFound."""
    change = _change(session, split_id)
    cards = codebook.codes_by_id(session)
    done = session.scalar(
        select(sa.func.count())
        .select_from(CarriedCoding)
        .join(
            Coding, Coding.id == sa.func.coalesce(CarriedCoding.joined_id, CarriedCoding.coding_id)
        )
        .where(CarriedCoding.change_id == split_id, seen(use))
    )
    left = session.scalar(
        select(sa.func.count()).select_from(Coding).where(*_waits(use, change))
    )  # fmt: skip
    return Splitting(
        split_id, cards[change.code_id or 0],
        tuple(cards[number] for number in change.detail["into"]),
        bool(change.detail["open"]), change.at, done or 0, left or 0,
    )  # fmt: skip


def open_splits(session: Session, code_id: int | None = None) -> list[CodebookChange]:
    """Splits that nobody has ended, of one code or of all."""
    rows = session.scalars(
        select(CodebookChange)
        .where(
            CodebookChange.kind == SPLIT,
            sa.true() if code_id is None else CodebookChange.code_id == code_id,
        )
        .order_by(CodebookChange.id)
    )
    return [row for row in rows if row.detail["open"]]


def waiting(session: Session, use: Use, split_id: int, limit: int) -> list[CodingCard]:
    """The first passages nobody has chosen for yet, of those the use may see."""
    change = _change(session, split_id)
    ids = session.scalars(
        select(Coding.id)
        .where(*_waits(use, change))
        .order_by(Coding.story_id, Coding.start, Coding.end, Coding.id)
        .limit(limit)
    ).all()
    cards = {card.id: card for card in codings_of.with_ids(session, use, ids)}
    return [cards[number] for number in ids if number in cards]


def choose(session: Session, use: Use, split_id: int, chosen: Mapping[int, int]) -> int:
    """Give each of these codings {coding: code} the code somebody chose for it, as one act; how
    many. One that somebody changed meanwhile is left as it is.

    Raises NotFound, Conflict where the split has ended, BadInput for a code that is not of it.
    """
    changes.editor(use)
    change = _change(session, split_id)
    old = change.code_id or 0
    if not change.detail["open"]:
        raise Conflict("This split has ended. Look at the code's page.")
    if not set(chosen.values()) <= {old, *change.detail["into"]}:
        raise BadInput("Choose one of the codes it is split into.")
    held = {card.id for card in codebook.codes(session, set(chosen.values()) - {old})}
    if not set(chosen.values()) - {old} <= held:
        raise Conflict("One of the codes was merged meanwhile. Start another split.")
    codings = session.scalars(
        select(Coding)
        .where(Coding.id.in_(list(chosen)), *_waits(use, change))
        .order_by(Coding.id)
        .with_for_update(of=Coding)
        .execution_options(populate_existing=True)
    ).all()
    moment, rows = now(), []
    for coding in codings:
        new = chosen[coding.id]
        twin = _twin(session, coding, new) if new != old else None
        session.add(
            CarriedCoding(
                change_id=split_id,
                coding_id=coding.id,
                from_code_id=old,
                to_code_id=new,
                stood=True,
                joined_id=twin,
                version=coding.version,
                start=coding.start,
                end=coding.end,
            )  # fmt: skip
        )
        coding.code_id = new
        if twin is not None:
            coding.removed_at = moment
        rows.append([coding.id, new, twin is not None])
    session.flush()
    if rows:
        says = f"{_passages(len(rows))} chosen for"
        undoing.note(session, use, SPLIT_CHOICE, {"change": split_id, "rows": rows, "says": says})
    return len(rows)


def _waits(use: Use, change: CodebookChange) -> tuple[sa.ColumnElement[bool], ...]:
    done = sa.exists().where(
        CarriedCoding.change_id == change.id, CarriedCoding.coding_id == Coding.id
    )
    return Coding.code_id == change.code_id, ~done, seen(use)


def _change(session: Session, split_id: int) -> CodebookChange:
    change = session.get(CodebookChange, split_id)
    if change is None or change.kind != SPLIT:
        raise NotFound("There is no such split.")
    return change


def _twin(session: Session, coding: Coding, code_id: int) -> int | None:
    return session.scalar(
        select(sa.func.min(Coding.id)).where(
            Coding.story_id == coding.story_id, Coding.version == coding.version,
            Coding.start == coding.start, Coding.end == coding.end, Coding.code_id == code_id,
            Coding.coder_id == coding.coder_id, Coding.removed_at.is_(None),
        )
    )  # fmt: skip


class Chosen:
    """Choices of a split, taken back and made again."""

    def says(self, act: Act) -> str:
        return str(act.detail["says"])

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        change = session.get_one(CodebookChange, act.detail["change"])
        count = 0
        for coding_id, new, joined in act.detail["rows"]:
            carried = session.get(CarriedCoding, (change.id, coding_id))
            coding = session.get(Coding, coding_id, with_for_update=True)
            if carried is None or coding is None or coding.code_id != new:
                continue
            if joined != (coding.removed_at is not None):
                continue
            coding.code_id = change.code_id or 0
            coding.removed_at = None
            session.delete(carried)
            count += 1
        session.flush()
        return Done(f"{_passages(count)} to be chosen for again.")

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        change = session.get_one(CodebookChange, act.detail["change"])
        count = 0
        for coding_id, new, _ in act.detail["rows"]:
            coding = session.get(Coding, coding_id, with_for_update=True)
            retired = new != change.code_id and session.scalar(
                select(Code.retired_at).where(Code.id == new).with_for_update(read=True)
            )
            there = session.get(CarriedCoding, (change.id, coding_id)) is not None
            if coding is None or there or retired or coding.removed_at is not None:
                continue
            if coding.code_id != change.code_id:
                continue
            session.add(
                CarriedCoding(
                    change_id=change.id,
                    coding_id=coding_id,
                    from_code_id=coding.code_id,
                    to_code_id=new,
                    stood=True,
                    joined_id=None,
                    version=coding.version,
                    start=coding.start,
                    end=coding.end,
                )  # fmt: skip
            )
            twin = _twin(session, coding, new) if new != change.code_id else None
            coding.code_id = new
            if twin is not None:
                coding.removed_at = now()
            count += 1
        session.flush()
        return Done(f"{_passages(count)} chosen for again.")


class State:
    """A split that was begun or ended: undone, it is as it was; choices stay."""

    def says(self, act: Act) -> str:
        return str(act.detail["says"])

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, not act.detail["open"])

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, act.detail["open"])

    def _set(self, session: Session, act: Act, is_open: bool) -> Done:
        change: Any = session.get_one(CodebookChange, act.detail["change"])
        change.detail = {**change.detail, "open": is_open}
        session.flush()
        return Done("The split is open." if is_open else "The split has ended.")


def _passages(count: int) -> str:
    return "1 passage" if count == 1 else f"{count} passages"


UNDOERS: dict[str, undoing.Undoer] = {SPLIT_CODE: State(), SPLIT_CHOICE: Chosen()}
