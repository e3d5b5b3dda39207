"""Real servers for tests, started on this machine and stopped after."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

VERSIONS = Path("/usr/lib/postgresql")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _programs() -> Path:
    found = sorted(VERSIONS.glob("*/bin/initdb")) if VERSIONS.is_dir() else []
    if not found:
        pytest.skip("Debian's postgresql is not installed; make test-setup installs it")
    return found[-1].parent


@contextmanager
def postgres(more: Sequence[str] = ()) -> Iterator[str]:
    """A PostgreSQL cluster of its own; the address of an empty database in it.

    ``more`` are further options of the server.
    """
    programs, port = _programs(), free_port()
    # Not below pytest's own folder: other users may not enter that one.
    folder = Path(tempfile.mkdtemp(prefix="storybank-postgres-"))
    become: list[str] = []
    if os.geteuid() == 0:
        # PostgreSQL will not run as root; Debian's package brings a user for it.
        become = ["runuser", "-u", "postgres", "--"]
        owner = pwd.getpwnam("postgres")
        os.chown(folder, owner.pw_uid, owner.pw_gid)

    def run(*command: str) -> None:
        subprocess.run([*become, *command], check=True, stdout=subprocess.DEVNULL, cwd="/")

    data = str(folder / "data")
    run(str(programs / "initdb"), "-D", data, "-U", "storybank", "-A", "trust", "-E", "UTF8",
        "--locale=C.UTF-8", "--no-sync")  # fmt: skip
    options = " ".join([f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off", *more])
    log = str(folder / "log")
    run(str(programs / "pg_ctl"), "-D", data, "-w", "-l", log, "-o", options, "start")
    try:
        yield f"postgresql+psycopg://storybank@127.0.0.1:{port}/postgres"
    finally:
        run(str(programs / "pg_ctl"), "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)
