"""Reads the next files while somebody is busy with the one before."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from storybank.errors import BadInput
from storybank.intake.reading import read_file
from storybank.intake.rules import Arrival


class Asked(NamedTuple):
    """A file to read: its name, its bytes, and the encoding that somebody chose, if any."""

    name: str
    data: bytes
    encoding: str | None = None


def read_ahead(files: Iterable[Asked], at_once: int = 2) -> Iterator[Arrival | BadInput]:
    """Yield what is in each file, in their order: an arrival, or the refusal `read_file` raised.

    ``at_once`` files are read at the same time, each in its own child; no more than that many and
    one are held. ``files`` is gone through in the thread that asks, so it may read from a session.
    """
    waiting: deque[Future[Arrival | BadInput]] = deque()
    with ThreadPoolExecutor(at_once, thread_name_prefix="reading") as threads:
        try:
            for file in files:
                waiting.append(threads.submit(_read, file))
                if len(waiting) > at_once:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for one in waiting:
                one.cancel()


def _read(file: Asked) -> Arrival | BadInput:
    try:
        return read_file(file.name, file.data, encoding=file.encoding)
    except BadInput as refusal:
        return refusal
