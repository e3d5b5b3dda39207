"""Every hostile file, found and made, and every real one fed as each kind: time, memory, outcome.

    python benchmarks/hostile.py [--all] [--only NAME] [--json]

Hostile files are those of the data's generator (a copy of it is run in a scratch folder), the
strings, JSON and XML found beside it, and those of `hostile_files.py`. First each is read as it is
brought, by the same functions as the upload page and `storybank take-in`; then its bytes are given
to the child as each kind, whatever they are; then so are all files of ``formats``. A listener on
this machine, whose address stands in the files, must hear nothing. Processor time and memory are
the child's own (`wait4`). While files are read another thread of this process looks at the clock
every 5 ms: the longest gap is how long a web server with the same threads would have stood still.
``--all`` prints a line a file.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[0]), str(HERE.parents[1])]

import hostile_files  # noqa: E402
from measure import SHARED, Row, at_most, figure, my_memory, show  # noqa: E402

from storybank.errors import StorybankError  # noqa: E402
from storybank.intake import apart, bulk, child, reading, table_child  # noqa: E402

KINDS = (
    "archive", "docx", "odt", "rtf", "pdf", "eaf", "vtt", "srt", "sbv", "html", "md", "txt", "xlsx",
)  # fmt: skip
TABLES = (".csv", ".tsv", ".jsonl", ".ndjson", ".xlsx")
MOST_SECONDS, MOST_MB = 5.0, 300.0
MADE_PORT = 9
"""The port that the data's generator writes into its files."""


class Fed(NamedTuple):
    """What one file cost as one kind."""

    name: str
    kind: str
    outcome: str
    wall: float
    seconds: float
    memory: float


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--all", action="store_true")
    asked.add_argument("--only", default="", help="files whose name has this in it")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    heard: list[int] = []
    before = of_the_machine()
    with listening(heard) as port, tempfile.TemporaryDirectory() as scratch, ticking() as gaps:
        folder = Path(scratch)
        hostile = [one for one in found_and_made(folder, port) if options.only in str(one)]
        there = sorted(folder.rglob("*"))
        brought = [as_brought(file, options.all) for file in hostile]
        started = my_memory()
        gaps.clear()
        hostile_fed = [one for file in hostile for one in as_each(file, options.all)]
        real = sorted(p for p in (SHARED / "formats").rglob("*.*") if p.is_file())
        real = [one for one in real if options.only in str(one)]
        real_fed = [one for file in real for one in as_each(file, options.all)]
        longest, grown = max(gaps, default=0.0), my_memory() - started
        left = sorted(folder.rglob("*"))
        time.sleep(0.2)
    rows = [
        *of("hostile, as brought", brought, len(hostile)),
        *of("hostile, as each kind", hostile_fed, len(hostile)),
        *of("real, as each kind", real_fed, len(real)),
        at_most("connections heard by the listener", len(heard), "", 0),
        at_most("files left anywhere", len(set(left) ^ set(there)) + len(of_the_machine() ^ before),
                "files", 0),
        figure("this process: longest pause of another thread while children read", longest * 1000,
               "ms"),
        figure("this process: memory grown while children read", grown, "MB"),
    ]  # fmt: skip
    fed = hostile_fed + real_fed
    for title, worst in (
        ("slowest", sorted(fed, key=lambda one: -one.seconds)),
        ("greatest", sorted(fed, key=lambda one: -one.memory)),
        ("slowest as brought", sorted(brought, key=lambda one: -one.wall)),
    ):
        print(f"{title}:", file=sys.stderr)
        for one in worst[:8]:
            say(one)
    show(rows)


def of(title: str, fed: list[Fed], files: int) -> list[Row]:
    """The rows of one way of feeding."""
    killed = sum(one.outcome == "ended" for one in fed)
    return [
        figure(f"{title}: readings of {files} files", len(fed), ""),
        figure(f"{title}: taken", sum(one.outcome == "taken" for one in fed), ""),
        figure(f"{title}: ended by a limit", killed, ""),
        at_most(f"{title}: ended in another way", sum(one.outcome == "died" for one in fed), "", 0),
        at_most(f"{title}: longest", max((one.seconds for one in fed), default=0), "s",
                MOST_SECONDS),
        at_most(f"{title}: greatest memory", max((one.memory for one in fed), default=0), "MB",
                MOST_MB),
    ]  # fmt: skip


