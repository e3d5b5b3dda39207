"""The real program, serving a house as an operator has it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from threading import Event
from time import monotonic

from servers import free_port

PROGRAM = Path(sys.executable).with_name("storybank")
PROJECT = Path(__file__).parents[2]
LONGEST = 60.0


def until(true, what: str) -> None:
    """Wait for it; AssertionError where it never comes."""
    began, pause = monotonic(), Event()
    while not true():
        assert monotonic() - began < LONGEST, what
        pause.wait(0.05)


class Served:
    """A house that is being served, by a process of its own."""

    def __init__(self, settings: dict[str, str], log: Path, *words: str) -> None:
        self.port, self.log = free_port(), log
        with open(log, "wb") as out:
            self.process = subprocess.Popen(
                [PROGRAM, "serve", "--port", str(self.port), *words],
                env=settings, stdout=out, stderr=out, cwd="/",
            )  # fmt: skip
        until(lambda: self._ready() or self.process.poll() is not None, "it never opened")
        assert self.process.poll() is None, log.read_text()

    def _ready(self) -> bool:
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False

    def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], str]:
        """(status, headers, text) of one page, over a connection of its own."""
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        try:
            with urllib.request.urlopen(asked, timeout=LONGEST) as answer:
                return answer.status, dict(answer.headers), answer.read().decode()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, dict(answer.headers), answer.read().decode()

    def end(self, how: int = signal.SIGTERM) -> int:
        """Tell it to end, and wait; how it ended."""
        self.process.send_signal(how)
        return self.process.wait(LONGEST)


def settings_of(home: Path, url: str | None = None, **more: str) -> dict[str, str]:
    """The environment of a program that works in this house and knows no other setting."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("STORYBANK_", "PROMETHEUS_")) and name != "PORT"
    }
    there = {"STORYBANK_DATABASE_URL": url} if url else {}
    return kept | {"STORYBANK_HOME": str(home), "PYTHONPATH": str(PROJECT)} | there | more
