"""The ledger as a file: for a house that one machine serves."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from storybank.clock import now
from storybank.consent.ledger_lines import (
    MISSING,
    OPENED,
    START,
    Chain,
    Position,
    chained,
    link,
    said,
)
from storybank.errors import NotReady

HAS_MOVED = "This house's ledger moved to a database. Set STORYBANK_LEDGER to its address."
MOVED = ".moved"
"""Put after the name of a ledger that went on elsewhere."""


class LedgerFile:
    """A line of JSON for each thing that was taken away, in a file that only its owner reads."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def where(self) -> str:
        return str(self.path)

    def prepare(self) -> bool:
        """Begin it where there is none; whether it was begun. Its first line is its name."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.path.exists():
            return False
        if self._aside.exists():
            raise NotReady(HAS_MOVED)
        draft = self.path.with_name(f".{self.path.name}.{secrets.token_hex(6)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            name = {"at": now().isoformat(), "kind": OPENED, "name": secrets.token_hex(16)}
            file.write(link(name, START)[0])
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, self.path)
        except FileExistsError:
            return False
        finally:
            draft.unlink()
        _sync(self.path.parent)
        return True

    def write(self, entries: Sequence[Mapping[str, Any]]) -> None:
        with open(self.path, "r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            end = file.seek(0, os.SEEK_END)
            before = _last_hash(file, end)
            # A line that a crash cut off stays; so ended, it is passed over by whoever reads.
            lines = [b"?\n"] if end and os.pread(file.fileno(), 1, end - 1) != b"\n" else []
            for entry in entries:
                line, before = link(entry, before)
                lines.append(line)
            left = b"".join(lines)
            file.seek(0, os.SEEK_END)
            while left:
                left = left[file.write(left) or 0 :]
            os.fsync(file.fileno())

    def read(self) -> Chain:
        return chained(*self._texts())

    def position(self) -> Position:
        return self.read().position

    def texts(self) -> list[bytes]:
        """Every whole line as it stands, without its end, those that a crash cut off left out."""
        return [text for text in self._texts()[0] if said(text) is not None]

    def trouble(self) -> str | None:
        try:
            self.read()
        except NotReady as problem:
            return problem.sentence
        except OSError as problem:
            return f"The ledger cannot be read ({type(problem).__name__})."
        return None if os.access(self.path, os.W_OK) else "The ledger cannot be written to."

    def put_aside(self) -> Path:
        """Give it another name, for it goes on elsewhere; the new name."""
        aside = self.path.rename(self._aside)
        _sync(aside.parent)
        return aside

    @property
    def _aside(self) -> Path:
        return self.path.with_name(self.path.name + MOVED)

    def _texts(self) -> tuple[list[bytes], int]:
        """Its lines, and how many without an end follow them."""
        try:
            with open(self.path, "rb") as file:
                fcntl.flock(file, fcntl.LOCK_SH)
                raw = file.read()
        except FileNotFoundError as missing:
            raise NotReady(HAS_MOVED if self._aside.exists() else MISSING) from missing
        whole, _, tail = raw.rpartition(b"\n")
        return (whole.split(b"\n") if whole else []), int(bool(tail))


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
            what = said(text)
            if what is not None:
                return str(what["hash"])
    raise FileNotFoundError("an empty ledger")


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
