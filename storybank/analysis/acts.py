"""What a researcher did with queries, tables and pictures, as acts that can be undone."""

from __future__ import annotations

from storybank.analysis import framework_acts, saved_acts
from storybank.undoing.service import Undoer

UNDOERS: dict[str, Undoer] = {**saved_acts.UNDOERS, **framework_acts.UNDOERS}
