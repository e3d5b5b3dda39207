"""What each fit found of itself on answers it had not seen; and the codes it holds back, and why.

Fits that learnt from answers on a story which may not be studied now are left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from storybank.consent.permits import permits
from storybank.suggest.learned_models import LearnedFrom, LearnedModel
from storybank.suggest.shares import Share, in_ten, share
from storybank.suggest.standing import machine_use

MOST = 60
"""So many of the newest fits are shown."""
WANTED, SAY_SO = 0.60, 8
"""What share of a code's suggestions should be right, told by so many, for it to be suggested: what
the learner goes by, said here again because no page loads the learner."""


@dataclass(frozen=True)
class Fit:
    """One fit: how many answers, and how often it was right on those it had not seen."""

    id: int
    made_at: datetime
    answers: int
    share: Share
    """Out of fold, of the three likeliest codes of each passage."""
    error: float | None
    """The mean distance between chance and share."""
    seconds: float
    held_back: int


@dataclass(frozen=True)
class Held:
    """A code that is not suggested yet, and what is missing."""

    code: int
    why: str


def fits(session: Session, code_id: int | None = None) -> tuple[list[Fit], int]:
    """Fits from the first to the last, of all codes or one; and how many are left out."""
    learnt = aliased(LearnedFrom)
    closed = sa.exists().where(
        learnt.model_id == LearnedModel.id,
        learnt.answers > 0,
        ~permits(machine_use(), learnt.story_id),
    )
    every = session.scalar(select(sa.func.count(LearnedModel.id))) or 0
    stands = session.scalar(select(sa.func.count(LearnedModel.id)).where(~closed)) or 0
    rows = session.scalars(
        select(LearnedModel).where(~closed).order_by(LearnedModel.id.desc()).limit(MOST)
    ).all()
    return [_fit(row, code_id) for row in reversed(rows)], every - stands


def _fit(row: LearnedModel, code_id: int | None) -> Fit:
    found: Mapping[str, Any] = row.figures.get("overall") or {}
    if code_id is not None:
        found = (row.figures.get("codes") or {}).get(str(code_id)) or {}
    return Fit(
        row.id, row.made_at, row.answers, share(int(found.get("right") or 0),
        int(found.get("shown") or 0)), found.get("error"), row.seconds, len(row.held_back),
    )  # fmt: skip


def held_back(model: LearnedModel) -> list[Held]:
    """Codes the model in use does not suggest yet, with what is missing in plain words."""
    codes = model.figures.get("codes") or {}
    return [Held(code, missing(codes.get(str(code)) or {})) for code in model.held_back]


def missing(found: Mapping[str, Any]) -> str:
    """What is missing for a code to be suggested."""
    confirmed, declined = int(found.get("confirmed") or 0), int(found.get("declined") or 0)
    heard = f"People said yes {_times(confirmed)} and no {_times(declined)}."
    expected, shown = found.get("expected"), int(found.get("shown") or 0)
    if expected is None or shown < SAY_SO:
        return f"{heard} That is too little to tell how often it would be right."
    wanted = f"{round(10 * WANTED)} in 10"
    return (
        f"{heard} Tried on answers it had not seen, {in_ten(expected)} of its suggestions would "
        f"be right; it is suggested from {wanted} on. More answers, a clearer definition or "
        "better cue phrases can bring it there."
    )


def _times(count: int) -> str:
    return {0: "never", 1: "once", 2: "twice"}.get(count, f"{count:,} times")
