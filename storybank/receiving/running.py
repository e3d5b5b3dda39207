"""The errands of this room: files are read, and stories taken in, one after the other.

Each step is a transaction of its own that leaves nothing half done, so being killed, or run
twice, does no harm; after some seconds an errand lets the others have their turn.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from storybank.clock import now
from storybank.db import writing
from storybank.errors import BadInput, NotReady, Refused, StorybankError
from storybank.intake.ahead import Asked, read_ahead
from storybank.intake.rules import TOO_HARD
from storybank.people import service as people
from storybank.people.rules import MACHINE, Actor
from storybank.receiving import gathering, rows, undoing, working
from storybank.receiving.models import Intake, IntakeFile, IntakeItem
from storybank.receiving.reading import Read
from storybank.receiving.rules import TABLE_KINDS, Outcome, Stage
from storybank.receiving.wiping import wipe_rest

TURN = 8.0
"""Seconds after which an errand lets others have their turn."""
TOGETHER = 4
"""How many files are asked for at once."""

log = structlog.get_logger()


class Waiting(NamedTuple):
    """An item to be read: what reading it needs, and nothing of the database. Of a table the
    bytes are read for themselves."""

    item_id: int
    name: str
    kind: str
    data: bytes
    encoding: str | None


def read_waiting(sessions: sessionmaker[Session]) -> Callable[[dict[str, Any]], datetime | None]:
    """Does the errand of reading what waits in one intake."""
    return lambda args: _turn(lambda: read_next(sessions, args["intake_id"]))


def take_ready(sessions: sessionmaker[Session]) -> Callable[[dict[str, Any]], datetime | None]:
    """Does the errand of taking in what is ready in one intake, for whoever asked for it."""

    def does(args: dict[str, Any]) -> datetime | None:
        with sessions() as session:
            by = _who(session, args["account_id"])
        return _turn(lambda: take_next(sessions, by, args["intake_id"]))

    return does


def undo_rest(sessions: sessionmaker[Session]) -> Callable[[dict[str, Any]], datetime | None]:
    """Does the errand of taking the rest of an intake out again."""

    def does(args: dict[str, Any]) -> datetime | None:
        with sessions() as session:
            by = _who(session, args["account_id"])
            left = undoing.next_ones(session, args["intake_id"])
        until = time.monotonic() + TURN
        for item_id in left:
            with writing(sessions) as session:
                undoing.undo_one(session, by, item_id)
            if time.monotonic() > until:
                return now()
        with writing(sessions) as session:
            undoing.end(session, gathering.hold(session, args["intake_id"]))
        return None

    return does


def read_next(sessions: sessionmaker[Session], intake_id: int) -> bool:
    """Read the next files of an intake; whether there were any. Nothing is held meanwhile."""
    with sessions() as session:
        waiting = list(_waiting(session, intake_id))
    if not waiting:
        _all_read(sessions, intake_id)
        return False
    if waiting[0].kind in TABLE_KINDS:
        rows.read_table(sessions, intake_id, waiting[0].item_id)
        return True
    alone = [one for one in waiting if one.kind not in TABLE_KINDS]
    asked = [Asked(one.name, one.data, one.encoding) for one in alone]
    try:
        found: list[Read | str] = [
            arrival.sentence if isinstance(arrival, BadInput) else working.as_read(arrival)
            for arrival in read_ahead(asked)
        ]
    except NotReady:
        raise
    except Exception as problem:
        # One file must not keep the others waiting for ever.
        log.warning("files_not_read", trouble=type(problem).__name__)
        found = [_one(one) for one in alone]
    with writing(sessions) as session:
        for one, what in zip(alone, found, strict=True):
            item = session.get(IntakeItem, one.item_id, with_for_update=True)
            if item is not None and item.status == Outcome.WAITING.value:
                working.note(session, item, what)
    return True


def take_next(sessions: sessionmaker[Session], by: Actor, intake_id: int) -> bool:
    """Take in the next item that is ready, in one transaction; whether there was any.

    One that is refused keeps its sentence, and the others go on.
    """
    item_id = None
    try:
        with writing(sessions) as session:
            item_id = _next_ready(session, intake_id)
            if item_id is None:
                return False
            working.take(session, by, session.get_one(IntakeItem, item_id))
        return True
    except NotReady:
        raise
    except StorybankError as problem:
        with writing(sessions) as session:
            item = session.get(IntakeItem, item_id, with_for_update=True)
            if item is not None and item.status == Outcome.READY.value:
                asks = isinstance(problem, Refused)
                item.status = (Outcome.ASKED if asks else Outcome.REFUSED).value
                item.reason, item.changed_at = problem.sentence[:400], now()
        return True


def _turn(step: Callable[[], bool]) -> datetime | None:
    until = time.monotonic() + TURN
    while step():
        if time.monotonic() > until:
            return now()
    return None


def _waiting(session: Session, intake_id: int) -> Iterator[Waiting]:
    intake = session.get(Intake, intake_id)
    if intake is None or intake.status != Stage.READING.value:
        return
    query = (
        select(IntakeItem, IntakeFile)
        .join(IntakeFile, IntakeFile.id == IntakeItem.file_id)
        .where(IntakeItem.intake_id == intake_id, IntakeItem.status == Outcome.WAITING.value)
        .order_by(IntakeItem.n)
        .limit(TOGETHER)
    )
    for item, file in session.execute(query):
        table = file.kind in TABLE_KINDS
        data = b"" if table else b"".join(gathering.pieces(session, file.id))
        name = gathering.name_of(session, file)
        yield Waiting(item.id, name, file.kind, data, file.encoding)
        if table:
            return


def _one(one: Waiting) -> Read | str:
    try:
        return working.look(one.name, one.data, one.encoding)
    except NotReady:
        raise
    except Exception as problem:
        log.warning("file_not_read", trouble=type(problem).__name__)
        return TOO_HARD


def _all_read(sessions: sessionmaker[Session], intake_id: int) -> None:
    with writing(sessions) as session:
        intake = gathering.hold(session, intake_id)
        if intake.status == Stage.READING.value:
            intake.status = Stage.LOOKING.value


def _next_ready(session: Session, intake_id: int) -> int | None:
    """The next item to take in; None, with the intake's stage set, where there is none."""
    intake = gathering.hold(session, intake_id)
    if intake.status != Stage.TAKING.value:
        return None
    found = session.scalar(
        select(IntakeItem.id)
        .where(IntakeItem.intake_id == intake_id, IntakeItem.status == Outcome.READY.value)
        .order_by(IntakeItem.n)
        .limit(1)
    )
    if found is None:
        finish(session, intake)
    return found


def finish(session: Session, intake: Intake) -> None:
    """Nothing is ready any more: done, unless something waits for an answer."""
    stands = working.progress(session, intake.id)
    if stands.waiting or stands.asked:
        intake.status = Stage.LOOKING.value
        return
    intake.status, intake.done_at = Stage.DONE.value, now()
    wipe_rest(session, intake.id)


def _who(session: Session, account_id: int | None) -> Actor:
    if account_id is None:
        return MACHINE
    return people.actor_for(session, people.account_by_id(session, account_id))
