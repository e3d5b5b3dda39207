"""Hints about the codebook that somebody found no help: put aside for the whole team, and back."""

from __future__ import annotations

import re
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.coding.own import coder_of
from storybank.consent.rules import Use
from storybank.errors import BadInput
from storybank.suggest.help_models import PutAside
from storybank.undoing import service as undoing
from storybank.undoing.models import Act
from storybank.undoing.service import Done

CUE, WORDS, CONFUSED, MERGE, SPLIT, PASSAGE = (
    "cue", "words", "confused", "merge", "split", "passage",
)  # fmt: skip
KINDS = (CUE, WORDS, CONFUSED, MERGE, SPLIT, PASSAGE)
ASIDE = "help put aside"

Hint = tuple[str, str]
"""(kind, what it is about)."""


def put_aside(session: Session, use: Use, kind: str, key: str) -> bool:
    """Put a hint aside for everybody. False where it was aside already.

    Raises BadInput for what is no hint.
    """
    account = coder_of(use)
    if kind not in KINDS or not re.fullmatch(r"[0-9a-f-]{1,80}", key):
        raise BadInput("There is no such hint.")
    if _row(session, kind, key) is not None:
        return False
    session.add(PutAside(kind=kind, key=key, account_id=account, at=now()))
    session.flush()
    undoing.note(session, use, ASIDE, {"kind": kind, "key": key, "aside": True})
    return True


def bring_back(session: Session, use: Use, kind: str, key: str) -> bool:
    """Show a hint again. False where it was not aside."""
    coder_of(use)
    row = _row(session, kind, key)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    undoing.note(session, use, ASIDE, {"kind": kind, "key": key, "aside": False})
    return True


def aside(session: Session) -> frozenset[Hint]:
    """Everything that is put aside."""
    rows = session.execute(select(PutAside.kind, PutAside.key))
    return frozenset((kind, key) for kind, key in rows)


@dataclass(frozen=True)
class Aside:
    """A hint that was put aside, or brought back."""

    def says(self, act: Act) -> str:
        return f"a hint for the codebook {'put aside' if act.detail['aside'] else 'brought back'}"

    def undo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, not act.detail["aside"])

    def redo(self, session: Session, use: Use, act: Act) -> Done:
        return self._set(session, act, act.detail["aside"])

    def _set(self, session: Session, act: Act, there: bool) -> Done:
        kind, key = act.detail["kind"], act.detail["key"]
        row = _row(session, kind, key)
        if there and row is None:
            session.add(PutAside(kind=kind, key=key, account_id=act.account_id, at=now()))
        elif row is not None and not there:
            session.delete(row)
        session.flush()
        return Done("The hint is put aside." if there else "The hint is shown again.")


def _row(session: Session, kind: str, key: str) -> PutAside | None:
    return session.scalar(sa.select(PutAside).where(PutAside.kind == kind, PutAside.key == key))


UNDOERS: dict[str, undoing.Undoer] = {ASIDE: Aside()}
