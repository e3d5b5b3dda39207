"""Whatever keeps a copy made from words answers to these two verbs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Protocol

from sqlalchemy.orm import Session


class Derivative(Protocol):
    """A keeper of copies: the search index, suggestions, packs."""

    name: str

    def reconcile(self, session: Session, story_ids: Collection[int]) -> None:
        """Make the copies of these stories agree with what the door allows now.

        Running it twice is harmless.
        """

    def strays(self, session: Session) -> Iterator[tuple[int, str]]:
        """Copies that should not be there: (story id, one line without any of its words)."""
