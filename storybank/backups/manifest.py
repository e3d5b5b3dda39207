"""What a backup says of itself, where backups lie, and which have grown too old."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from storybank.consent.ledger_lines import Position
from storybank.errors import BadInput, NotReady

MOST_DAYS = 30
"""No copy of anybody's words is kept longer: who asks for erasure is told 30 days."""
WHAT = "Storybank backup, form 1"
FILE = "manifest.json"
_NAME = re.compile(r"storybank-\d{8}-\d{6}(-\d+)?")
_DAMAGED = "This backup is damaged or was changed: its {} is not as it was made. Use another."


@dataclass(frozen=True)
class Manifest:
    """How a house stood when it was copied. Numbers, names of tables, moments; no words."""

    made_at: datetime
    database: str
    """"sqlite", "postgresql", or "postgresql base" for a whole server's files."""
    file: str
    sha256: str
    revision: str
    rows: Mapping[str, int]
    """For each table, how many rows."""
    newest_event_at: datetime | None
    ledger: Position

    def save(self, folder: Path) -> None:
        said = {"what": WHAT, **asdict(self)}
        write_whole(folder / FILE, json.dumps(said, indent=2, default=str) + "\n")


def load(folder: Path) -> Manifest:
    """The manifest of a backup.

    Raises BadInput where there is no backup in ``folder``; NotReady where it is damaged.
    """
    try:
        said = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError) as problem:
        inside = [path.name for path, _ in backups_in(folder)]
        hint = f" Name one of those in it: {inside[-1]}, for one." if inside else ""
        raise BadInput("There is no backup in that folder." + hint) from problem
    except ValueError as problem:
        raise NotReady(_DAMAGED.format(FILE)) from problem
    try:
        return _manifest(said)
    except (KeyError, TypeError, ValueError) as problem:
        raise NotReady(_DAMAGED.format(FILE)) from problem


def checked(folder: Path) -> Manifest:
    """The manifest of a backup whose file is as it was made. Raises as ``load``."""
    manifest = load(folder)
    try:
        if sha256(folder / manifest.file) == manifest.sha256:
            return manifest
    except FileNotFoundError:
        pass
    raise NotReady(_DAMAGED.format(manifest.file))


def backups_in(where: Path) -> list[tuple[Path, datetime]]:
    """The whole backups in a folder, oldest first, each with the moment it was made."""
    found = []
    for path in where.iterdir() if where.is_dir() else ():
        if _NAME.fullmatch(path.name) and not path.is_symlink():
            try:
                found.append((path, load(path).made_at))
            except (BadInput, NotReady):
                continue
    return sorted(found, key=lambda item: (item[1], item[0].name))


def new_folder(where: Path, moment: datetime) -> Path:
    """The name of a new backup."""
    name = f"storybank-{moment:%Y%m%d-%H%M%S}"
    path, again = where / name, 1
    while path.exists():
        again += 1
        path = where / f"{name}-{again}"
    return path


def prune(where: Path, moment: datetime, days: int) -> list[str]:
    """Remove backups older than ``days``; their names."""
    gone = []
    for path, made_at in backups_in(where):
        if made_at < moment - timedelta(days=days):
            # Without its manifest it is no backup any more, wherever this is cut off.
            (path / FILE).unlink()
            path = path.rename(where / f".{path.name}.part")
            shutil.rmtree(path)
            gone.append(path.name[1:-5])
    return gone


def parts_in(where: Path) -> Iterator[Path]:
    """What was cut off in the making or in the removing."""
    yield from where.glob(".storybank-*.part")


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_whole(path: Path, text: str) -> None:
    """A file that only its owner reads, there whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Have a file or folder on the disk itself."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _manifest(said: dict[str, Any]) -> Manifest:
    if said["what"] != WHAT:
        raise ValueError("another form")
    newest = said["newest_event_at"]
    if Path(said["file"]).name != said["file"]:
        raise ValueError("a file elsewhere")
    return Manifest(
        made_at=datetime.fromisoformat(said["made_at"]),
        database=str(said["database"]),
        file=said["file"],
        sha256=str(said["sha256"]),
        revision=str(said["revision"]),
        rows={str(table): int(count) for table, count in said["rows"].items()},
        newest_event_at=datetime.fromisoformat(newest) if newest else None,
        ledger=Position(int(said["ledger"]["lines"]), str(said["ledger"]["hash"])),
    )
