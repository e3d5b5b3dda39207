"""How everything that is done to a collective answer is taken back, and done again."""

from __future__ import annotations

from storybank.synthesis import answer_acts, cluster_acts, themes
from storybank.undoing.service import Undoer

UNDOERS: dict[str, Undoer] = {
    **cluster_acts.UNDOERS, **themes.UNDOERS, **answer_acts.UNDOERS,
}  # fmt: skip
