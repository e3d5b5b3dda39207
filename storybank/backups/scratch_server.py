"""A PostgreSQL server of a drill's own: started from a copy of a base backup, led through the
journal, reached by a socket that nobody else may open, and thrown away."""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep, time

from sqlalchemy.engine import URL, make_url

from storybank.backups.base_copies import check_journal, copy_out
from storybank.backups.postgres_copies import program
from storybank.errors import NotReady

PREFIX = "storybank-drill-"
LONGEST = 86_400
"""Seconds that it may take to go through the journal."""
LOOK = 0.1
"""Seconds between two looks whether it has."""
OWNER = "postgres"
"""Whom PostgreSQL runs as where we are root, as whom it will not run."""

NO_OWNER = "PostgreSQL will not run as root. Try the drill as another user."
FAILED = "The drill failed: PostgreSQL did not come up from this base backup and the journal."
SHUT = (
    "The files of the journal may not be read by the user of the drill. Let its group read them, "
    "and the folders above."
)


@contextmanager
def started(url: str, folder: Path, journal: Path | None, place: Path) -> Iterator[str]:
    """The address of the house's database in a server started from the base backup in ``folder``.

    ``journal`` holds the files that the server's archive_command has kept; all of it is gone
    through. Without it, the copy stands as when its making ended. ``place`` is a folder with room
    for it. Raises NotReady where the server does not come up.
    """
    user = _user()
    if journal:
        check_journal(folder, journal)
        newest = max(journal.iterdir(), default=journal)
        if _as(user, "test", "-r", str(newest)):
            raise NotReady(SHUT)
    # As root, the other user must come in; and a socket's path must be short.
    below = Path(tempfile.gettempdir())
    for left in below.glob(f"{PREFIX}*"):
        # What a drill left that was cut off; but none that may be at work.
        if left.stat().st_mtime < time() - LONGEST:
            shutil.rmtree(left, ignore_errors=True)
    socket = Path(tempfile.mkdtemp(prefix=PREFIX, dir=below))
    room = socket if user else place
    data = room / "server"
    try:
        programs = program("pg_ctl", copy_out(folder, data))
        _set_up(data, socket, journal)
        if user:
            _give(socket, user)
        control = [programs, "-D", str(data), "--silent"]
        try:
            log = f"--log={data / 'drill.log'}"
            if _as(user, *control, "--wait", f"--timeout={LONGEST}", log, "start"):
                raise NotReady(FAILED)
            # It answers when it has gone through the journal, or is gone itself.
            asked = [program("pg_isready"), "--quiet", f"--host={socket}", "--port=5432"]
            while _as(None, *asked):
                if _as(user, *control, "status"):
                    raise NotReady(FAILED)
                sleep(LOOK)
            yield _address(url, socket)
        finally:
            _as(user, *control, "--wait", "--mode=immediate", "stop")
    finally:
        shutil.rmtree(socket, ignore_errors=True)
        shutil.rmtree(data, ignore_errors=True)


def _set_up(data: Path, socket: Path, journal: Path | None) -> None:
    """The server's settings: nobody but us comes in, and nothing of it leaves this folder."""
    fetch = f"cp {shlex.quote(str(journal)).replace('%', '%%')}/%f %p" if journal else "false"
    settings = {
        "listen_addresses": "", "unix_socket_directories": str(socket), "port": "5432",
        "ssl": "off", "hot_standby": "off", "restore_command": fetch,
        "recovery_target_timeline": "latest", "archive_mode": "off", "shared_preload_libraries": "",
        "fsync": "off", "full_page_writes": "off", "autovacuum": "off",
        # What goes wrong may be told; the statement it went wrong in would quote words.
        "log_min_error_statement": "panic", "log_error_verbosity": "terse",
    }  # fmt: skip
    lines = [
        f"{name} = '{value.replace(chr(39), chr(39) * 2)}'" for name, value in settings.items()
    ]
    (data / "postgresql.conf").write_text("\n".join([*lines, ""]), encoding="utf-8")
    (data / "pg_hba.conf").write_text("local all all trust\n", encoding="ascii")
    for name in ("postgresql.auto.conf", "pg_ident.conf"):
        (data / name).write_text("", encoding="ascii")
    for name in ("standby.signal", "postmaster.pid"):
        (data / name).unlink(missing_ok=True)
    (data / "recovery.signal").touch()


def _address(url: str, socket: Path) -> str:
    """The same database by the same user, there."""
    made = make_url(url)
    there = URL.create(
        made.drivername, username=made.username, database=made.database,
        query={"host": str(socket), "port": "5432"},
    )  # fmt: skip
    return there.render_as_string()


def _user() -> pwd.struct_passwd | None:
    """Whom to be instead of root; None where we are somebody else."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(OWNER)
    except KeyError as unknown:
        raise NotReady(NO_OWNER) from unknown


def _give(folder: Path, user: pwd.struct_passwd) -> None:
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user.pw_uid, user.pw_gid, follow_symlinks=False)


def _as(user: pwd.struct_passwd | None, *command: str) -> int:
    return subprocess.run(
        command, cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, check=False, user=user.pw_uid if user else None,
        group=user.pw_gid if user else None, extra_groups=[] if user else None,
    ).returncode  # fmt: skip
