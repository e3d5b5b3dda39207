"""How far an intake and each of its items can be, in the words that pages print."""

from __future__ import annotations

from enum import StrEnum

KEPT_DAYS = 30
"""How long files wait that nobody takes in; then they are wiped."""

MAX_TABLE = 64 * 1024 * 1024
"""The largest file of many stories, in bytes."""

TABLE_KINDS = frozenset(("csv", "xlsx", "jsonl"))
"""Kinds of files that may hold many stories."""

LONGEST_NAME = 300
"""Code points of a file's name that are kept; of a longer one, its end."""

TOO_BIG_TABLE = "The file is over 64 MB. Split it into parts."


class Stage(StrEnum):
    """How far an intake is."""

    READING = "reading"
    LOOKING = "looking"
    TAKING = "taking"
    PAUSED = "paused"
    DONE = "done"
    UNDOING = "undoing"
    UNDONE = "undone"

    @property
    def sentence(self) -> str:
        return {
            Stage.READING: "The files are being read.",
            Stage.LOOKING: "Look at them, and say what the storytellers chose.",
            Stage.TAKING: "The stories are being taken in.",
            Stage.PAUSED: "Stopped for now. Nothing is lost.",
            Stage.DONE: "All done.",
            Stage.UNDOING: "All of it is being taken out again.",
            Stage.UNDONE: "All of it was taken out again.",
        }[self]


class Outcome(StrEnum):
    """What became of one item."""

    WAITING = "waiting"
    READY = "ready"
    ASKED = "asked"
    TAKEN = "taken"
    REFUSED = "refused"
    LEFT_OUT = "left out"
    UNDONE = "undone"

    @property
    def sentence(self) -> str:
        return {
            Outcome.WAITING: "Not read yet.",
            Outcome.READY: "Read, and ready to be taken in.",
            Outcome.ASKED: "Something needs your answer first.",
            Outcome.TAKEN: "Taken in.",
            Outcome.REFUSED: "It could not be taken in.",
            Outcome.LEFT_OUT: "You left it out.",
            Outcome.UNDONE: "Taken out again.",
        }[self]
