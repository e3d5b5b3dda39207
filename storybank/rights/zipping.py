"""A zip file made while it is sent: never whole in memory, never on a disk."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

WRITTEN_AT_ONCE = 64 * 1024


class _Outgoing:
    """What the zip writer takes for a file: what is written waits here until it is sent."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def write(self, some: Any, /) -> int:
        self._waiting.append(bytes(some))
        return len(some)

    def flush(self) -> None:
        """Nothing to do: what waits is taken by ``take``."""

    def close(self) -> None:
        """Nothing to do either."""

    def take(self) -> bytes:
        taken = b"".join(self._waiting)
        self._waiting.clear()
        return taken


def zipped(files: Iterable[tuple[str, str]], at: datetime) -> Iterator[bytes]:
    """The bytes of a zip file of these (path, text) pairs, piece by piece.

    ``at`` is the day and time that each file in it bears.
    """
    out = _Outgoing()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files:
            info = zipfile.ZipInfo(path, at.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            with archive.open(info, "w", force_zip64=False) as file:
                for start in range(0, len(text), WRITTEN_AT_ONCE):
                    file.write(text[start : start + WRITTEN_AT_ONCE].encode())
                    yield out.take()
            yield out.take()
    yield out.take()
