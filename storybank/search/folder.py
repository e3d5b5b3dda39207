"""Where an index lies on disk: one folder in use, named by a link that changes all at once.

Whoever can write here can run code as us (index files are unpickled), so the folder is ours alone.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from storybank.errors import Conflict, NotReady

WAIT = 20.0
"""Seconds to wait for another writer."""
SETTLED = 100_000_000
"""Nanoseconds after which a change to a folder can be told from the next one: many steps of the
clock of any usual system of files."""

CURRENT = "current"
VERSION = 4
"""Of what is in a folder: one of another version counts as none, and is built anew."""
_NAME = f"books-{VERSION}-"
WRITER, REBUILDER = "writer.lock", "rebuilder.lock"
FOLLOWED, FOLLOWER = "followed", "follower.lock"
"""How far a node's own index has followed what changed, and the lock of whoever follows."""


class Folder:
    """The root holds the folder in use, at times one being built, a link, and locks."""

    def __init__(self, root: Path, wait: float = WAIT) -> None:
        self.root = root
        self.wait = wait
        self._link = str(root / CURRENT)
        self._last = root / CURRENT

    def current(self) -> Path | None:
        """The folder in use, or None where there is none.

        Raises NotReady when others may write to it.
        """
        try:
            status = os.stat(self.root)
            name = os.readlink(self._link)
        except FileNotFoundError:
            return None
        if status.st_uid != os.geteuid() or status.st_mode & 0o022:
            raise NotReady("Others may write to the search index. Make its folder yours alone.")
        # Asked for each search: a path made once is used again.
        if self._last.name != name:
            self._last = self.root / name
        return self._last if name.startswith(_NAME) and os.path.isdir(self._last) else None

    def stamp(self) -> tuple[int, int, int] | None:
        """Another one whenever a file comes or goes in the folder in use, or that gives way to
        another; None where it may be the same although one just did, or there is no folder.

        It asks the system one thing, for each search. The clock of folders moves in steps: of what
        changed a moment ago another change in the same step could not be told.
        """
        try:
            status = os.stat(self._link)
        except FileNotFoundError:
            return None
        if abs(time.time_ns() - status.st_ctime_ns) < SETTLED:
            return None
        return status.st_dev, status.st_ino, status.st_ctime_ns

    def outdated(self) -> bool:
        """Is there one in use that is of another version?"""
        with suppress(FileNotFoundError):
            return not os.readlink(self.root / CURRENT).startswith(_NAME)
        return False

    def changed_over(self) -> datetime | None:
        """When the folder in use came into use."""
        with suppress(FileNotFoundError):
            moment = datetime.fromtimestamp(os.lstat(self._link).st_mtime, UTC)
            return moment.replace(tzinfo=None)
        return None

    def new(self) -> Path:
        """An empty folder beside the one in use."""
        folder = self.root / f"{_NAME}{secrets.token_hex(6)}"
        folder.mkdir(mode=0o700)
        return folder

    def use(self, folder: Path) -> None:
        """Change over to ``folder``: whoever opens the index next opens that one."""
        draft = self.root / f".{CURRENT}-{secrets.token_hex(6)}"
        draft.symlink_to(folder.name)
        draft.replace(self.root / CURRENT)
        sync(self.root)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Alone among all processes and threads.

        Raises Conflict after ``wait`` seconds.
        """
        with self._locked(WRITER, self.wait) as held:
            if not held:
                raise Conflict("The search index is busy. Try again in a minute.")
            yield

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Alone in building anew.

        Raises Conflict at once when somebody else is at it.
        """
        with self._locked(REBUILDER, 0) as held:
            if not held:
                raise Conflict("The search index is being built already. Wait until it is done.")
            yield

    def unfinished(self) -> list[Path]:
        """What a rebuild left that was cut off. Nothing, while one is under way."""
        if not self.root.is_dir():
            return []
        with self._locked(REBUILDER, 0) as held:
            return self._strangers() if held else []

    def clear_unfinished(self) -> None:
        """Remove what a rebuild left that was cut off."""
        with self._locked(REBUILDER, 0) as held:
            if held:
                self.clear()

    def clear(self) -> None:
        """Remove everything but what is in use. For whoever holds the rebuilder's lock."""
        for path in self._strangers():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)

    def _strangers(self) -> list[Path]:
        known = {CURRENT, WRITER, REBUILDER, FOLLOWED, FOLLOWER}
        with suppress(FileNotFoundError):
            known.add(os.readlink(self.root / CURRENT))
        return [path for path in self.root.iterdir() if path.name not in known]

    @contextmanager
    def _locked(self, name: str, wait: float) -> Iterator[bool]:
        """Whether the lock could be had; it goes when its process does."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        until = time.monotonic() + wait
        with open(self.root / name, "a") as handle:
            while not (held := _try_lock(handle.fileno())) and time.monotonic() < until:
                time.sleep(0.02)
            yield held


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def sync(path: Path) -> None:
    """Have a file or folder on the disk itself, so that a power cut does not bring words back."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
