"""Base backups: a whole PostgreSQL server, copied file by file by its own pg_basebackup.

With the journal (WAL) that the server has kept since, such a copy leads to any later moment. One
made here can be started by itself too, for it brings the journal of its own making along. It is
marked so that no server starts from it without asking where the rest of the journal is.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import make_url

from storybank import db
from storybank.backups import lineage
from storybank.backups import manifest as manifests
from storybank.backups.manifest import Manifest
from storybank.backups.opening import refuse_unfinished
from storybank.backups.postgres_copies import program, reach
from storybank.config import Config
from storybank.consent import ledger
from storybank.consent.ledger_database import LedgerDatabase
from storybank.consent.models import ConsentEvent
from storybank.errors import BadInput, NotReady

BASE = "postgresql base"
"""What a manifest calls the database of a base backup."""
FILE = "backup_manifest"
"""PostgreSQL's own list of its files, each with its sum."""
DATA = "data"

ONLY_POSTGRES = "Only a house on PostgreSQL has base backups. Leave --base out."
ROLE = (
    "The server could not be copied (pg_basebackup ended with {}). Its user needs REPLICATION and "
    "a line for replication in pg_hba.conf; name another user with --from."
)
DAMAGED = (
    "This base backup is damaged: pg_verifybackup does not find it as it was made. Use another."
)
PUT_BACK = (
    "That is a base backup, which PostgreSQL puts back itself: see docs/backups.md. To try it, "
    "say --drill."
)
LACKS = "The drill failed: the journal lacks {}. Later acts cannot be brought back."
_SIZE = 1 << 24
"""Bytes of each file of the journal, unless PostgreSQL was told otherwise."""
_A_LOG = (1 << 32) // _SIZE
_SEGMENT = re.compile(r"[0-9A-F]{24}")
_START = re.compile(r"^START WAL LOCATION: .* \(file ([0-9A-F]{24})\)$", re.MULTILINE)


def copier(source: str | None) -> Callable[[Config, Path, datetime], Manifest]:
    """How a base backup is made: of the house's server, or of the one at ``source``, which may be
    a standby of it, by another user."""

    def copy(config: Config, folder: Path, moment: datetime) -> Manifest:
        if not config.on_server:
            raise BadInput(ONLY_POSTGRES)
        engine = db.make_engine(config.database_url)
        try:
            refuse_unfinished(engine)
            kept = ledger.of(config)
            # So the copy itself knows how far the ledger went.
            lineage.note(engine, kept)
            with engine.connect() as connection:
                noted = lineage.noted(connection)
                names = sa.inspect(connection).get_table_names()
                rows = {
                    name: connection.scalar(
                        sa.select(sa.func.count()).select_from(sa.table(name))
                    ) or 0
                    for name in names
                }  # fmt: skip
                revision = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
                newest = connection.scalar(sa.select(sa.func.max(ConsentEvent.at)))
        finally:
            engine.dispose()
        _take(source or config.database_url, folder / DATA)
        (folder / DATA / FILE).rename(folder / FILE)
        verify(folder)
        return Manifest(
            made_at=moment,
            database=BASE,
            file=FILE,
            sha256=manifests.sha256(folder / FILE),
            revision=str(revision),
            rows=rows,
            newest_event_at=newest,
            ledger=noted.ledger if noted else kept.position(),
        )

    return copy


def holds_ledger(config: Config) -> bool:
    """Is the ledger on the server that is copied? Put back, it would be as old as the rest."""
    if not config.ledger_database:
        return False
    engine = db.make_engine(config.database_url)
    try:
        with engine.connect() as connection:
            here = lineage.lineage(connection)
    finally:
        engine.dispose()
    return here is not None and here.system == LedgerDatabase(config.ledger_database).system()


def is_base(manifest: Manifest) -> bool:
    return manifest.database == BASE


def verify(folder: Path) -> None:
    """Raises NotReady where a file of a base backup is not as it was made."""
    done = _run(
        "pg_verifybackup", "--quiet", "--exit-on-error", f"--manifest-path={folder / FILE}",
        str(folder / DATA), major=_major(folder / DATA),
    )  # fmt: skip
    if done:
        raise NotReady(DAMAGED)


def prune_journal(where: Path, journal: Path) -> int:
    """Remove files of the journal that no base backup below ``where`` needs; how many went."""
    bases = [path for path, _ in manifests.backups_in(where) if is_base(manifests.load(path))]
    if not bases:
        return 0
    start = starts_at(bases[0])
    before = sum(1 for _ in journal.iterdir())
    if _run("pg_archivecleanup", str(journal), start, major=_major(bases[0] / DATA)):
        raise NotReady("The journal could not be made shorter (pg_archivecleanup failed).")
    return before - sum(1 for _ in journal.iterdir())


def starts_at(folder: Path) -> str:
    """The name of the first file of the journal that a base backup needs."""
    try:
        label = (folder / DATA / "backup_label").read_text(encoding="utf-8")
    except OSError as problem:
        raise NotReady(DAMAGED) from problem
    found = _START.search(label)
    if found is None:
        raise NotReady(DAMAGED)
    return found[1]


def check_journal(folder: Path, journal: Path) -> None:
    """Raises NotReady where a file of the kept journal is missing between others: a server would
    stop there, and take that for the end."""
    start = starts_at(folder)
    timelines: dict[str, list[int]] = {}
    for path in journal.iterdir():
        if _SEGMENT.fullmatch(path.name) and path.name >= start and path.stat().st_size == _SIZE:
            timelines.setdefault(path.name[:8], []).append(_place(path.name))
    for timeline, places in timelines.items():
        places.sort()
        # The first that was kept may be a later one: the copy brings its own along.
        for place, following in pairwise(places):
            if following != place + 1:
                raise NotReady(LACKS.format(_name(timeline, place + 1)))


def _place(name: str) -> int:
    return int(name[8:16], 16) * _A_LOG + int(name[16:], 16)


def _name(timeline: str, place: int) -> str:
    return f"{timeline}{place // _A_LOG:08X}{place % _A_LOG:08X}"


def copy_out(folder: Path, data: Path) -> int:
    """A copy of a checked base backup, ready to be started elsewhere; PostgreSQL's number of it.

    Raises NotReady where it is damaged, or holds files outside itself.
    """
    verify(folder)
    if any((folder / DATA / "pg_tblspc").iterdir()):
        raise NotReady("That server has tablespaces elsewhere; a drill would write into them.")
    shutil.copytree(folder / DATA, data, symlinks=True)
    data.chmod(0o700)
    return _major(data)


def _take(url: str, data: Path) -> None:
    if make_url(url).get_backend_name() != "postgresql":
        raise BadInput(ONLY_POSTGRES)
    told, environment = reach(url)
    done = subprocess.run(
        [program("pg_basebackup"), f"--dbname={told}", f"--pgdata={data}", "--wal-method=stream",
         "--checkpoint=fast", "--manifest-checksums=SHA256", "--no-password"],
        env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, check=False,
    )  # fmt: skip
    if done.returncode:
        raise NotReady(ROLE.format(done.returncode))
    # Without it a server would start from the copy as if nothing had happened since.
    (data / "recovery.signal").touch(mode=0o600)


def _major(data: Path) -> int:
    try:
        return int((data / "PG_VERSION").read_text(encoding="ascii"))
    except (OSError, ValueError) as problem:
        raise NotReady(DAMAGED) from problem


def _run(name: str, *words: str, major: int) -> int:
    return subprocess.run(
        [program(name, major), *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, check=False,
    ).returncode  # fmt: skip
