"""What a command is asked to take in: files, folders and zips, to one story after the other."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import groupby
from pathlib import Path

from storybank.errors import BadInput, StorybankError
from storybank.intake import bulk, rules
from storybank.intake.ahead import Asked, read_ahead
from storybank.intake.reading import BY_MACHINE
from storybank.intake.rules import Arrival, BadRow
from storybank.intake.tables import is_table, read_sheets
from storybank.receiving import mapping, unpacking
from storybank.receiving.by_command import Came
from storybank.receiving.rows import by_their_names

EMPTY_FOLDER = "There is no file in this folder."
_ENDINGS = tuple(bulk.BULK_NAMES)


@dataclass(frozen=True)
class File:
    """A file to take in: its place from 1, what it is called, and where it is, or its bytes where
    it came out of a zip, or why it can not be read."""

    n: int
    name: str
    path: Path | None = None
    data: bytes | None = None
    refused: str = ""

    @property
    def table(self) -> bool:
        """May it hold many stories?"""
        if self.refused:
            return False
        if self.path is not None and self.path.suffix.lower() in _ENDINGS:
            return True
        return is_table(self.name, self.read()) if self.data is not None else False

    def read(self) -> bytes:
        """Its bytes, one more than may be at most. Raises BadInput where it can not be opened."""
        if self.data is not None:
            return self.data
        if self.path is None:
            raise BadInput(self.refused or rules.NO_FILE)
        try:
            if not self.path.is_file():
                raise BadInput(rules.NO_FILE)
            with self.path.open("rb") as file:
                return file.read(rules.MAX_FILE + 1)
        except OSError as unreadable:
            raise BadInput(rules.NO_FILE) from unreadable

    def came(self, line: int | None = None) -> Came:
        """How it is noted with its intake."""
        return Came(self.n, self.name, self._size(), line)

    def _size(self) -> int:
        if self.path is None:
            return len(self.data or b"")
        try:
            return min(self.path.stat().st_size, 2**31 - 1)
        except OSError:
            return 0


@dataclass(frozen=True)
class Coming:
    """A story that comes, or the sentence that says why it can not; ``line`` where its file has
    many, and the file's own bytes where it has one."""

    file: File
    story: Arrival | BadRow | str
    line: int | None = None
    data: bytes | None = None


def found(paths: Iterable[Path]) -> Iterator[Path]:
    """Yield the files that are meant: a folder's in the order of their names, hidden ones not."""
    for path in paths:
        if not path.is_dir():
            yield path
            continue
        inside = False
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                if not name.startswith((".", "~$")) and name.lower() not in unpacking.NOT_BROUGHT:
                    inside = True
                    yield Path(folder, name)
        if not inside:
            yield path


def looks(path: Path) -> list[object]:
    """By what a file on disk is known to be the same when a command is given again."""
    try:
        about = path.stat()
    except OSError:
        return [os.fsencode(path.absolute()).hex()]
    folder = stat.S_ISDIR(about.st_mode)
    size = [] if folder else [about.st_size, about.st_mtime_ns]
    return [os.fsencode(path.absolute()).hex(), *size]


def files(paths: Iterable[Path]) -> Iterator[File]:
    """Yield every file, each of a zip by itself, with its place from 1."""
    n = 0
    for path in found(paths):
        for name, body, refused in _in(path):
            n += 1
            yield File(n, name, None if refused or body is not None else path, body, refused)


def stories(
    given: Iterable[File],
    done: dict[int, int],
    columns: mapping.Columns | None = None,
    by_machine: bool = False,
) -> Iterator[Coming]:
    """Yield each story of these files, in their order, but for those that are done already.

    ``done`` says how many of each file are; ``by_machine`` has scanned pages read to words. The
    next files are read meanwhile.
    """
    for table, some in groupby(given, key=lambda file: file.table):
        left = (file for file in some if table or not done.get(file.n))
        if not table:
            yield from _alone(left, by_machine)
            continue
        for file in left:
            for count, row in enumerate(_rows(file, columns)):
                if count >= done.get(file.n, 0):
                    yield row


def _alone(given: Iterable[File], by_machine: bool) -> Iterator[Coming]:
    """Files of one story each."""
    waiting: deque[tuple[File, bytes | str]] = deque()

    def asked() -> Iterator[Asked]:
        for file in given:
            try:
                data = file.read()
            except BadInput as problem:
                waiting.append((file, problem.sentence))
                continue
            waiting.append((file, data))
            yield Asked(file.name, data, BY_MACHINE if by_machine else None)

    def refusals() -> Iterator[Coming]:
        while waiting and isinstance(waiting[0][1], str):
            file, sentence = waiting.popleft()
            yield Coming(file, str(sentence))

    for came in read_ahead(asked()):
        yield from refusals()
        file, data = waiting.popleft()
        kept = data if isinstance(data, bytes) else None
        yield Coming(file, came.sentence if isinstance(came, BadInput) else came, None, kept)
    yield from refusals()


def _rows(file: File, columns: mapping.Columns | None) -> Iterator[Coming]:
    try:
        for row in _stories_of(file, columns):
            yield Coming(file, row, row.line or 0)
    except StorybankError as problem:
        yield Coming(file, problem.sentence)


def _stories_of(file: File, columns: mapping.Columns | None) -> Iterator[Arrival | BadRow]:
    if columns is None and file.path is not None:
        yield from bulk.read_rows(file.path)
        return
    source = file.path if file.path is not None else file.read()
    sheets = read_sheets(file.name, source)
    if columns is None:
        yield from by_their_names(sheets[0])
    else:
        yield from mapping.stories(sheets, columns)


def _in(path: Path) -> Iterator[tuple[str, bytes | None, str]]:
    """A file, or those in it where it is a zip: what each is called, its bytes, or a sentence."""
    # A name need not be in UTF-8; what other programs read from us is.
    name = _shown(os.fsencode(path.name or path).decode("utf-8", "replace"))
    if path.is_dir():
        yield name, None, EMPTY_FOLDER
        return
    try:
        with path.open("rb") as file:
            start = file.read(unpacking.START)
            file.seek(0)
            if not unpacking.is_zip_of_files(start, file):
                yield name, None, ""
                return
            inside = False
            try:
                for member in unpacking.members(file):
                    inside = True
                    yield f"{name}/{_shown(member.name)}", member.body, member.refused
            except BadInput as problem:
                yield name, None, problem.sentence
                return
            if not inside:
                yield name, None, unpacking.NOTHING_IN_IT
    except OSError:
        yield name, None, ""


def _shown(name: str) -> str:
    """A name as a terminal may be given it: what would turn or move its letters is marked."""
    return "".join(one if one.isprintable() else "\ufffd" for one in name)


def opened(data: bytes | None) -> BytesIO | None:
    """The bytes of a file as something to read from."""
    return None if data is None else BytesIO(data)
