"""Texts as a zip file that is made while it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from storybank.web import zips

WRITTEN_AT_ONCE = 64 * 1024


def zipped(files: Iterable[tuple[str, str]], at: datetime) -> Iterator[bytes]:
    """The bytes of a zip file of these (path, text) pairs, piece by piece.

    ``at`` is the day and time that each file in it bears.
    """
    yield from zips.zipped(((path, _pieces(text)) for path, text in files), at)


def _pieces(text: str) -> Iterator[bytes]:
    for start in range(0, len(text), WRITTEN_AT_ONCE):
        yield text[start : start + WRITTEN_AT_ONCE].encode()
