"""Has a child look at one file: with no environment, for a while, and heard out only so far.

To start a Python for each file is dear, so one waits with the libraries loaded
(`storybank.intake.warm`) and forks a child for each; children share nothing and outlive nothing.
Threads that ask at the same time have a waiting process each, of which a few are kept; a process
that was forked begins with none; they end when nobody asks, and with whoever started them.
"""

from __future__ import annotations

import atexit
import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from storybank.intake import warm

KEPT = 2
"""How many waiting processes of one program are kept."""

_WARM = Path(warm.__file__)
_PIECE = 262_144
_GRACE = 2.0
"""Seconds for a child to end that has said all it may."""


class Heard(NamedTuple):
    """What a child said, how it ended (0 well, below 0 by a signal; None: it had to be killed),
    its greatest memory in KiB and its processor time in seconds."""

    said: bytes
    ended: int | None
    memory: int = 0
    seconds: float = 0.0


def ask(program: Path, kind: str, data: bytes, seconds: float, most: int) -> bytes:
    """What ``program`` says of a file; nothing where it died or had to be killed.

    ``program`` is a module with ``main()``, which finds the kind in ``sys.argv[1]`` and the bytes
    on standard input, and may have ``prepare()``, which loads its libraries beforehand.
    ``seconds`` go by the clock on the wall. Of more than ``most`` bytes, one more is returned.
    """
    heard = hear(program, kind, data, seconds, most)
    return heard.said if heard.ended == 0 or len(heard.said) > most else b""


def hear(program: Path, kind: str, data: bytes, seconds: float, most: int) -> Heard:
    """As `ask`, with how the child ended and what it took."""
    waiting, used_before = _one_waiting(program)
    until = time.monotonic() + seconds
    try:
        heard = waiting.hear(kind, data, until, most)
    except OSError:  # it had gone by itself, or was killed with the child
        waiting.end()
        if not used_before:
            return Heard(b"", None)
        waiting = _Waiting(program)
        try:
            heard = waiting.hear(kind, data, until, most)
        except OSError:
            waiting.end()
            return Heard(b"", None)
    except BaseException:
        waiting.end()
        raise
    if heard.ended is None:
        waiting.end()
    else:
        _keep(program, waiting)
    return heard


class _Waiting:
    """A process that waits with a program loaded."""

    def __init__(self, program: Path) -> None:
        self._control, theirs = socket.socketpair()
        _all.add(self)
        with theirs:
            # No environment: nothing of ours (keys, database) is there to be read. A session of
            # its own: its children can be killed with it, and a key pressed here stops none.
            self._process = subprocess.Popen(
                [sys.executable, "-I", str(_WARM), str(program), str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={},
                cwd="/",
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    def hear(self, kind: str, data: bytes, until: float, most: int) -> Heard:
        """Have a child look at one file. Raises OSError where the process is gone."""
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                socket.send_fds(self._control, [f"{kind}\n".encode()], [theirs.fileno()])
            said = _exchange(ours, data, until, most)
        if said is None:
            return Heard(b"", None)
        # One that is not heard out ends at its next word.
        self._control.settimeout(_GRACE if len(said) > most else until - time.monotonic() + _GRACE)
        try:
            told = self._control.recv(warm.TOLD.size)
        except TimeoutError:
            return Heard(b"", None)
        if len(told) < warm.TOLD.size:
            raise ConnectionResetError
        ended, memory, spent = warm.TOLD.unpack(told)
        return Heard(said, ended, memory, spent / 1000)

    def end(self) -> None:
        """Kill it and the child it has, and be done with it."""
        self._control.close()
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def forget(self) -> None:
        """Let go of one that belongs to the process this one was forked from."""
        self._control.close()
        self._process.returncode = 0  # no child of this process: not to be waited for


def _exchange(ours: socket.socket, data: bytes, until: float, most: int) -> bytes | None:
    """Send all and hear all, at most ``most`` bytes and one; None where the time is up."""
    ours.setblocking(False)
    left, said = memoryview(data), bytearray()
    with selectors.DefaultSelector() as ready:
        ready.register(ours, selectors.EVENT_READ | selectors.EVENT_WRITE)
        while len(said) <= most:
            events = ready.select(max(0.0, until - time.monotonic()))
            if not events:
                return None
            _, what = events[0]
            if what & selectors.EVENT_WRITE:
                with suppress(BlockingIOError):
                    try:
                        left = left[ours.send(left[:_PIECE]) :] if left else left
                    except (BrokenPipeError, ConnectionResetError):
                        left = left[:0]  # a child that died has said enough
                if not left:
                    with suppress(OSError):
                        ours.shutdown(socket.SHUT_WR)
                    ready.modify(ours, selectors.EVENT_READ)
            if what & selectors.EVENT_READ:
                try:
                    piece = ours.recv(min(_PIECE, most + 1 - len(said)))
                except BlockingIOError:
                    continue
                except ConnectionResetError:
                    break
                if not piece:
                    break
                said += piece
    return bytes(said)


_lock = threading.Lock()
_kept: dict[Path, list[_Waiting]] = {}
_all: weakref.WeakSet[_Waiting] = weakref.WeakSet()


def _one_waiting(program: Path) -> tuple[_Waiting, bool]:
    """A process that waits, and whether it has worked before."""
    with _lock:
        kept = _kept.get(program)
        if kept:
            return kept.pop(), True
    return _Waiting(program), False


def _keep(program: Path, waiting: _Waiting) -> None:
    with _lock:
        kept = _kept.setdefault(program, [])
        if len(kept) < KEPT:
            kept.append(waiting)
            return
    waiting.end()


def _end_all() -> None:
    with _lock:
        waiting = [one for kept in _kept.values() for one in kept]
        _kept.clear()
    for one in waiting:
        one.end()


def _begin_anew() -> None:
    """In a process that was forked: what waits belongs to the one it was forked from."""
    global _lock
    _lock = threading.Lock()
    _kept.clear()
    for one in list(_all):
        one.forget()
    _all.clear()


atexit.register(_end_all)
os.register_at_fork(after_in_child=_begin_anew)
