"""Processes that are ended at any moment: real ones, that find everything loaded already."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import houses

SHARE: Any = multiprocessing.get_context("forkserver")
# Loading takes seconds; a process that is forked from one that has loaded takes none.
SHARE.set_forkserver_preload(["pytest", "storybank.cli.main", "storybank.suggest.spacy_suggester"])
FILE_WORK = {"open", "os.rename", "os.remove", "os.symlink", "os.mkdir", "shutil.rmtree"}


class Running:
    """A ``storybank`` command in a process of its own; what it says is read here."""

    def __init__(self, process: Any, said: Connection, steps: Any) -> None:
        self.process = process
        self.said = os.fdopen(os.dup(said.fileno()), encoding="utf-8")
        self._steps = steps

    @property
    def steps(self) -> int:
        """How many statements, commits and files it has come to."""
        return int(self._steps.value)

    @property
    def killed(self) -> bool:
        return bool(self.process.exitcode == -signal.SIGKILL)

    def kill(self) -> None:
        """End it, and whatever it started, without a warning."""
        os.killpg(self.process.pid, signal.SIGKILL)

    def rest(self) -> list[str]:
        """The whole lines that are still to be read, once it has ended."""
        lines = self.said.read().splitlines(keepends=True)
        self.process.join()
        return [line.rstrip("\n") for line in lines if line.endswith("\n")]


@contextmanager
def storybank(
    home: Path, *words: object, kill_at: int | None = None, within: str | None = None
) -> Iterator[Running]:
    """Run a command on a data folder; ``kill_at`` ends it as it comes to that step.

    With ``within``, a folder of the data folder, only what is done to its files counts.
    """
    reader, writer = SHARE.Pipe(duplex=False)
    steps = SHARE.RawValue("l", 0)
    command = [str(word) for word in words]
    process = SHARE.Process(target=_run, args=(str(home), command, writer, steps, kill_at, within))
    process.start()
    writer.close()
    running = Running(process, reader, steps)
    reader.close()
    try:
        yield running
    finally:
        if process.is_alive():
            running.kill()
        running.said.close()
        process.join()


def _run(
    home: str, words: list[str], said: Connection, steps: Any, kill_at: int | None,
    within: str | None,
) -> None:  # fmt: skip
    os.setsid()
    os.dup2(said.fileno(), 1)
    said.close()
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8")
    os.environ.pop("STORYBANK_DATABASE_URL", None)
    os.environ.update(houses.settings_of(Path(home)))
    sys.argv = ["storybank", *words]
    _count(home, steps, kill_at, within)
    from storybank.cli.main import main

    main()


def _count(home: str, steps: Any, kill_at: int | None, within: str | None) -> None:
    """Count what a process does to the database and to files, and end it at one of them."""
    import sqlalchemy as sa

    def step(*_: object, **__: object) -> None:
        steps.value += 1
        if steps.value == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def file_step(event: str, args: tuple[Any, ...]) -> None:
        if event in FILE_WORK and str(args[0]).startswith(counted):
            step()

    counted = f"{home}/{within}" if within else home
    if within is None:
        for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
            sa.event.listen(sa.Engine, name, step)
    sys.addaudithook(file_step)
