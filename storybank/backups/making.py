"""Making a backup, and removing those that have grown too old."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from storybank import db
from storybank.backups import manifest as manifests
from storybank.backups import noted
from storybank.backups.copies import Copies
from storybank.backups.manifest import MOST_DAYS, Manifest
from storybank.backups.opening import refuse_unfinished
from storybank.backups.postgres_copies import PostgresCopies
from storybank.backups.sqlite_copies import SqliteCopies
from storybank.clock import now
from storybank.config import Config
from storybank.consent import ledger
from storybank.consent.ledger_lines import Position
from storybank.errors import BadInput, Conflict, NotReady

KINDS: tuple[Copies, ...] = (SqliteCopies(), PostgresCopies())
LAST = "last_backup.json"


Copier = Callable[[Config, Path, datetime], Manifest]
"""Copies a house into a folder, at a moment."""


@dataclass(frozen=True)
class Made:
    """A new backup."""

    folder: Path
    manifest: Manifest
    pruned: list[str]


def copies_for(url: str) -> Copies:
    """The adapter for this database. Raises NotReady where there is none."""
    kind = make_url(url).get_backend_name()
    for copies in KINDS:
        if copies.kind == kind:
            return copies
    raise NotReady("Only SQLite and PostgreSQL can be backed up.")


def make(
    config: Config, where: Path, keep_days: int = MOST_DAYS, copy: Copier | None = None
) -> Made:
    """Copy the house into a new folder below ``where``, while others work in it.

    It holds the database alone: no index, no ledger, no keys. ``copy`` is another way to copy it
    than by its rows. Raises BadInput for a time to keep
    that is too long; NotReady when the ledger is missing or the copy is not whole; Conflict when
    another backup is being made there.
    """
    if not 1 <= keep_days <= MOST_DAYS:
        raise BadInput(f"Backups are kept for 1 to {MOST_DAYS} days.")
    where.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _one_at_a_time(where):
        for left in list(manifests.parts_in(where)):
            shutil.rmtree(left)
        moment = now()
        folder = manifests.new_folder(where, moment)
        part = where / f".{folder.name}.part"
        part.mkdir(mode=0o700)
        try:
            made = (copy or _copy)(config, part, moment)
            made.save(part)
            manifests.sync(part)
            part.rename(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        manifests.sync(where)
        said = {"made_at": str(moment), "folder": str(folder), "ledger": asdict(made.ledger)}
        manifests.write_whole(config.home / LAST, json.dumps(said) + "\n")
        noted.note(config, noted.BACKUP, moment)
        return Made(folder, made, manifests.prune(where, moment, keep_days))


def last(home: Path, session: Session | None = None) -> datetime | None:
    """When the last good backup of this house was made, UTC; None where none was. With a
    ``session``, by whichever node."""
    found = _last(home)
    return noted.later(session, noted.BACKUP, found[0] if found else None)


def trouble(home: Path, moment: datetime, session: Session | None = None) -> str | None:
    """What is amiss with the backups of a house that holds stories; None where nothing is."""
    made_at = last(home, session)
    if made_at is None:
        return "none was made yet; run: storybank backup"
    if made_at < moment - timedelta(days=MOST_DAYS):
        return f"the last was made on {made_at:%d %B %Y}; run: storybank backup"
    return None


def ledger_trouble(config: Config) -> str | None:
    """What is wrong with the ledger, also against the last backup; None where nothing is."""
    kept = ledger.of(config)
    wrong = ledger.two_at_once(config) or kept.trouble()
    made = _last(config.home)
    if wrong or made is None:
        return wrong
    try:
        kept.read().after(made[1])
    except NotReady:
        return "The ledger is shorter than at the last backup, or another. Put the right one back."
    return None


def _last(home: Path) -> tuple[datetime, Position] | None:
    """When the last good backup of this house was made, and how far the ledger went then."""
    try:
        said = json.loads((home / LAST).read_text(encoding="utf-8"))
        return datetime.fromisoformat(said["made_at"]), Position(**said["ledger"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None


def _copy(config: Config, folder: Path, moment: datetime) -> Manifest:
    copies = copies_for(config.database_url)
    engine = db.make_engine(config.database_url)
    try:
        refuse_unfinished(engine)
        kept = ledger.of(config)
        # All of it is looked at while stops go on; only how far it went is asked while none does.
        kept.read()
        with ledger.settled(engine):
            position = kept.position()
    finally:
        engine.dispose()
    file = folder / copies.file
    taken = copies.take(config.database_url, file)
    return Manifest(
        made_at=moment,
        database=copies.kind,
        file=copies.file,
        sha256=manifests.sha256(file),
        revision=taken.revision,
        rows=taken.rows,
        newest_event_at=taken.newest_event_at,
        ledger=position,
    )


@contextmanager
def _one_at_a_time(where: Path) -> Iterator[None]:
    lock = os.open(where / ".storybank.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as busy:
            raise Conflict("Another backup is being made there. Wait until it is done.") from busy
        yield
    finally:
        os.close(lock)
