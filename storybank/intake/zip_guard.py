"""Looks over an archive before anything reads it: counts what comes out, trusting no header."""

import re
import zipfile
import zlib
from io import BytesIO
from typing import BinaryIO

from storybank.errors import BadInput
from storybank.intake import rules

MAX_TOTAL = 60_000_000
MAX_PARTS = 2_000
MAX_RATIO = 200
RATIO_COUNTS_FROM = 1_000_000
_CHUNK = 65_536
ENCRYPTED = 0x1
# In UTF-8, or with a NUL before or after each letter: UTF-16 either way round, and UTF-32.
_DTD = re.compile(b"<\0{0,3}!\0{0,3}(?:D\0{0,3}O\0{0,3}C\0{0,3}T|E\0{0,3}N\0{0,3}T\0{0,3}I)", re.I)
_DTD_TAIL = 32
_CODED = re.compile(rb"""\A(?:\xef\xbb\xbf)?<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})""")
# Pictures and pages inside a document may have a document type; no reader here opens them.
_NEVER_READ = (".svg", ".htm", ".html", ".xhtml", ".mht")
_PLAIN_CODES = frozenset((b"utf-8", b"utf8", b"us-ascii", b"ascii", b"iso-8859-1", b"utf-16"))


BENT = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, NotImplementedError,
    RuntimeError, OverflowError,
)  # fmt: skip
"""What the library raises on a bent archive."""


def open_archive(file: BinaryIO) -> zipfile.ZipFile:
    """Return the archive once every part has been unpacked through a counter.

    Raises BadInput for what is no archive, has a password, too many parts or too much in them,
    or brings a document type of its own in XML.
    """
    try:
        archive = zipfile.ZipFile(file)
        parts = archive.infolist()
        if len(parts) > MAX_PARTS:
            raise BadInput(rules.TOO_MANY_PARTS)
        if any(part.flag_bits & ENCRYPTED for part in parts):
            raise BadInput(rules.PASSWORD)
        total = 0
        for part in parts:
            total += _unpacked_size(archive, part, MAX_TOTAL - total)
    except BadInput:
        raise
    except BENT as broken:
        raise BadInput(rules.DAMAGED) from broken
    return archive


def is_odt(data: bytes) -> bool:
    """Does an archive say of itself that it is an OpenDocument file?"""
    try:
        with zipfile.ZipFile(BytesIO(data)).open("mimetype") as said:
            return said.read(40).startswith(b"application/vnd.oasis")
    except (*BENT, KeyError):
        return False


def _unpacked_size(archive: zipfile.ZipFile, part: zipfile.ZipInfo, allowed: int) -> int:
    size, tail = 0, b""
    xml = False
    with archive.open(part) as unpacked:
        while chunk := unpacked.read(_CHUNK):
            if size == 0:
                xml = _is_xml(part.filename, chunk)
            size += len(chunk)
            greedy = size > RATIO_COUNTS_FROM and size > MAX_RATIO * max(1, part.compress_size)
            if size > allowed or greedy:
                raise BadInput(rules.UNPACKS_TOO_BIG)
            if xml and _DTD.search(tail + chunk):
                raise BadInput(rules.HAS_DTD)
            tail = chunk[-_DTD_TAIL:]
    return size


def _is_xml(name: str, start: bytes) -> bool:
    """Say whether a part is XML by its name or its look.

    Raises BadInput for XML in an encoding that could hide a document type from the search.
    """
    name = name.lower()
    if name.endswith(_NEVER_READ):
        return False
    squeezed = start[:400].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    xml = name.endswith((".xml", ".rels")) or squeezed.startswith(b"<")
    if xml:
        coded = _CODED.match(squeezed)
        if coded and coded[1].lower() not in _PLAIN_CODES:
            raise BadInput(rules.HAS_DTD)
        if not squeezed.startswith(b"<"):
            raise BadInput(rules.DAMAGED)
    return xml
