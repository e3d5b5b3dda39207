"""A zip of files, looked over as it is unpacked: what comes out is counted, no header trusted.

Nothing is written anywhere, and the names in it are only ever shown.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.intake.zip_guard import BENT, ENCRYPTED, MAX_RATIO, RATIO_COUNTS_FROM
from storybank.receiving.rules import MAX_TABLE

START = 8_192
MAX_MEMBERS = 2_000
MAX_TOTAL = 200_000_000
"""Bytes that may come out of one zip, all its files together."""

MAX_LIST = 4_000_000
"""Bytes of a zip's list of files: of a longer one nothing is read."""

NOTHING_IN_IT = "There is no file in this zip. Check it, and bring the files themselves."
NESTED = "This is an archive inside an archive. Unpack it, and bring the files in it."
TOO_MANY = f"There are over {MAX_MEMBERS:,} files in this zip. Bring them in several parts."
TOO_MUCH = "The zip unpacks to far more than its files can hold, so the rest was not opened."
LEADS_OUT = "Its name in the zip leads out of the zip, as traps do, so it was not opened."
PROJECT = "This is a project of another program. Bring it in whole: 'storybank bring-in' takes it."
_DRIVE = re.compile(r"[A-Za-z]:")
_CHUNK = 65_536
_TAIL = 65_536 + 22 + 20 + 56
_LONG = (".csv", ".tsv", ".jsonl", ".ndjson", ".xlsx")
NOT_BROUGHT = frozenset((".ds_store", "thumbs.db", "desktop.ini"))
_SIGNATURES = (b"PK\3\4", b"PK\5\6", b"PK\7\x08")


@dataclass(frozen=True)
class Member:
    """A file in a zip: its name, and its bytes or the sentence that says why it has none."""

    name: str
    body: bytes = b""
    refused: str = ""


def is_zip(start: bytes) -> bool:
    """Do these first bytes begin a zip, or a document that is one inside?"""
    return start.startswith(_SIGNATURES)


def is_zip_of_files(start: bytes, stream: IO[bytes]) -> bool:
    """Is it a zip of files, and no document that is a zip inside? The stream stands where it did.

    What can not be told, because it is damaged, is no zip of files: its reader says so.
    """
    return is_zip(start) and _kind(stream) == "zip"


def kind_of_document(stream: IO[bytes]) -> str:
    """xlsx, odt or docx for a document that is a zip inside; ``zip`` for a zip of files."""
    return _kind(stream) or "docx"


def members(stream: IO[bytes]) -> Iterator[Member]:
    """Yield each file in a zip, in the order of its list. Folders and what systems add are not
    files that somebody brought.

    Raises BadInput, with one sentence for the whole zip, where it is damaged, has too many files,
    or where more comes out than may: what was yielded before it stands.
    """
    if _list_size(stream) > MAX_LIST:
        raise BadInput(TOO_MANY)
    try:
        archive = zipfile.ZipFile(stream)
        brought = [part for part in archive.infolist() if _is_brought(part)]
    except BENT as broken:
        raise BadInput(rules.DAMAGED) from broken
    if len(brought) > MAX_MEMBERS:
        raise BadInput(TOO_MANY)
    if any(part.filename.casefold().endswith(".qde") for part in brought):
        raise BadInput(PROJECT)
    left = MAX_TOTAL
    for part in brought:
        path = PurePosixPath(part.filename.replace("\\", "/"))
        name = path.name
        if ".." in path.parts or path.is_absolute() or _DRIVE.match(part.filename):
            yield Member(name, refused=LEADS_OUT)
            continue
        if part.flag_bits & ENCRYPTED:
            yield Member(name, refused=rules.PASSWORD)
            continue
        try:
            member, size = _unpacked(archive, part, name, left)
        except BENT:
            yield Member(name, refused=rules.DAMAGED)
            continue
        left -= size
        yield member


def _kind(stream: IO[bytes]) -> str:
    if _list_size(stream) > MAX_LIST:
        return "zip"  # whoever unpacks it says that it has too many files
    at = stream.tell()
    try:
        names = {name.casefold() for name in zipfile.ZipFile(stream).namelist()}
    except BENT:
        return ""
    finally:
        stream.seek(at)
    if "mimetype" in names and "content.xml" in names:
        return "odt"
    if "[content_types].xml" in names:
        return "xlsx" if any(name.startswith("xl/") for name in names) else "docx"
    return "zip"


def _list_size(stream: IO[bytes]) -> int:
    """How long the list of files at the end of a zip says that it is, in bytes; the library reads
    all of it into memory before anything can be asked."""
    at = stream.tell()
    try:
        length = stream.seek(0, io.SEEK_END)
        stream.seek(max(0, length - _TAIL))
        tail = stream.read(_TAIL)
    finally:
        stream.seek(at)
    sizes = [
        int.from_bytes(tail[found + place : found + place + size], "little")
        for mark, place, size in ((b"PK\5\6", 12, 4), (b"PK\6\6", 40, 8))
        if (found := tail.rfind(mark)) >= 0
    ]
    # One of 2 to the 32nd only says that the longer record, before it, counts.
    return max((size for size in sizes if size != 0xFFFFFFFF), default=0)


def _is_brought(part: zipfile.ZipInfo) -> bool:
    path = part.filename.replace("\\", "/")
    name = PurePosixPath(path).name.casefold()
    # Links, and other things that are no file, are not followed.
    kind = stat.S_IFMT(part.external_attr >> 16)
    return not (
        part.is_dir() or path.endswith("/") or path.startswith("__MACOSX/")
        or name in NOT_BROUGHT or name.startswith(("._", "~$"))
        or kind not in (0, stat.S_IFREG)
    )  # fmt: skip


def _unpacked(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, name: str, left: int
) -> tuple[Member, int]:
    """One file and how many bytes came out of it, counted as they come.

    Raises BadInput where more comes out than is ``left`` for the whole zip.
    """
    long = PurePosixPath(name.lower()).suffix in _LONG
    most = MAX_TABLE if long else rules.MAX_FILE
    body = bytearray()
    with archive.open(part) as unpacked:
        while chunk := unpacked.read(_CHUNK):
            body += chunk
            size = len(body)
            if size > left:
                raise BadInput(TOO_MUCH)
            if size > RATIO_COUNTS_FROM and size > MAX_RATIO * max(1, part.compress_size):
                return Member(name, refused=rules.UNPACKS_TOO_BIG), size
            if size > most:
                return Member(name, refused=rules.TOO_BIG), size
    found = bytes(body)
    if is_zip(found) and _kind(BytesIO(found)) == "zip":
        return Member(name, refused=NESTED), len(found)
    return Member(name, found), len(found)
