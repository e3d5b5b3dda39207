"""How everything that is done to a collective answer is taken back, and done again."""

from __future__ import annotations

import sqlalchemy as sa

from storybank.synthesis import answer_acts, cluster_acts, themes
from storybank.undoing.models import Act
from storybank.undoing.service import Undoer

UNDOERS: dict[str, Undoer] = {
    **cluster_acts.UNDOERS, **themes.UNDOERS, **answer_acts.UNDOERS,
}  # fmt: skip


def within(workshop_id: int | None = None) -> sa.ColumnElement[bool]:
    """Which acts are of collective answers, of one workshop's where it is named."""
    ours = Act.kind.in_(list(UNDOERS))
    if workshop_id is None:
        return ours
    return sa.and_(ours, Act.detail["workshop"].as_integer() == workshop_id)
