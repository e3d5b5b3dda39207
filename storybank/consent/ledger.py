"""The ledger of what was taken away: a file beside the database, in no backup of it.

A backup is older than the stops that came after it. Before a restored database shows a page,
what the ledger holds since that backup is taken away again. A line is on the disk before its
act commits; the line of an act that then failed is harmless: it takes away, it never gives.
Lines hold numbers and the names of uses, never a word or a name, and each covers the one before.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import secrets
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session, SessionTransaction, sessionmaker

from storybank import events
from storybank.clock import now
from storybank.db import WRITES
from storybank.errors import NotReady
from storybank.jobs import queue

LATE = "consent.ledger"
"""The job that writes lines which could not be written in time."""

OPENED = "opened"
START = "0" * 64
SETTLING = 7_305_102
"""The lock that everybody who writes a line shares until commit, on a server database."""
AGAIN = "storybank_taking_away_again"
"""In a session's ``info`` while the ledger itself is carried out: nothing new to write."""

MISSING = (
    "The ledger of what storytellers took away is missing. Put it back from its safe copy, or "
    "say where it is in STORYBANK_LEDGER."
)
BROKEN = (
    "The ledger of what storytellers took away was changed: line {} does not follow from the one "
    "before. Put it back from its safe copy."
)
OTHER = (
    "This ledger does not go with this backup: it is shorter, or another house's. Put the right "
    "one back, or say where it is in STORYBANK_LEDGER."
)

# Stories stand above consent; of theirs, only this moment is wanted here.
_story = sa.table("story", sa.column("id", sa.Integer), sa.column("taken_in_at", sa.DateTime))

log = structlog.get_logger()


@dataclass(frozen=True)
class Position:
    """How far a ledger went: how many lines, and the hash of the last."""

    lines: int
    hash: str


@dataclass(frozen=True)
class Line:
    """One thing that was taken away."""

    number: int
    hash: str
    at: datetime
    story_id: int
    person_id: int
    kind: str
    uses: tuple[str, ...]
    taken_in_at: datetime | None
    """When that story was taken in: after a restore another story may have its number."""
    place: tuple[int, int, int] | None
    """Version, start and end of a part that was left out."""


@dataclass(frozen=True)
class Ledger:
    """A whole ledger, read."""

    lines: tuple[Line, ...]
    hashes: tuple[str, ...]
    cut_off: int
    """Lines that a crash cut off. Their acts were never said to be done."""

    @property
    def position(self) -> Position:
        return Position(len(self.hashes), self.hashes[-1])

    def after(self, position: Position) -> tuple[Line, ...]:
        """What was taken away since. Raises NotReady where this ledger never stood there."""
        if not 0 < position.lines <= len(self.hashes):
            raise NotReady(OTHER)
        if self.hashes[position.lines - 1] != position.hash:
            raise NotReady(OTHER)
        return tuple(line for line in self.lines if line.number > position.lines)


