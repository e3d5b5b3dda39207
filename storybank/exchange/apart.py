"""Has a child read a file of another program, and hears what came in it."""

from __future__ import annotations

import json
from pathlib import Path

from storybank.errors import BadInput
from storybank.exchange.came import Came
from storybank.exchange.qdpx_zip import MAX_FILE
from storybank.intake import apart

SECONDS = 90.0
"""How long a child may take by the clock on the wall."""
MOST_FROM_CHILD = 300 * 1024 * 1024

TOO_BIG = f"The file is over {MAX_FILE // 1024 // 1024} MB. Take sound and pictures out of it."
TOO_HARD = "The file could not be read in the time and room there is. Split it into parts."
EMPTY = "The file is empty. Check that it was saved, and try again."
UNKNOWN = (
    "This is no file of another program that we can read. Export it as a REFI-QDA project "
    "(.qdpx) or codebook (.qdc), or take Taguette's project (.sqlite3) or codebook (.csv)."
)

_CHILD = Path(__file__).with_name("apart_child.py")


def kind_of(data: bytes) -> str:
    """Which kind of file it is, told by its content: qdpx, qdc, sqlite3 or csv.

    Raises BadInput for none of these, and for one that is empty or too big.
    """
    if not data:
        raise BadInput(EMPTY)
    if len(data) > MAX_FILE:
        raise BadInput(TOO_BIG)
    if data.startswith(b"PK"):
        return "qdpx"
    if data.startswith(b"SQLite format 3\0"):
        return "sqlite3"
    start = data[:400].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if start.startswith(b"<"):
        return "qdc"
    line = data[:2_000].split(b"\n")[0].lower()
    if b"," in line and any(word in line for word in (b"tag", b"name", b"path")):
        return "csv"
    raise BadInput(UNKNOWN)


def read(data: bytes) -> Came:
    """What came in a file. Raises BadInput with one sentence where it cannot be read."""
    said = apart.ask(_CHILD, kind_of(data), data, SECONDS, MOST_FROM_CHILD)
    if not said or len(said) > MOST_FROM_CHILD:
        raise BadInput(TOO_HARD)
    try:
        answer = json.loads(said)
        if "refused" in answer:
            raise BadInput(answer["refused"] or TOO_HARD)
        return Came.from_json(answer["came"])
    except (ValueError, KeyError, TypeError) as garbled:
        raise BadInput(TOO_HARD) from garbled
