"""The files of a commit: which there are, and that they are on the disk."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import Any

from whoosh import index
from whoosh.filedb.filestore import FileStorage

from storybank.search.folder import sync
from storybank.search.kinds import Kind

ARRAYS = ".arrays"

_on_disk: dict[Path, set[Path]] = {}
"""Files of each index that this process has had written to the disk itself."""


def generation(path: Path, kind: Kind) -> int:
    """The number of the last commit; below 0 where there is none."""
    head, tail = f"_{kind.name}_", ".toc"
    names = [name[len(head) : -len(tail)] for name in os.listdir(path) if name.startswith(head)]
    return max((int(name) for name in names if name.isdecimal()), default=-1)


def segments(path: Path, kind: Kind, number: int) -> list[Any]:
    """The shelves of a commit, and what was deleted on them, as Whoosh says."""
    storage = FileStorage(str(path))
    return list(index.TOC.read(storage, kind.name, gen=number, schema=kind.schema).segments)


def arrays_of(path: Path, segment: Any) -> Path:
    return path / segment.make_filename(ARRAYS)


def tidy(path: Path, known: Collection[str]) -> None:
    """Remove what a killed writer left, and have the rest on the disk itself."""
    there = set()
    for file in path.iterdir():
        if file.name in known:
            there.add(file)
        else:
            file.unlink()
    # A file of a shelf is written once and never again. What this process has not seen on the
    # disk itself may have been left by one that was killed.
    fresh = there - _on_disk.get(path, set())
    for file in fresh:
        sync(file)
    _on_disk[path] = there
    if fresh:
        sync(path)
