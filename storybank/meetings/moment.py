"""What many ask for in the same moment is put together once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

SECONDS = 4.0
"""For how long: a room's phones have all asked by then. After that nothing is held."""
MOST = 64

Thing = TypeVar("Thing")


class Moment(Generic[Thing]):
    """Holds things for a few seconds under keys that say everything that they hang on.

    ``clock`` gives seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._held: dict[Hashable, tuple[float, Thing]] = {}
        self._lock = threading.Lock()
        self._wiper: threading.Timer | None = None

    def get(self, key: Hashable, make: Callable[[], Thing]) -> Thing:
        """What was made under this key less than ``SECONDS`` ago, else what ``make`` gives."""
        with self._lock:
            self._forget()
            held = self._held.get(key)
        if held is not None:
            return held[1]
        made = make()
        with self._lock:
            if len(self._held) < MOST:
                self._held[key] = self._clock(), made
                self._wipe_later()
        return made

    def __len__(self) -> int:
        with self._lock:
            self._forget()
            return len(self._held)

    def _forget(self) -> None:
        until = self._clock() - SECONDS
        self._held = {key: held for key, held in self._held.items() if held[0] > until}

    def _wipe_later(self) -> None:
        """Wipe what nobody asks for again, too: no words stay for want of a reader."""
        if self._wiper is None:
            self._wiper = threading.Timer(SECONDS + 0.1, self._wipe)
            self._wiper.daemon = True
            self._wiper.start()

    def _wipe(self) -> None:
        with self._lock:
            self._wiper = None
            self._forget()
            if self._held:
                self._wipe_later()
