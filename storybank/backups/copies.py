"""The seam between a backup and the database it is of: one adapter for each kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from storybank.consent.ledger_lines import Position

CACHES = "_standing"
"""Tables so ended are folded from events. A restored house starts without them: where nothing
stands nothing is shown, whoever may ask, until the ledger has been carried out."""
PASSING = ("node", "search_change")
"""Tables of what was under way just then on a server: which machines there were, and what their
indexes had yet to follow. They begin anew."""

FACTS = "house_fact"
PASSING_FACTS = ("search changes",)
"""Of what a house notes of itself, what speaks of one server's own numbers."""


@dataclass(frozen=True)
class Taken:
    """What a copy holds, counted in the same snapshot of the database that was copied."""

    rows: Mapping[str, int]
    revision: str
    newest_event_at: datetime | None


@dataclass(frozen=True)
class Mark:
    """What is written into a restored database in one step with its rows."""

    backup_made_at: datetime
    restored_at: datetime
    ledger: Position

    @property
    def values(self) -> dict[str, str | int]:
        return {
            "backup_made_at": self.backup_made_at.isoformat(" ", "microseconds"),
            "restored_at": self.restored_at.isoformat(" ", "microseconds"),
            "ledger_lines": self.ledger.lines,
            "ledger_hash": self.ledger.hash,
        }


class Copies(Protocol):
    """Copies a database while others write to it, and puts such a copy in its place."""

    kind: str
    file: str
    """What the copy is called."""

    def take(self, url: str, file: Path) -> Taken:
        """Copy the database to ``file``, and read the copy to see that it is whole.

        Raises NotReady when it cannot be copied, or the copy is not what was copied.
        """

    def put(self, url: str, file: Path, rows: Mapping[str, int], mark: Mark) -> None:
        """Put the copy where the database at ``url`` is, all at once or not at all.

        Raises NotReady when it cannot, or the copy does not hold these rows.
        """
