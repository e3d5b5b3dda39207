"""Which database this is, and how far the ledger had gone in it.

A server that was put back from a base backup, and a standby that took over, go on in a timeline of
their own; either may lack the last stops. So a house on a server notes, time and again, its
server, its timeline, and a place in the ledger up to which every act had been committed. The note
goes back with the rows. Where it does not fit the server any more, what the ledger holds since is
taken away again before the house opens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import Session

from storybank.backups.models import Restoration
from storybank.clock import now
from storybank.consent import ledger
from storybank.consent.ledger import Ledger
from storybank.consent.ledger_lines import Position
from storybank.errors import NotReady
from storybank.jobs import queue
from storybank.jobs.models import Job
from storybank.nodes import facts
from storybank.nodes.models import HouseFact

FACT = "database"
NOTE = "backups.note"
"""The promised work of noting it."""


@dataclass(frozen=True)
class Lineage:
    """A database server, from one restore or change-over to the next."""

    system: str
    """The number that a cluster of PostgreSQL gets when it is made, and that its copies share."""
    timeline: int


@dataclass(frozen=True)
class Noted:
    """What a database knows of itself."""

    lineage: Lineage
    ledger: Position
    at: datetime


def lineage(connection: Connection) -> Lineage | None:
    """Which server this is; None on SQLite, and on a standby, which is nobody's to change."""
    if connection.dialect.name != "postgresql":
        return None
    row = connection.execute(_WHICH).one()
    return None if row.standby else Lineage(str(row.system), int(row.timeline, 16))


def noted(connection: Connection) -> Noted | None:
    """What was noted last; None where nothing was."""
    if not sa.inspect(connection).has_table(HouseFact.__tablename__):
        return None
    fact = facts.get(connection, FACT)
    if fact is None:
        return None
    said = fact.value
    return Noted(Lineage(**said["lineage"]), Position(**said["ledger"]), fact.noted_at)


def went_back(connection: Connection) -> Noted | None:
    """What was noted, where this server is not the one that noted it; else None."""
    if connection.dialect.name != "postgresql":
        return None
    found = noted(connection)
    return found if found and found.lineage != (lineage(connection) or found.lineage) else None


def ledger_trouble(session: Session, kept: Ledger) -> str | None:
    """A sentence where the ledger is not the one that was noted, or lost its end; else None."""
    if session.get_bind().dialect.name != "postgresql":
        return None
    found = noted(session.connection())
    try:
        if found is not None:
            kept.read().after(found.ledger)
    except NotReady:
        return "The ledger is shorter than it was, or another. Put the right one back."
    return None


def note(engine: Engine, kept: Ledger) -> None:
    """Note how things stand, unless the database went back. Does nothing on SQLite.

    Raises NotReady where the ledger cannot be read.
    """
    if engine.dialect.name != "postgresql":
        return
    with ledger.settled(engine):
        # Whoever wrote one of these lines has committed, so their acts come before this note.
        position = kept.position()
    with engine.begin() as connection:
        here = lineage(connection)
        if here is not None and went_back(connection) is None:
            facts.put(connection, FACT, _said(here, position))


def settle(session: Session, position: Position) -> None:
    """Note that whatever the ledger held up to ``position`` has been carried out here."""
    here = lineage(session.connection())
    if here is not None:
        facts.put(session, FACT, _said(here, position))


def begin(session: Session) -> bool:
    """Where the database went back, note that as a restore which is to be finished; whether so."""
    found = went_back(session.connection())
    waits = sa.select(Restoration.id).where(Restoration.finished_at.is_(None)).limit(1)
    if found is None or session.scalar(waits) is not None:
        return False
    session.add(
        Restoration(
            backup_made_at=found.at, restored_at=now(), ledger_lines=found.ledger.lines,
            ledger_hash=found.ledger.hash,
        )
    )  # fmt: skip
    session.flush()
    return True


def promise(session: Session) -> None:
    """Promise to note it again, once."""
    if session.get_bind().dialect.name != "postgresql":
        return
    if session.scalar(sa.select(Job.id).where(Job.name == NOTE).limit(1)) is None:
        queue.put(session, NOTE, queue.LATER)
    # It is never given up: a ledger that was away for long is there again one day.
    session.execute(
        sa.update(Job)
        .where(Job.name == NOTE, Job.failed_at.is_not(None))
        .values(failed_at=None, attempts=0, run_after=now())
    )


def keep_noted(
    engine: Engine, kept: Ledger, finish: Callable[[], object]
) -> Callable[[dict[str, Any]], None]:
    """Does the work of noting it; where the database went back under open doors, ``finish`` takes
    away again what was taken away since."""

    def errand(_args: dict[str, Any]) -> None:
        with engine.connect() as connection:
            back = went_back(connection) is not None
        if back:
            finish()
        else:
            note(engine, kept)

    return errand


def _said(here: Lineage, position: Position) -> dict[str, Any]:
    return {"lineage": asdict(here), "ledger": asdict(position)}


_WHICH = sa.text(
    "SELECT (SELECT system_identifier FROM pg_control_system()) AS system, "
    "pg_is_in_recovery() AS standby, CASE WHEN pg_is_in_recovery() THEN NULL "
    "ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END AS timeline"
)
