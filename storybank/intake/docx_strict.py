"""Word's 'Strict' files, made like the others: other addresses for the names in their XML."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

_ADDRESS = re.compile(rb"""(=\s*["'])http://purl\.oclc\.org/ooxml/(\w{1,40})/""")
_SAYS_SO = b"purl.oclc.org/ooxml"


def is_strict(document: bytes) -> bool:
    """Whether the main part of a Word file, in UTF-8, is of the strict kind."""
    return _SAYS_SO in document[:5_000]


def as_usual(archive: zipfile.ZipFile) -> bytes:
    """A Word file with the addresses of the usual kind; its pictures are empty.

    The archive must have been looked over by `zip_guard`.
    """
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as usual:
        for part in archive.infolist():
            xml = part.filename.lower().endswith((".xml", ".rels"))
            words = archive.read(part) if xml else b""
            words = _ADDRESS.sub(rb"\1http://schemas.openxmlformats.org/\2/2006/", words)
            usual.writestr(part.filename, words)
    return made.getvalue()
