"""What a query line finds, as numbers of codings."""

from __future__ import annotations

from sqlalchemy.orm import Session

from storybank.analysis import queries
from storybank.consent.rules import Use
from storybank.search.index import Finds


def among(session: Session, use: Use, line: str, index: Finds | None = None) -> list[int] | None:
    """The codings that a query line finds; None where there is no line.

    Raises BadInput, with what was understood, for a line that is no query.
    """
    if not line.strip():
        return None
    return list(queries.matching(session, use, line, index).coding_ids)
