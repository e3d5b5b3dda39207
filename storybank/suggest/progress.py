"""How far the machine is with learning and suggesting, for pages and commands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session


class Doing(StrEnum):
    FITTING = "fitting"
    SUGGESTING = "suggesting"
    IDLE = "idle"


@dataclass(frozen=True)
class Progress:
    """``done`` of ``of`` stories were read for suggestions; ``since`` when it began."""

    doing: Doing
    done: int = 0
    of: int = 0
    since: datetime | None = None


def state(session: Session) -> Progress:
    return Progress(Doing.IDLE)
