"""The ledger of what was taken away: beside the database, in no backup of it.

A backup is older than the stops that came after it. Before a restored database shows a page,
what the ledger holds since that backup is taken away again. A line is on the disk before its
act commits; the line of an act that then failed is harmless: it takes away, it never gives.
Lines hold numbers and the names of uses, never a word or a name, and each covers the one before.

A house that one machine serves has it in a file, one that several serve in a database.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from storybank import events
from storybank.clock import now
from storybank.config import Config
from storybank.consent.ledger_database import LedgerDatabase
from storybank.consent.ledger_file import LedgerFile
from storybank.consent.ledger_lines import Chain, Position
from storybank.db import WRITES
from storybank.errors import NotReady
from storybank.jobs import queue
from storybank.jobs.models import Job

LATE = "consent.ledger"
"""The job that writes lines which could not be written in time."""

SETTLING = 7_305_102
"""The lock that everybody who writes a line shares until commit, on a server database."""
AGAIN = "storybank_taking_away_again"
"""In a session's ``info`` while the ledger itself is carried out: nothing new to write."""

STILL_HERE = (
    "There is a ledger in a file too: {}. Leave STORYBANK_LEDGER out and run: storybank move "
    "--ledger ADDRESS"
)

# Stories stand above consent; of theirs, only this moment is wanted here.
_story = sa.table("story", sa.column("id", sa.Integer), sa.column("taken_in_at", sa.DateTime))

log = structlog.get_logger()


class Ledger(Protocol):
    """Where lines are kept."""

    @property
    def where(self) -> str:
        """Where that is, for a sentence; without a password."""

    def prepare(self) -> bool:
        """Begin a ledger where there is none; whether one was begun. Its first line is its name.

        Raises NotReady or OSError where none can be.
        """

    def write(self, entries: Sequence[Mapping[str, Any]]) -> None:
        """Append lines and have them on the disk. Raises OSError where it is away."""

    def read(self) -> Chain:
        """Read and check a whole ledger.

        Raises NotReady when it is missing, empty, away, or changed in the middle.
        """

    def position(self) -> Position:
        """How far it goes. Raises as ``read``, and may look at its last line only."""

    def trouble(self) -> str | None:
        """What is wrong with the ledger, in a sentence; None where nothing is."""


def of(config: Config) -> Ledger:
    """This house's ledger. Raises NotReady for an address that cannot be used."""
    if config.ledger_database:
        return LedgerDatabase(config.ledger_database)
    return LedgerFile(config.ledger_file)


def begin(config: Config) -> bool:
    """Begin this house's ledger where there is none; whether one was begun.

    Raises NotReady where none can be, or where it would be a second one.
    """
    wrong = two_at_once(config)
    if wrong:
        raise NotReady(wrong)
    return of(config).prepare()


def two_at_once(config: Config) -> str | None:
    """A sentence where a ledger lies in a file here, and the house has one in a database."""
    if config.ledger_database and config.ledger_file.exists():
        return STILL_HERE.format(config.ledger_file)
    return None


def keep(sessions: sessionmaker[Session], kept: Ledger) -> None:
    """Write a line just before the commit of whatever takes something away.

    A ledger that cannot be written to holds up no stop: its lines are then promised as a job in
    the same transaction, and ``storybank check`` says that the ledger is away.
    """

    def before_commit(session: Session) -> None:
        taken = _taken(session)
        if not taken or session.info.get(AGAIN):
            return
        session.flush()
        entries = _entries(session, taken)
        if session.get_bind().dialect.name == "postgresql":
            session.execute(sa.select(sa.func.pg_advisory_xact_lock_shared(SETTLING)))
        try:
            kept.write(entries)
        except OSError as problem:
            log.warning("ledger_not_written", trouble=type(problem).__name__, lines=len(entries))
            queue.put(session, LATE, queue.FIRST, entries=entries)
            session.flush()

    def after_rollback(session: Session, ended: SessionTransaction) -> None:
        if ended.parent is None:
            _taken(session)

    sa.event.listen(sessions, "before_commit", before_commit)
    sa.event.listen(sessions, "after_soft_rollback", after_rollback)


def write_late(kept: Ledger) -> Callable[[Session, list[dict[str, Any]]], None]:
    """Does the job of writing lines that could not be written in time."""

    def late(_session: Session, jobs: list[dict[str, Any]]) -> None:
        kept.write([entry for job in jobs for entry in job["entries"]])

    return late


def try_again(session: Session) -> None:
    """Late lines are never given up, however long the ledger is away."""
    session.execute(
        sa.update(Job)
        .where(Job.name == LATE, Job.failed_at.is_not(None))
        .values(failed_at=None, attempts=0, run_after=now())
    )


@contextmanager
def settled(engine: sa.Engine) -> Iterator[None]:
    """While this is open, nobody stands between a line and its commit.

    A copy of the database that is begun after it holds whatever the ledger held within it.
    """
    # On SQLite, to begin as a writer is to be alone.
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(SETTLING)))
        yield


def _taken(session: Session) -> list[events.Narrowed]:
    return list(dict.fromkeys(session.info.pop(events.TAKEN, [])))


def _entries(session: Session, taken: Collection[events.Narrowed]) -> list[dict[str, Any]]:
    taken_in_at = _taken_in_at(session, sorted({happening.story_id for happening in taken}))
    return [
        {
            "at": happening.at.isoformat(),
            "story_id": happening.story_id,
            "person_id": happening.person_id,
            "kind": happening.kind,
            "uses": list(happening.uses),
            "taken_in_at": taken_in_at.get(happening.story_id),
            "place": _place(happening),
        }
        for happening in taken
    ]


def _taken_in_at(session: Session, story_ids: list[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for start in range(0, len(story_ids), 500):
        rows = session.execute(
            sa.select(_story.c.id, _story.c.taken_in_at).where(
                _story.c.id.in_(story_ids[start : start + 500])
            )
        )
        found.update({story_id: moment.isoformat() for story_id, moment in rows})
    return found


def _place(happening: events.Narrowed) -> list[int] | None:
    if happening.version is None or happening.start is None or happening.end is None:
        return None
    return [happening.version, happening.start, happening.end]
