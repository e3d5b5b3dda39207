"""Which worker does which promised work, what waits for what, and how long it may take. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

INDEXING, SUGGESTING, MAIL, INTAKE = QUEUES = ("indexing", "suggesting", "mail", "intake")
ALL = "all"
SLOW = "-slow"
"""Ends the queue of errands, which every worker hears beside the others: no stop waits for them."""

_QUEUE_OF = {
    "mail": MAIL, "people": MAIL, "portal": MAIL,
    "suggest": SUGGESTING, "codebook": SUGGESTING, "details": SUGGESTING,
    "receiving": INTAKE,
}  # fmt: skip
"""By the room that a job is named after; any other is done where copies are cleaned."""

DEADLINE = 120.0
"""Seconds that a job may take, where nothing else is said."""
_DEADLINES = {SUGGESTING: 3600.0, INTAKE: 1800.0}
_LONG = {"search.erase": 1800.0, "search.rebuild": 7200.0, "mail.send": 300.0}


def queues_heard(asked: Collection[str]) -> tuple[str, ...]:
    """The queues that were asked for, each named once."""
    return tuple(name for name in QUEUES if ALL in asked or name in asked)


def queue_of(name: str) -> str:
    """The queue in which jobs of this name wait."""
    return _QUEUE_OF.get(name.partition(".")[0], INDEXING)


def lock_of(name: str, args: Mapping[str, Any]) -> str:
    """Of jobs with one lock one runs at a time, in the order of their promises.

    Work about a story waits for earlier work about it; learning is one for the whole house.
    """
    if queue_of(name) == SUGGESTING:
        return SUGGESTING
    for kind in ("story", "intake", "message"):
        number = args.get(f"{kind}_id")
        if number is not None:
            return f"{kind}:{number}"
    return name


def deadline_of(name: str) -> float:
    """Seconds after which a worker that still does this job is taken to hang."""
    return _LONG.get(name) or _DEADLINES.get(queue_of(name), DEADLINE)
