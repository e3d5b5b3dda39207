"""What else points to a code goes with it when it is merged into another. Each such thing, in
whichever room, has a follower; ``wiring.py`` collects them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.db import slices


class Follower(Protocol):
    """Both verbs work by numbers only. Running one twice is as good as once."""

    def follow(self, session: Session, old: int, new: int) -> list[Any]:
        """Let what points to the old code point to the new one; what ``back`` needs, as JSON."""
        ...

    def back(self, session: Session, old: int, new: int, moved: list[Any]) -> None:
        """Let what ``follow`` moved, and still points to the new code, point to the old one."""
        ...


Followers = Mapping[str, Follower]


@dataclass(frozen=True)
class Pointers:
    """A column that holds a code's number, in a table whose rows have an ``id``."""

    column: Any

    def follow(self, session: Session, old: int, new: int) -> list[int]:
        table = self.column.class_
        ids = list(session.scalars(select(table.id).where(self.column == old)))
        self._set(session, ids, old, new)
        return ids

    def back(self, session: Session, old: int, new: int, moved: list[Any]) -> None:
        self._set(session, moved, new, old)

    def _set(self, session: Session, ids: list[int], was: int, now: int) -> None:
        table = self.column.class_
        for some in slices(ids):
            session.execute(
                sa.update(table)
                .where(table.id.in_(some), self.column == was)
                .values({self.column.key: now}),
                execution_options={"synchronize_session": False},
            )
        session.expire_all()