def prepare(path: Path) -> bool:
    """Begin a ledger where there is none; whether one was begun. Its first line is its name."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if path.exists():
        return False
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        said = {"at": now().isoformat(), "kind": OPENED, "name": secrets.token_hex(16)}
        file.write(_link(said, START)[0])
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    _sync(path.parent)
    return True


def keep(sessions: sessionmaker[Session], path: Path) -> None:
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
            write(path, entries)
        except OSError as problem:
            log.warning("ledger_not_written", trouble=type(problem).__name__, lines=len(entries))
            queue.put(session, LATE, queue.FIRST, entries=entries)
            session.flush()

    def after_rollback(session: Session, ended: SessionTransaction) -> None:
        if ended.parent is None:
            _taken(session)

    sa.event.listen(sessions, "before_commit", before_commit)
    sa.event.listen(sessions, "after_soft_rollback", after_rollback)


def write(path: Path, entries: Sequence[Mapping[str, Any]]) -> None:
    """Append lines and have them on the disk. Raises OSError where the file is away."""
    with open(path, "r+b", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        end = file.seek(0, os.SEEK_END)
        before = _last_hash(file, end)
        # A line that a crash cut off stays; so ended, it is passed over by whoever reads.
        lines = [b"?\n"] if end and os.pread(file.fileno(), 1, end - 1) != b"\n" else []
        for entry in entries:
            line, before = _link(entry, before)
            lines.append(line)
        left = b"".join(lines)
        file.seek(0, os.SEEK_END)
        while left:
            left = left[file.write(left) or 0 :]
        os.fsync(file.fileno())


def write_late(path: Path) -> Callable[[Session, list[dict[str, Any]]], None]:
    """Does the job of writing lines that could not be written in time."""

    def late(_session: Session, jobs: list[dict[str, Any]]) -> None:
        write(path, [entry for job in jobs for entry in job["entries"]])

    return late


def read(path: Path) -> Ledger:
    """Read and check a whole ledger.

    Raises NotReady when it is missing, empty, or changed in the middle.
    """
    try:
        with open(path, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            raw = file.read()
    except FileNotFoundError as missing:
        raise NotReady(MISSING) from missing
    lines: list[Line] = []
    hashes: list[str] = []
    cut_off = 0
    whole, _, tail = raw.rpartition(b"\n")
    for number, text in enumerate(whole.split(b"\n") if whole else [], start=1):
        said = _said(text)
        if said is None:
            cut_off += 1
            continue
        own = said.pop("hash")
        if said.get("prev") != (hashes[-1] if hashes else START) or own != _hash(said):
            raise NotReady(BROKEN.format(number))
        hashes.append(own)
        if said["kind"] != OPENED:
            lines.append(_line(len(hashes), own, said))
    if not hashes:
        raise NotReady(MISSING)
    return Ledger(tuple(lines), tuple(hashes), cut_off + bool(tail))


def trouble(path: Path) -> str | None:
    """What is wrong with the ledger, in a sentence; None where nothing is."""
    try:
        read(path)
    except NotReady as problem:
        return problem.sentence
    except OSError as problem:
        return f"The ledger cannot be read ({type(problem).__name__})."
    return None if os.access(path, os.W_OK) else "The ledger cannot be written to."


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


def _link(said: Mapping[str, Any], before: str) -> tuple[bytes, str]:
    linked = {**said, "prev": before}
    own = _hash(linked)
    return json.dumps({**linked, "hash": own}).encode() + b"\n", own


def _hash(said: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _said(text: bytes) -> dict[str, Any] | None:
    """What a line says; None where it is only the beginning of one."""
    try:
        said = json.loads(text)
    except ValueError:
        return None
    return said if isinstance(said, dict) and "hash" in said and "kind" in said else None


def _line(number: int, own: str, said: Mapping[str, Any]) -> Line:
    place, moment = said.get("place"), said.get("taken_in_at")
    return Line(
        number=number,
        hash=own,
        at=datetime.fromisoformat(said["at"]),
        story_id=int(said["story_id"]),
        person_id=int(said["person_id"]),
        kind=str(said["kind"]),
        uses=tuple(said["uses"]),
        taken_in_at=datetime.fromisoformat(moment) if moment else None,
        place=(place[0], place[1], place[2]) if place else None,
    )


def _last_hash(file: Any, end: int) -> str:
    """The hash of the last whole line of an open ledger; looked for from its end."""
    held = b""
    while end > 0:
        start = max(0, end - 8192)
        file.seek(start)
        held = file.read(end - start) + held
        end = start
        # Without what follows the last line's end, and what may begin before this stretch.
        lines = held.split(b"\n")[(1 if start else 0) : -1]
        for text in reversed(lines):
            said = _said(text)
            if said is not None:
                return str(said["hash"])
    raise FileNotFoundError("an empty ledger")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
