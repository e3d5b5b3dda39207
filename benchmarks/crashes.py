"""kill -9 at random moments of a long intake: what was lost, what came in twice.

    python benchmarks/crashes.py [--kills 40] [--seed 8] [--whole] [--json]

The real stories are taken in by the command line, which is killed after a random number of
stories and some milliseconds more, and given again each time. With ``--whole`` the last run also
puts them into the index and suggests codings; else it is ended when all are taken in.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from main_job import PROGRAM
from measure import SHARED, Row, at_most, figure, show

STORIES = SHARED / "stories" / "stories.jsonl"
YES = ("--uses", "keep,study", "--evidence", "A benchmark's own consent.", "--json")


@dataclass
class Seen:
    """What the runs said."""

    killed: int = 0
    resumed: int = 0
    said: Counter[str] = field(default_factory=Counter)
    """How often each id was said to be taken in."""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--kills", type=int, default=40)
    asked.add_argument("--seed", type=int, default=8)
    asked.add_argument("--whole", action="store_true")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    if not STORIES.is_file():
        raise SystemExit("The real stories are not beside the project.")
    with tempfile.TemporaryDirectory(prefix="storybank-bench-") as folder:
        os.environ["STORYBANK_HOME"] = str(Path(folder) / "home")
        subprocess.run([PROGRAM, "init"], check=True, stdout=subprocess.DEVNULL)
        show(measure(options.kills, random.Random(options.seed), options.whole))


def measure(kills: int, chance: random.Random, whole: bool) -> list[Row]:
    """Take in, kill and go on; then compare what is there with what was given."""
    with STORIES.open() as lines:
        wanted = [json.loads(line)["id"] for line in lines]
    seen = Seen()
    start = time.perf_counter()
    for turn in range(kills):
        left = len(wanted) - len(seen.said)
        among = max(1, 2 * left // (kills - turn + 1))
        _run(seen, chance.randrange(among), chance.random() * 0.05)
    last = None if whole else len(wanted) - len(seen.said)
    _run(seen, last, 0.5)
    taken = time.perf_counter() - start
    there = _there()
    return [
        figure("stories given", len(wanted), "stories"),
        Row("kill -9", seen.killed, "times", target=kills, ok=seen.killed >= kills),
        figure("runs that went on where the one before was cut off", seen.resumed, "runs"),
        figure("stories there", sum(there.values()), "stories"),
        at_most("lost", len(set(wanted) - set(there)), "stories", 0),
        at_most("said to be taken in, and not there", len(set(seen.said) - set(there)),
                "stories", 0),
        at_most("taken in twice", sum(count - 1 for count in there.values()), "stories", 0),
        at_most("said twice to be taken in", sum(n - 1 for n in seen.said.values()), "stories", 0),
        at_most("half there", _halves(), "stories", 0),
        at_most("items of the intake that are not one for each story", _items(len(wanted)),
                "items", 0),
        figure("all runs together", taken, "s of wall time"),
    ]  # fmt: skip


def _run(seen: Seen, lines: int | None, wait: float) -> None:
    """Give the command once; end it after it said so many lines and ``wait`` seconds more."""
    process = subprocess.Popen(
        [PROGRAM, "take-in", str(STORIES), *YES],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None and process.stderr is not None
    while lines is None or lines > 0:
        line = process.stdout.readline()
        if not line:
            break
        _note(seen, line)
        lines = None if lines is None else lines - 1
    if lines is not None:
        time.sleep(wait)
        os.killpg(process.pid, signal.SIGKILL)
    rest, told = process.communicate()
    for line in rest.splitlines(keepends=True):
        if line.endswith("\n"):
            _note(seen, line)
    seen.killed += process.returncode == -signal.SIGKILL
    seen.resumed += told.startswith("Going on with intake")


def _note(seen: Seen, line: str) -> None:
    row = json.loads(line)
    if row["outcome"] == "taken in":
        seen.said[row["external_id"]] += 1


def _there() -> Counter[str]:
    """How often each id is in the house."""
    from storybank.stories.models import Story

    with _session() as session:
        return Counter(session.scalars(sa.select(Story.external_id)).all())


def _halves() -> int:
    """Stories without their one version, or without a receipt."""
    from storybank.consent.models import Receipt
    from storybank.stories.models import Story, StoryVersion

    with _session() as session:
        stories = set(session.scalars(sa.select(Story.id)))
        versions = Counter(session.scalars(sa.select(StoryVersion.story_id)))
        receipts = Counter(session.scalars(sa.select(Receipt.story_id)))
    return sum(versions[one] != 1 or receipts[one] != 1 for one in stories)


def _items(wanted: int) -> int:
    """How far the items of the one intake are from one for each story."""
    from storybank.receiving.models import Intake, IntakeItem

    with _session() as session:
        intakes = len(session.scalars(sa.select(Intake.id)).all())
        lines = session.scalars(sa.select(IntakeItem.line)).all()
    return abs(len(lines) - wanted) + len(lines) - len(set(lines)) + intakes - 1


def _session() -> Any:
    from storybank import db
    from storybank.config import Config
    from storybank.people import sealing

    config = Config.from_environment()
    engine = db.make_engine(config.database_url)
    return db.make_sessions(engine, info=sealing.carried(config.keys_file))()


if __name__ == "__main__":
    main()
