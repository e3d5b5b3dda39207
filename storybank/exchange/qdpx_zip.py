"""Opens a project file (.qdpx, a zip) that may be hostile: looks over all names and sizes before
anything is unpacked, unpacks only what is asked for, and counts what comes out."""

from __future__ import annotations

import re
import stat
import zipfile
from io import BytesIO
from pathlib import PurePosixPath

from storybank.errors import BadInput
from storybank.intake.zip_guard import BENT

MAX_FILE = 200 * 1024 * 1024
"""The largest project file, in bytes. The page takes less: see ``views_projects``."""
MAX_PARTS = 20_000
MAX_XML = 80_000_000
MAX_TOTAL = 200_000_000
MAX_RATIO = 300
_RATIO_COUNTS_FROM = 1_000_000
_CHUNK = 65_536
_ENCRYPTED = 0x1 | 0x40
_DRIVE = re.compile(r"\A[A-Za-z]:")

NOT_ZIP = "This is not a project file (.qdpx), or it is damaged. Export it again and try that."
PASSWORD = "The file has a password. Export it without one and try again."
TOO_MANY = f"The file has over {MAX_PARTS:,} parts, so it was not opened."
TOO_BIG = "The file unpacks to far more than a project of texts can hold, so it was not opened."
LEADS_OUT = "The file names a place outside itself, which no project needs, so it was not opened."
TWICE = "The file holds two parts of one name, so nobody can tell which counts. Export it again."
NO_PROJECT = "There is no project in the file. Export it as a REFI-QDA project (.qdpx)."


class Bomb(BadInput):
    """It unpacks to too much: the whole file is refused, whatever part it is in."""


class ProjectZip:
    """The parts of a project file, by what they are called in their folder.

    Raises BadInput with one sentence for anything that is not a plain, bounded zip.
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            parts = self._zip.infolist()
        except BENT as broken:
            raise BadInput(NOT_ZIP) from broken
        if len(parts) > MAX_PARTS:
            raise BadInput(TOO_MANY)
        self._left = MAX_TOTAL
        self._projects: list[zipfile.ZipInfo] = []
        self._sources: dict[str, zipfile.ZipInfo] = {}
        self._others: dict[str, zipfile.ZipInfo] = {}
        names: set[str] = set()
        for part in parts:
            _check_name(part)
            if part.is_dir():
                continue
            name = part.filename.lower()
            if name in names:
                raise BadInput(TWICE)
            names.add(name)
            path = PurePosixPath(part.filename)
            if path.suffix.lower() == ".qde":
                self._projects.append(part)
            elif len(path.parts) > 1 and path.parts[0].lower() == "sources":
                self._sources.setdefault(path.name.lower(), part)
            else:
                self._others.setdefault(path.name.lower(), part)

    def project(self) -> bytes:
        """The project's XML. Raises BadInput where there is none, or several."""
        if len(self._projects) != 1:
            raise BadInput(NO_PROJECT)
        return self._read(self._projects[0], MAX_XML)

    def source(self, path: str | None) -> bytes | None:
        """The file that a path of the project (``internal://...``) names, if it is in the zip.

        Only the name at its end counts; nothing outside the zip is ever opened.
        """
        name = re.split(r"[/\\]", path or "")[-1].lower()
        part = self._sources.get(name) or self._others.get(name)
        return None if part is None or not name else self._read(part, MAX_XML)

    def other(self, name: str) -> bytes | None:
        """A part beside the project, by its name."""
        part = self._others.get(name)
        return None if part is None else self._read(part, MAX_XML)

    def _read(self, part: zipfile.ZipInfo, most: int) -> bytes:
        pieces, size = [], 0
        try:
            with self._zip.open(part) as unpacked:
                while chunk := unpacked.read(_CHUNK):
                    size += len(chunk)
                    greedy = size > _RATIO_COUNTS_FROM and size > MAX_RATIO * max(
                        1, part.compress_size
                    )
                    if size > min(most, self._left) or greedy:
                        raise Bomb(TOO_BIG)
                    pieces.append(chunk)
        except BENT as broken:
            raise BadInput(NOT_ZIP) from broken
        self._left -= size
        return b"".join(pieces)


def _check_name(part: zipfile.ZipInfo) -> None:
    name = part.filename.replace("\\", "/")
    if part.flag_bits & _ENCRYPTED:
        raise BadInput(PASSWORD)
    leads_out = name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/")
    kind = stat.S_IFMT(part.external_attr >> 16)
    if leads_out or "\0" in part.orig_filename or kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise BadInput(LEADS_OUT)