def found_and_made(folder: Path, port: int) -> list[Path]:
    """Every hostile file, below ``folder``."""
    generated = folder / "generated"
    generated.mkdir()
    script = shutil.copy(SHARED / "nasty" / "generated" / "make.py", generated)
    subprocess.run([sys.executable, script], check=True, stdout=subprocess.DEVNULL, cwd=generated)
    Path(script).unlink()
    for place in ("json", "strings", "xml"):
        shutil.copytree(SHARED / "nasty" / place, folder / place)
    made = folder / "made"
    made.mkdir()
    for name, data in hostile_files.make(port):
        (made / name).write_bytes(data)
    return sorted(one for one in folder.rglob("*") if one.is_file())


def as_brought(file: Path, every: bool) -> Fed:
    """Read a file as the command and the page do: by its content and its name."""
    start, used = time.perf_counter(), time.process_time()
    table = file.suffix in TABLES
    try:
        if table:
            for _ in bulk.read_rows(file):
                pass
        else:
            reading.read_path(file)
        outcome = "taken"
    except StorybankError as refusal:
        outcome = refusal.sentence
    wall = time.perf_counter() - start
    # Text is decoded here, so this process's time counts too; the child's is in the other rows.
    fed = Fed(file.name, "table" if table else "file", outcome, wall, time.process_time() - used, 0)
    if every:
        say(fed)
    return fed


def as_each(file: Path, every: bool) -> Iterator[Fed]:
    """Give a file's bytes to the child as each kind."""
    data = file.read_bytes()[: reading.rules.MAX_FILE]
    for kind in KINDS:
        program = table_child if kind == "xlsx" else child
        start = time.perf_counter()
        heard = apart.hear(Path(program.__file__), kind, data, reading.SECONDS,
                           reading.MOST_FROM_CHILD)  # fmt: skip
        if heard.ended == 0:
            outcome = "refused" if heard.said.startswith(b'{"refused"') else "taken"
        else:
            # By the limit of processor time or of the clock; without memory for its last words.
            outcome = "ended" if heard.ended in (None, -9, -24, 1, -11, -6) else "died"
        fed = Fed(file.name, kind, outcome, time.perf_counter() - start, heard.seconds,
                  heard.memory / 1024)  # fmt: skip
        if every:
            say(fed)
        yield fed


def say(fed: Fed) -> None:
    print(f"{fed.name[:40]:40} {fed.kind:8} {fed.wall:6.2f} s  {fed.seconds:6.2f} s cpu  "
          f"{fed.memory:6.1f} MB  {fed.outcome}", file=sys.stderr)  # fmt: skip


def of_the_machine() -> set[Path]:
    """What lies where a hostile name would put a file."""
    places = (Path("/"), Path("/tmp"), Path.cwd(), Path.home())  # noqa: S108
    return {one for place in places for one in place.glob("*canary*")}


@contextmanager
def listening(heard: list[int]) -> Iterator[int]:
    """A listener on this machine, and on the port the generator writes where we may: who came."""
    listeners = []
    for port in (0, MADE_PORT):
        try:
            listeners.append(socket.create_server(("127.0.0.1", port)))
        except OSError:
            print(f"nobody listens on port {port}", file=sys.stderr)

    def hear(listener: socket.socket) -> None:
        while True:
            try:
                listener.accept()[0].close()
            except OSError:
                return
            heard.append(1)

    for listener in listeners:
        threading.Thread(target=hear, args=(listener,), daemon=True).start()
    # It does hear: somebody knocks.
    own = listeners[0].getsockname()[1]
    socket.create_connection(("127.0.0.1", own)).close()
    time.sleep(0.2)
    assert heard, "the listener is deaf"
    heard.clear()
    try:
        yield own
    finally:
        for listener in listeners:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()


@contextmanager
def ticking() -> Iterator[list[float]]:
    """Seconds between looks at the clock of a thread that looks every 5 ms."""
    gaps: list[float] = []
    over = threading.Event()

    def tick() -> None:
        last = time.perf_counter()
        while not over.wait(0.005):
            now = time.perf_counter()
            gaps.append(now - last)
            last = now

    threading.Thread(target=tick, daemon=True).start()
    try:
        yield gaps
    finally:
        over.set()


if __name__ == "__main__":
    os.chdir("/")
    main()
