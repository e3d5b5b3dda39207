"""A zip file made while it is sent: never whole in memory, never on a disk."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

FAST = 4
"""How hard to press: half as long as usual, for a file a tenth larger."""
Part = tuple[str, Iterable[bytes]]
"""The path of one file in the zip, and its bytes piece by piece."""


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


def zipped(parts: Iterable[Part], at: datetime) -> Iterator[bytes]:
    """The bytes of a zip file of these parts: one piece for each of theirs, which may be empty.

    ``at`` is the day and time that each file in it bears.
    """
    out = _Outgoing()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=FAST) as archive:
        for path, pieces in parts:
            info = zipfile.ZipInfo(path, at.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            with archive.open(info, "w", force_zip64=False) as file:
                for piece in pieces:
                    file.write(piece)
                    yield out.take()
            yield out.take()
    yield out.take()
