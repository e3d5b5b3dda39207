"""Suggestions of a code that was merged into another suggest that one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from storybank.db import slices
from storybank.suggest.models import Suggestion


class SuggestionsFollow:
    """A sentence has one suggestion for each code. Where both codes had one, the old code's stays
    where it is: it waits no more, as its code is out of use, and the next reading takes it away
    unless somebody answered it."""

    def follow(self, session: Session, old: int, new: int) -> list[Any]:
        return self._move(session, old, new, Suggestion.code_id == old)

    def back(self, session: Session, old: int, new: int, moved: list[Any]) -> None:
        for some in slices(moved):
            these = Suggestion.id.in_(some)
            self._move(session, new, old, sa.and_(these, Suggestion.code_id == new))

    def _move(
        self, session: Session, was: int, now: int, which: sa.ColumnElement[bool]
    ) -> list[Any]:
        other = aliased(Suggestion)
        double = sa.exists().where(
            other.code_id == now, other.story_id == Suggestion.story_id,
            other.version == Suggestion.version, other.start == Suggestion.start,
            other.end == Suggestion.end,
        )  # fmt: skip
        ids = list(session.scalars(select(Suggestion.id).where(which, ~double)))
        for some in slices(ids):
            session.execute(
                sa.update(Suggestion).where(Suggestion.id.in_(some)).values(code_id=now),
                execution_options={"synchronize_session": False},
            )
        return ids
