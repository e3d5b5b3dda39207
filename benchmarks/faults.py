"""Faults at random moments under load: what was lost, shown, doubled, and how long it took to mend.

    python benchmarks/faults.py [--injections 100] [--stories 500] [--seed 9] [--short] [--json]

One PostgreSQL, two web nodes and two workers, each a process of its own with its own data folder,
in network namespaces and on small disks where this process may make them (``tests/bed.py``). While
people read, search, code, confirm, take in, stop and answer in a workshop, machines are killed,
frozen, cut off, filled and set wrong (``tests/befalling.py``). Getting well is timed from when the
fault is over until every web node reads, writes and searches again: that holds the time until a
program is started again. Work is done when all that was promised before the fault was over has been
kept. ``--short`` leaves out what takes 30 s.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[0]), str(HERE.parents[1]), str(HERE.parents[1] / "tests")]

import at_work  # noqa: E402
import bed as beds  # noqa: E402
import befalling  # noqa: E402
import ordeal  # noqa: E402
from measure import Row, at_most, figure, show  # noqa: E402


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--injections", type=int, default=100)
    asked.add_argument("--stories", type=int, default=500)
    asked.add_argument("--seed", type=int, default=9)
    asked.add_argument("--short", action="store_true")
    asked.add_argument("--only", help="part of the names of the faults that may befall")
    asked.add_argument("--logs", type=Path, help="a folder to keep what the nodes said in")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    if options.only:
        befalling.FAULTS = tuple(one for one in befalling.FAULTS if options.only in one.name)
        befalling.LONG = tuple(one for one in befalling.LONG if options.only in one.name)
    memory = Path("/dev/shm")
    folder = Path(
        tempfile.mkdtemp(prefix="storybank-bed-", dir=memory if memory.is_dir() else None)
    )
    try:
        show(measure(folder, options))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(folder: Path, options: argparse.Namespace) -> list[Row]:
    grounds: list[at_work.Ground] = []

    def furnish(bed: beds.Bed) -> None:
        grounds.append(at_work.furnish(bed, options.stories))

    began = time.perf_counter()
    with beds.laid(folder, furnish) as bed:
        ground = grounds[0]
        opened = time.perf_counter() - began
        say(f"open after {opened:.0f} s; {len(bed.of(beds.WORK))} workers")
        if not bed.machines:
            say("no machines of their own: no cut wires and full disks")
        with contextlib.suppress(AssertionError):
            beds.until(lambda: len(at_work.suggestions(bed)) > 200, "suggestions", 60)
        ground.suggestions = at_work.suggestions(bed)
        lot = random.Random(options.seed)
        chosen = befalling.drawn(bed, options.injections, lot, not options.short, befalling.FAULTS)
        began = time.perf_counter()
        try:
            run = ordeal.befall(bed, ground, chosen, options.seed, say)
        finally:
            if options.logs:
                options.logs.mkdir(parents=True, exist_ok=True)
                for log in [*folder.glob("*.log"), bed.cluster.log]:
                    with contextlib.suppress(OSError):
                        shutil.copy(log, options.logs)
        took = time.perf_counter() - began
    for line in [*run.never, *run.lost, *run.doubled, *run.jobs, *run.wrong, *run.seen.broken][:60]:
        say(line)
    say(f"not done: {dict(run.seen.statuses.most_common())}")
    return rows(run, took)


def rows(run: ordeal.Run, took: float) -> list[Row]:
    seen = run.seen
    found = [
        figure("faults", sum(map(len, run.took.values())) + len(run.never), "faults"),
        figure("the whole run", took, "s"),
        figure("acts done", sum(seen.acts.values()), "acts"),
        figure("changes acknowledged", seen.acknowledged, "acts"),
        figure("not done, and said so", sum(seen.statuses.values()), "acts"),
        figure("longest wait for an answer", seen.slowest, "s"),
        figure("pages looked through", seen.pages, "pages"),
        at_most("acknowledged and lost", len(run.lost), "acts", 0),
        at_most("done twice", len(run.doubled), "acts", 0),
        at_most("stopped stories shown", seen.shown, "pages", 0),
        at_most("jobs lost, given up or done twice", len(run.jobs), "jobs", 0),
        at_most("otherwise wrong afterwards", len(run.wrong), "things", 0),
        at_most("did not get well", len(run.never), "faults", 0),
        at_most("answers that were no answers (500)", sum(
            times for what, times in seen.statuses.items() if what.endswith(" 500")), "pages", 0),
    ]  # fmt: skip
    for name, times in sorted(run.took.items()):
        found.append(figure(f"well after: {name} ({len(times)} times), median",
                            statistics.median(times), "s"))  # fmt: skip
        found.append(figure(f"well after: {name}, worst", max(times), "s"))
        kept = run.kept.get(name, [0.0])
        found.append(figure(f"work done after: {name}, median", statistics.median(kept), "s"))
        found.append(figure(f"work done after: {name}, worst", max(kept), "s"))
    return found


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
