"""What a command took in: an intake that the same command goes on with where it was cut off.

Nothing of its files waits here: a story and the item that says so are written in one
transaction, so after a crash the count of items says for each file how far it came.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.errors import Conflict
from storybank.people import sealing
from storybank.people.rules import Actor
from storybank.receiving import gathering, wiping
from storybank.receiving.models import Intake, IntakeFile, IntakeItem
from storybank.receiving.rules import Outcome, Stage

STOPPED = (
    "Somebody stopped this intake. What was said to be taken in is; go on by the same command."
)
_GOING_ON = (Stage.READING.value, Stage.TAKING.value, Stage.PAUSED.value)


class Stopped(Conflict):
    """Somebody paused, or took out, the intake that a command is at."""


@dataclass(frozen=True)
class Going:
    """An intake that begins, or goes on: for each file, by its place from 1, how many items are
    done; and how many of them were taken in and refused."""

    intake_id: int
    done: Mapping[int, int]
    taken: int = 0
    refused: int = 0


@dataclass(frozen=True)
class Came:
    """Where a story came from: its file's place from 1, name and size in bytes, and its line."""

    file: int
    name: str
    size: int
    line: int | None = None


def begin(session: Session, by: Actor, asked: Any, *, keep_originals: bool = False) -> Going:
    """Begin an intake, or go on with the newest that was asked the same and is not done.

    ``asked`` is all that the command was asked, as JSON can hold it; a mark of it is kept.
    Raises NotReady without keys.
    """
    said = json.dumps(asked, ensure_ascii=True, sort_keys=True).encode()
    asked_for = json.dumps({"sha256": hashlib.sha256(said).hexdigest()})
    intake = session.scalar(
        select(Intake)
        .where(
            Intake.fingerprint.in_(sealing.marks(session, asked_for)),
            Intake.source == "command",
            Intake.status.in_(_GOING_ON),
        )
        .order_by(Intake.id.desc())
        .limit(1)
    )
    if intake is None:
        intake = gathering.begin(session, by, "command", keep_originals=keep_originals)
        intake.asked = sealing.seal(session, asked_for)
        intake.fingerprint = sealing.mark(session, asked_for)
    intake.status = Stage.TAKING.value
    rows = session.execute(
        select(IntakeFile.n, IntakeItem.status, sa.func.count())
        .join(IntakeFile, IntakeFile.id == IntakeItem.file_id)
        .where(IntakeItem.intake_id == intake.id)
        .group_by(IntakeFile.n, IntakeItem.status)
    )
    done: dict[int, int] = {}
    ended = {Outcome.TAKEN.value: 0, Outcome.REFUSED.value: 0}
    for file, status, count in rows:
        done[file] = done.get(file, 0) + count
        ended[status] = ended.get(status, 0) + count
    session.flush()
    return Going(intake.id, done, ended[Outcome.TAKEN.value], ended[Outcome.REFUSED.value])


def check_going(session: Session, intake_id: int) -> Intake:
    """The intake, held until this transaction ends. Raises Stopped where somebody did that."""
    intake = gathering.hold(session, intake_id)
    if intake.status != Stage.TAKING.value:
        raise Stopped(STOPPED)
    return intake


def note(
    session: Session, intake: Intake, came: Came, *, story_id: int | None = None,
    reason: str = "", warnings: tuple[str, ...] = (),
) -> None:  # fmt: skip
    """Note what became of one story, in the transaction in which it did: taken in as
    ``story_id``, or refused for ``reason``."""
    file = session.scalar(
        select(IntakeFile).where(IntakeFile.intake_id == intake.id, IntakeFile.n == came.file)
    )
    if file is None:
        file = gathering.add_name(session, intake, came.name)
        file.n, file.size = came.file, came.size
    item = gathering.add_item(session, intake, file, came.line)
    item.status = (Outcome.REFUSED if story_id is None else Outcome.TAKEN).value
    item.story_id, item.reason, item.warnings = story_id, reason[:400], list(warnings)
    item.changed_at = now()
    session.flush()


def end(session: Session, intake_id: int) -> None:
    """Say that everything the command was asked is done."""
    intake = gathering.hold(session, intake_id)
    if intake.status == Stage.TAKING.value:
        intake.status, intake.done_at = Stage.DONE.value, now()
        wiping.wipe_rest(session, intake_id)
