"""A few faults at random moments under load. ``benchmarks/faults.py`` lets a hundred befall."""

from __future__ import annotations

import random

import bed as beds
import pytest
from at_work import furnish
from befalling import FAULTS, drawn
from ordeal import befall

MANY = 10
QUICK = ("killed", "stands still", "database crashes", "breaks all", "cut from", "is full", "jumps")
"""What is well again soon: the rest is left to the benchmark."""


@pytest.fixture(scope="module")
def run(ground):
    """What ten faults left behind."""
    grounds = []
    kept = [one for one in FAULTS if any(word in one.name for word in QUICK)]
    with beds.laid(ground / "faults", lambda bed: grounds.append(furnish(bed, 40, 3))) as bed:
        lot = random.Random(1)
        chosen = drawn(bed, MANY, lot, long=False, among=kept)
        said = []
        yield befall(bed, grounds[0], chosen, 1, said.append, hands=3, between=0.4)


@pytest.mark.postgres
@pytest.mark.slow
class TestFaults:
    def test_nothing_acknowledged_is_lost_or_doubled_nothing_stopped_shown(self, run):
        assert sum(map(len, run.took.values())) == MANY
        assert run.never == []
        assert run.seen.broken == []
        assert run.lost == run.doubled == run.jobs == run.wrong == []
        assert run.seen.shown == 0
        assert run.seen.acknowledged > 0
