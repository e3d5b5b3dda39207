"""What may befall the machines of a house. Each fault ends with everything given back; how long it
takes to get well is timed from then."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

import psycopg
from bed import WEB, WORK, Bed, Node, until


def rest(seconds: float) -> None:
    threading.Event().wait(seconds)


@dataclass
class Fault:
    name: str
    befall: Callable[[Bed, random.Random], None]
    often: int = 1
    machines: bool = False
    """Only where each node is a machine of its own."""
    workers: bool = False
    """Only where there are workers."""


def _web(bed: Bed, lot: random.Random) -> Node:
    return lot.choice(bed.of(WEB))


def _kill_web(bed: Bed, lot: random.Random) -> None:
    _web(bed, lot).kill()


def _kill_child(bed: Bed, lot: random.Random) -> None:
    with suppress(OSError):
        _web(bed, lot).kill_child()


def _restart_web(bed: Bed, lot: random.Random) -> None:
    _web(bed, lot).restart()


def _freeze(bed: Bed, lot: random.Random) -> None:
    node = lot.choice(list(bed.nodes.values()))
    node.freeze()
    rest(lot.uniform(1, 4))
    node.thaw()


def _kill_worker(bed: Bed, lot: random.Random) -> None:
    lot.choice(bed.of(WORK)).kill()


def _kill_both_workers(bed: Bed, lot: random.Random) -> None:
    for node in bed.of(WORK):
        node.kill()


def _restart_database(bed: Bed, lot: random.Random) -> None:
    bed.cluster.stop()
    bed.cluster.start()


def _crash_database(bed: Bed, lot: random.Random) -> None:
    bed.cluster.stop("immediate")
    bed.cluster.start()


def _away(bed: Bed, seconds: float) -> None:
    bed.cluster.stop()
    rest(seconds)
    bed.cluster.start()


def _hang_up(bed: Bed, lot: random.Random) -> None:
    """The database breaks every connection."""
    with suppress(psycopg.Error):
        bed.cluster.say(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = 'storybank' AND pid <> pg_backend_pid()"
        )


def _cut(bed: Bed, lot: random.Random, kind: str, seconds: float) -> None:
    node = lot.choice(bed.of(kind))
    assert node.wire
    node.wire.cut()
    rest(seconds)
    node.wire.mend()


def _fill_node(bed: Bed, lot: random.Random) -> None:
    node = lot.choice(list(bed.nodes.values()))
    node.disk.fill()
    rest(lot.uniform(1, 4))
    node.disk.clear()


def _fill_database(bed: Bed, lot: random.Random) -> None:
    bed.cluster.disk.fill()
    rest(lot.uniform(2, 5))
    bed.cluster.disk.clear()
    bed.cluster.ensure()


def _jump(bed: Bed, lot: random.Random) -> None:
    node = lot.choice(list(bed.nodes.values()))
    node.set_clock(lot.choice((-86_400, -3_600, -90, 90, 3_600, 86_400)))
    rest(lot.uniform(1, 4))
    node.set_clock(0)


def _migrate_twice(bed: Bed, lot: random.Random) -> None:
    """Two machines set the same new database up at the same time, and the one in use again."""
    name = f"race_{lot.randrange(10**6)}"
    bed.cluster.say(f"CREATE DATABASE {name}")
    bed.cluster.say(f"CREATE DATABASE {name}_ledger")
    homes = [bed.folder / f"{name}-{number}" for number in (1, 2)]
    for home in homes:
        bed.give_keys(home)
    racing = [bed.command("init", home=home, database=name, ledger=f"{name}_ledger")
              for home in homes]  # fmt: skip
    racing += [bed.command("init"), bed.command("init")]
    try:
        for one in racing:
            told = one.communicate(timeout=90)[0].decode("utf-8", "replace")
            assert one.returncode == 0 or "Traceback" not in told, f"it fell over: {told[-300:]}"
        head = "SELECT count(*), max(version_num) FROM alembic_version"
        ends = [bed.cluster.say(head, database) for database in (name, "storybank")]
        assert ends[0] == ends[1], f"the race ended at {ends[0]}, not at {ends[1]}"
    finally:
        for one in racing:
            one.kill()
            one.wait()
        bed.cluster.say(f"DROP DATABASE {name} WITH (FORCE)")
        bed.cluster.say(f"DROP DATABASE {name}_ledger WITH (FORCE)")


def _come_and_go(bed: Bed, lot: random.Random) -> None:
    """A third web node comes for a while, and is lost."""
    name = f"web-{3 + bed.added}"
    node = bed.add(name, WEB, more=dict(bed.of(WEB)[0].more))
    node.start()
    with suppress(AssertionError):
        until(node.answers, "the new node answers")
        rest(2)
    bed.lose(name)


FAULTS = (
    Fault("a web node is killed", _kill_web, 3),
    Fault("its process that answers is killed", _kill_child, 2),
    Fault("a web node is restarted kindly", _restart_web, 2),
    Fault("a worker is killed", _kill_worker, 3, workers=True),
    Fault("both workers are killed", _kill_both_workers, 1, workers=True),
    Fault("a machine stands still for 1-4 s", _freeze, 2),
    Fault("the database is restarted", _restart_database, 2),
    Fault("the database crashes", _crash_database, 2),
    Fault("the database breaks all connections", _hang_up, 2),
    Fault("the database is away for 2-6 s",
          lambda bed, lot: _away(bed, lot.uniform(2, 6)), 2),
    Fault("a web node is cut from the database for 2-6 s",
          lambda bed, lot: _cut(bed, lot, WEB, lot.uniform(2, 6)), 3, machines=True),
    Fault("a worker is cut from the database for 2-6 s",
          lambda bed, lot: _cut(bed, lot, WORK, lot.uniform(2, 6)), 2, machines=True, workers=True),
    Fault("the disk of a node is full for 1-4 s", _fill_node, 2, machines=True),
    Fault("the disk of the database is full for 2-5 s", _fill_database, 2, machines=True),
    Fault("the clock of a machine jumps for 1-4 s", _jump, 3),
    Fault("two migrations race", _migrate_twice, 1),
    Fault("a node comes, and is lost", _come_and_go, 1),
)  # fmt: skip
LONG = (
    Fault("the database is away for 30 s", lambda bed, lot: _away(bed, 30)),
    Fault("a web node is cut from the database for 30 s",
          lambda bed, lot: _cut(bed, lot, WEB, 30), machines=True),
)  # fmt: skip


def drawn(
    bed: Bed, many: int, lot: random.Random, long: bool = True, among: Sequence[Fault] = FAULTS
) -> list[Fault]:
    """So many faults in a random order: each that is possible here at least once, if it fits."""
    workers = bool(bed.of(WORK))

    def possible(faults: Sequence[Fault]) -> list[Fault]:
        return [one for one in faults
                if (bed.machines or not one.machines) and (workers or not one.workers)]  # fmt: skip

    usual = possible(among)
    chosen = [*(possible(LONG) if long else []), *usual][:many]
    weights = [one.often for one in usual] or [1] * len(chosen)
    chosen += lot.choices(usual or chosen, weights, k=many - len(chosen))
    lot.shuffle(chosen)
    return chosen
