"""Has a child look at one file: with no environment, for a while, and heard out only so far."""

from __future__ import annotations

import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO


def ask(program: Path, kind: str, data: bytes, seconds: float, most: int) -> bytes:
    """What ``program`` says of a file; nothing where it died or had to be killed.

    ``seconds`` go by the clock on the wall. Of more than ``most`` bytes, one more is returned.
    """
    # No environment: nothing of ours (keys, database) is there to be read.
    with subprocess.Popen(
        [sys.executable, "-I", str(program), kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
    ) as child:
        watch = threading.Timer(seconds, child.kill)
        feed = threading.Thread(target=_feed, args=(child.stdin, data))
        watch.start()
        feed.start()
        try:
            said = child.stdout.read(most + 1) if child.stdout else b""
        finally:
            if child.stdout:
                child.stdout.close()  # a child that says more than that is not heard out
            feed.join()
            child.wait()
            watch.cancel()
    return said if child.returncode == 0 else b""


def _feed(pipe: IO[bytes] | None, data: bytes) -> None:
    with suppress(BrokenPipeError):  # a child that died has said enough
        if pipe:
            with pipe:
                pipe.write(data)
