"""What every benchmark here shares: rows, a table, medians, and the machine's load."""

from __future__ import annotations

import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@dataclass(frozen=True)
class Row:
    """One figure: ours, the peer's where there is one, and whether the target is met."""

    name: str
    ours: float
    unit: str
    peer: float | None = None
    ratio: float | None = None
    target: float | None = None
    ok: bool | None = None


def at_most(name: str, ours: float, unit: str, target: float) -> Row:
    return Row(name, round(ours, 3), unit, target=target, ok=ours <= target)


def figure(name: str, ours: float, unit: str) -> Row:
    return Row(name, round(ours, 3), unit)


def median_ms(work: Callable[[], Any], times: int) -> float:
    """The median of ``times`` runs, in milliseconds of this process's processor time.

    Wall time on a machine shared with others would measure the others.
    """
    taken = []
    for _ in range(times):
        start = time.process_time()
        work()
        taken.append((time.process_time() - start) * 1000)
    return statistics.median(taken)


@dataclass(frozen=True)
class Ran:
    """What a command took: wall and processor seconds, peak memory in MB, what it printed."""

    wall: float
    cpu: float
    memory: float
    printed: bytes


def run(command: Sequence[str], **more: Any) -> Ran:
    """Run a command to its end.

    Raises SystemExit when it fails.
    """
    out_read, out_write = os.pipe()
    start = time.perf_counter()
    actions = [(os.POSIX_SPAWN_DUP2, out_write, 1), (os.POSIX_SPAWN_CLOSE, out_read)]
    pid = os.posix_spawn(command[0], list(command), os.environ | more.get("env", {}),
                         file_actions=actions)  # fmt: skip
    os.close(out_write)
    with os.fdopen(out_read, "rb") as pipe:
        printed = pipe.read()
    _, status, usage = os.wait4(pid, 0)
    if os.waitstatus_to_exitcode(status) not in more.get("codes", (0,)):
        raise SystemExit(f"failed: {' '.join(command[1:3])}")
    cpu = usage.ru_utime + usage.ru_stime
    return Ran(time.perf_counter() - start, cpu, usage.ru_maxrss / 1024, printed)


def my_memory() -> float:
    """Peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def folder_size(folder: Path) -> float:
    """MB of all files below a folder."""
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 1e6


def show(rows: Sequence[Row]) -> None:
    """Print a table, or with ``--json`` one object."""
    if "--json" in sys.argv:
        print(json.dumps({"rows": [asdict(row) for row in rows]}))
    else:
        width = max(len(row.name) for row in rows)
        for row in rows:
            target = "" if row.target is None else f"  target {row.target:g}"
            peer = "" if row.peer is None else f"  peer {row.peer:g} ({row.ratio:g} times)"
            verdict = "" if row.ok is None else "  ok" if row.ok else "  MISSED"
            print(f"{row.name:{width}}  {row.ours:>10g} {row.unit}{peer}{target}{verdict}")
        print(
            f"load: {' '.join(f'{load:.2f}' for load in os.getloadavg())}, {os.cpu_count()} cores"
        )
    if any(row.ok is False for row in rows):
        sys.exit(1)
