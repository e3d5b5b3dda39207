"""Undo and redo for each person, across the whole project, whenever they come back.

A room that changes something notes an ``Act`` and registers, for its kind, an ``Undoer`` in
``wiring.py``. Undoing takes the last act that stands; redoing takes the one undone last, until
the person does something new.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.permits import permits
from storybank.consent.rules import Use
from storybank.errors import Refused
from storybank.stories.rules import Place
from storybank.undoing.models import Act


@dataclass(frozen=True)
class Done:
    """What undoing or redoing did: one sentence without a storyteller's words, and where."""

    sentence: str
    story_id: int | None = None
    places: tuple[Place, ...] = ()
    """The passages that look different now."""


class Undoer(Protocol):
    """How acts of one kind are taken back. Both verbs change only what still stands as the act
    left it: what other people did since stays. Running one twice is as good as once."""

    def says(self, act: Act) -> str:
        """The act in a few words, to follow "Undo:"; no words of a story."""
        ...

    def undo(self, session: Session, use: Use, act: Act) -> Done: ...

    def redo(self, session: Session, use: Use, act: Act) -> Done: ...


Undoers = Mapping[str, Undoer]
Within = sa.ColumnElement[bool] | None
"""Which acts are meant, as a clause on ``Act``; None for all."""


def note(
    session: Session,
    use: Use,
    kind: str,
    detail: dict[str, Any],
    *,
    story_id: int | None = None,
    suggestion_id: int | None = None,
) -> Act:
    """Write down what the person asking just did. What they had undone before stays undone.

    Raises Refused for anybody without an account.
    """
    session.execute(
        sa.update(Act)
        .where(Act.account_id == account_of(use), Act.undone_at.is_not(None), ~Act.over)
        .values(over=True)
    )
    act = Act(
        account_id=account_of(use), kind=kind, story_id=story_id, suggestion_id=suggestion_id,
        detail=detail, at=now(), over=False,
    )  # fmt: skip
    session.add(act)
    session.flush()
    return act


def last(session: Session, use: Use, within: Within = None) -> Act | None:
    """What ``undo`` would take back; None where there is nothing."""
    return session.scalars(_standing(use, within).limit(1)).first()


def undone(session: Session, use: Use, within: Within = None) -> Act | None:
    """What ``redo`` would do again; None where there is nothing."""
    return session.scalars(_taken_back(use, within).limit(1)).first()


def recent(session: Session, use: Use, limit: int = 20) -> list[Act]:
    """What this person did last and could still undo, the newest first."""
    return list(session.scalars(_standing(use).limit(limit)))


def undo(session: Session, use: Use, undoers: Undoers, within: Within = None) -> Done | None:
    """Take back what this person did last; None when there is nothing to take back.

    Acts in a story that the use does not allow any more are passed over, and so are all but
    those ``within``, for pages where others would surprise.
    """
    act = session.scalars(_standing(use, within).limit(1).with_for_update()).first()
    if act is None:
        return None
    done = undoers[act.kind].undo(session, use, act)
    act.undone_at = now()
    session.flush()
    return done


def redo(session: Session, use: Use, undoers: Undoers, within: Within = None) -> Done | None:
    """Do again what this person undid last; None when there is nothing, or they did something
    else since."""
    act = session.scalars(_taken_back(use, within).limit(1).with_for_update()).first()
    if act is None:
        return None
    done = undoers[act.kind].redo(session, use, act)
    act.undone_at = None
    session.flush()
    return done


def forget_story(session: Session, story_id: int) -> None:
    """What was done in a story goes with it: nothing of it can be undone."""
    session.execute(
        sa.delete(Act).where(Act.story_id == story_id),
        execution_options={"synchronize_session": False},
    )


def _standing(use: Use, within: Within = None) -> sa.Select[Act]:
    return _of(use, within).where(Act.undone_at.is_(None)).order_by(Act.id.desc())


def _taken_back(use: Use, within: Within = None) -> sa.Select[Act]:
    taken_back = _of(use, within).where(Act.undone_at.is_not(None), ~Act.over)
    return taken_back.order_by(Act.undone_at.desc(), Act.id)


def _of(use: Use, within: Within = None) -> sa.Select[Act]:
    return select(Act).where(
        Act.account_id == account_of(use),
        sa.true() if within is None else within,
        sa.or_(Act.story_id.is_(None), permits(use, Act.story_id)),  # type: ignore[arg-type]
    )


def account_of(use: Use) -> int:
    """Whose act it is. Raises Refused for anybody without an account."""
    if use.actor.account_id is None:
        raise Refused("Sign in first.")
    return use.actor.account_id
