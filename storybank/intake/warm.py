"""A process that waits with a program and its libraries loaded, and forks one child a file.

Run as a program by `storybank.intake.apart`: the path of the program and the number of an open
socket as its arguments. For each file it is sent the file's kind and a socket of the file's own;
the child has that as standard input and output, runs the program's ``main()`` and ends. What
became of the child is told back: how it ended, its greatest memory in KiB, its processor time in
milliseconds. It never sees a byte of a file itself, and ends when nobody asks for a while or when
whoever started it is gone. It imports nothing of the house.
"""

import gc
import os
import runpy
import socket
import struct
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

IDLE = 60.0
"""Seconds after which nobody is expected to ask again."""

TOLD = struct.Struct("=iqq")
"""How a child ended (as a shell says it), its memory in KiB, its processor time in ms."""

MOST_KIND = 100
"""Bytes that the name of a kind may have."""


def main() -> None:
    """Load the program and fork for each file until nobody is there."""
    path, number = sys.argv[1:3]
    # Run by its path and in isolation, so it finds the house by where it stands itself.
    sys.path.insert(0, str(Path(__file__).parents[2]))
    with socket.socket(fileno=int(number)) as control:
        program = runpy.run_path(path, run_name="waiting")
        if "prepare" in program:
            program["prepare"]()
        gc.collect()
        gc.freeze()  # no collection in a child writes to what all share
        control.settimeout(IDLE)
        while True:
            try:
                kind, given, _, _ = socket.recv_fds(control, MOST_KIND, 1)
            except OSError:
                return
            if not kind or not given:
                return
            child = os.fork()
            if not child:
                _work(program, path, kind.decode().rstrip("\n"), given[0], control.fileno())
            os.close(given[0])
            _, status, used = os.wait4(child, 0)
            spent = round((used.ru_utime + used.ru_stime) * 1000)
            control.send(TOLD.pack(os.waitstatus_to_exitcode(status), used.ru_maxrss, spent))


def _work(program: Mapping[str, Any], path: str, kind: str, given: int, control: int) -> None:
    """Be the child: never returns."""
    ended = 1
    try:
        os.close(control)
        os.dup2(given, 0)
        os.dup2(given, 1)
        os.close(given)
        sys.argv[:] = [path, kind]
        sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)  # noqa: SIM115
        program["main"]()
        sys.stdout.flush()
        ended = 0
    except SystemExit as said:
        ended = said.code if isinstance(said.code, int) else 1
    finally:
        os._exit(ended)


if __name__ == "__main__":
    main()
