"""The house's command on a machine whose clock may be set wrong while it runs.

    python wrong_clock.py FILE serve ...

FILE holds how many seconds the clock is ahead. What the house and its libraries ask the time of
is set wrong; waiting is not, as no machine's is when its clock is set. ``datetime.now`` of other
people's code stays right.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

from storybank import clock

right_time, right_now = time.time, clock.now
seen: tuple[int, float] = (-1, 0.0)


def ahead(file: Path) -> float:
    global seen
    changed = os.stat(file).st_mtime_ns
    if changed != seen[0]:
        seen = changed, float(file.read_text() or 0)
    return seen[1]


def set_wrong(file: Path) -> None:
    """Before anybody has taken a name for the time from where it is."""

    def wrong_time() -> float:
        return right_time() + ahead(file)

    def wrong_now() -> datetime:
        return right_now() + timedelta(seconds=ahead(file))

    time.time, clock.now = wrong_time, wrong_now


if __name__ == "__main__":
    set_wrong(Path(sys.argv[1]))
    sys.argv[:2] = ["storybank"]
    from storybank.cli import main

    main()
