"""A run of faults under load, and a look at everything after it: nothing that was acknowledged may
be lost or there twice, nothing stopped shown, no promise lost, given up or kept twice."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from subprocess import SubprocessError
from time import monotonic
from typing import Any

import bed as beds
import psycopg
from at_work import RESEARCHERS, TEXT, WORD, Ground, Hand, Load, Seen, token_on
from bed import WEB, Bed, until
from befalling import Fault, rest
from factories import PASSWORD
from visitors import Visitor

from storybank.consent.integrity import broken_links

CALM = 120.0
"""Seconds within which everything must be in order again."""
LOOK = 0.25
"""Seconds between two looks whether it is: the looks must not be the load."""


@dataclass
class Run:
    """What a run of faults told."""

    seen: Seen
    took: dict[str, list[float]] = field(default_factory=dict)
    """Name of a fault -> seconds from its end until every node reads and writes again."""
    kept: dict[str, list[float]] = field(default_factory=dict)
    """The same -> seconds from its end until all work promised by then was done."""
    never: list[str] = field(default_factory=list)
    """Faults after which it did not get well in time."""
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    """Promises lost, kept twice, or given up."""
    wrong: list[str] = field(default_factory=list)
    """What else is not as it should be."""


def befall(
    bed: Bed, ground: Ground, faults: Sequence[Fault], seed: int, say: Callable[[str], None],
    hands: int = 5, pause: float = 0.25, between: float = 2.0,
) -> Run:  # fmt: skip
    """Let these faults befall the house under load, at random moments; then look at everything."""
    lot = random.Random(seed)
    load = Load(bed, ground, seed, hands, pause)
    run = Run(load.seen)
    probe = Hand(load, random.Random(seed), RESEARCHERS[0])
    behind: list[tuple[str, float, int]] = []
    with load.running(), watched(bed, behind, run):
        for number, fault in enumerate(faults, 1):
            rest(lot.uniform(0.2, between))
            before = load.seen.acknowledged
            try:
                fault.befall(bed, lot)
                over = monotonic()
                last = bed.cluster.say("SELECT coalesce(max(id), 0) FROM job", "storybank")[0][0]
                took = until(lambda: well(bed, probe), f"well after: {fault.name}", CALM, LOOK)
                run.took.setdefault(fault.name, []).append(took)
                behind.append((fault.name, over, last))
                told = f"{took:.1f} s"
            except (AssertionError, OSError, psycopg.Error, SubprocessError) as no:
                run.never.append(f"{fault.name}: {type(no).__name__}: {no}"[:200])
                told = f"NOT WELL ({no})"[:200]
                bed.cluster.ensure()
            say(
                f"{number:3} {fault.name}: {told}; {load.seen.acknowledged - before} acts meanwhile"
            )
        rest(1)
    audit(bed, ground, run)
    return run


@contextmanager
def watched(bed: Bed, behind: list[tuple[str, float, int]], run: Run) -> Iterator[None]:
    """Meanwhile, see when all work is done that had been promised when each fault was over:
    ``behind`` holds its name, that moment, and the last promise there was."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(LOOK):
            with suppress(psycopg.Error):
                for one in list(behind):
                    name, since, last = one
                    if promised(bed, last) == 0:
                        run.kept.setdefault(name, []).append(monotonic() - since)
                        behind.remove(one)

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield
    finally:
        with suppress(AssertionError):
            until(lambda: not behind, "all work is done", CALM, LOOK)
        over.set()
        watching.join()
        run.jobs += [f"not done in the end: promised before {name}" for name, _, _ in behind]


def well(bed: Bed, probe: Hand) -> bool:
    """Does every node read, and write, and search?"""
    steady = probe.load.ground.stories[0]
    try:
        for node in bed.of(WEB):
            one = probe.browser(probe.name, node)
            one.wait = 5.0
            if one.ask("GET", f"/desk/{steady}").status_code != 200:
                if "/sign-in" in one.ask("GET", "/me").location:
                    probe.browsers.clear()
                return False
            if not one.token:
                one.token = token_on(one.ask("GET", "/me"))
            place = {"version": 1, "start": 0, "end": 9, "quote": TEXT[:9]}
            fields = {"csrf_token": one.token, "code": probe.load.ground.codes[0], **place}
            if one.ask("POST", f"/desk/{steady}/codings", fields).status_code not in (200, 303):
                one.token = ""
                return False
            if one.ask("GET", "/search/study?q=lantern").status_code != 200:
                return False
    except (OSError, AssertionError):
        probe.browsers.clear()
        return False
    return True


def promised(bed: Bed, up_to: int = 2**31 - 1) -> int:
    """How many promises wait to be kept now: of those at hand at a moment, up to its last."""
    statement = (
        "SELECT count(*) FROM job WHERE failed_at IS NULL "
        f"AND id <= {up_to} AND (priority < 9 OR run_after <= now() AT TIME ZONE 'UTC')"
    )
    return int(bed.cluster.say(statement, "storybank")[0][0])


def audit(bed: Bed, ground: Ground, run: Run) -> None:
    """Everything acknowledged is there, once, and every promise was kept, once."""
    seen = run.seen

    def rows(statement: str) -> list[tuple[Any, ...]]:
        return bed.cluster.say(statement, "storybank")

    try:
        until(lambda: promised(bed) == 0, "every promise is kept", CALM, LOOK)
    except AssertionError:
        left = rows("SELECT name, count(*), max(attempts), max(trouble) FROM job GROUP BY name")
        run.jobs.append(f"not kept within {CALM:g} s: {left}")
    failed = "SELECT name, count(*), max(trouble) FROM job WHERE failed_at IS NOT NULL GROUP BY 1"
    run.jobs += [f"given up: {one}" for one in rows(failed)]

    place = 'story_id, start, "end", code_id'
    stands = "FROM coding WHERE removed_at IS NULL"
    found = set(rows(f"SELECT {place} {stands}"))
    run.lost += [f"coding {key}" for key in seen.codings
                 if key not in found and key[0] not in seen.asked_to_stop]  # fmt: skip
    twice = f"SELECT {place}, coder_id {stands} GROUP BY 1, 2, 3, 4, 5 HAVING count(*) > 1"
    run.doubled += [f"coding {row}" for row in rows(twice)]

    answered = dict(rows("SELECT id, answer FROM suggestion"))
    run.lost += [f"answer to suggestion {n}" for n in seen.confirmed
                 if n in answered and not answered[n]]  # fmt: skip
    again = (f"SELECT version, model_id, {place} FROM suggestion "
             "GROUP BY 1, 2, 3, 4, 5, 6 HAVING count(*) > 1")  # fmt: skip
    run.jobs += [f"suggested twice {row}" for row in rows(again)]

    stops = "SELECT story_id FROM use_standing WHERE use = 'study' AND answer = 'stopped'"
    stopped = {story for (story,) in rows(stops)}
    run.lost += [f"stop of {story}" for story in seen.stopped if story not in stopped]
    receipts = Counter(story for (story,) in rows("SELECT story_id FROM receipt"))
    run.doubled += [f"receipt of {story}" for story in seen.stopped if receipts[story] > 2]

    bodies = rows("SELECT body FROM story_words WHERE kind = 'text'")
    words = Counter(int(n) for (body,) in bodies for n in WORD.findall(body))
    run.lost += [f"story taken in {n}" for n in seen.taken_in if not words[n]]
    run.doubled += [f"story taken in {n}" for n, times in words.items() if times > 1]
    answers = {n for (n,) in rows("SELECT id FROM response")}
    run.lost += [f"answer {n}" for n in seen.answers if n not in answers]
    searched(bed, run)
    looked_over(bed, run)


def looked_over(bed: Bed, run: Run) -> None:
    """Copies that should not be there, broken chains, nodes that are not ready."""
    house = beds.house_on(bed)
    try:
        with house.sessions() as session:
            lines = [line for _, line in house.strays(session)]
            # The search index of this process is fed by nobody.
            kept = [line for line in lines if not line.startswith("search index")]
            run.wrong += [f"stray: {line}" for line in kept[:5]]
            if broken := broken_links(session):
                run.wrong.append(f"{broken} events do not follow from the one before")
    finally:
        house.close()
    for node in bed.of(WEB):
        if not node.answers("/readyz"):
            run.wrong.append(f"{node.name} is not ready")


def searched(bed: Bed, run: Run) -> None:
    """The work that follows taking in was done: every node finds each story by its word."""
    numbers = [n for n in run.seen.taken_in][-40:]
    for node in bed.of(WEB):
        one = Visitor(node.url).sign_in(f"{RESEARCHERS[0]}@example.org", PASSWORD)

        def missing(one: Visitor = one) -> list[int]:
            return [n for n in numbers
                    if "/desk/" not in one.get("/search/study", q=f"zq{n}lamp").text]  # fmt: skip

        with suppress(AssertionError):
            until(lambda: not missing(), "every story is found", 30, LOOK)
        run.jobs += [f"{node.name} does not find story {n}" for n in missing()]
        for story in list(run.seen.stopped)[-40:]:
            if one.get(f"/desk/{story}").status_code != 404:
                run.seen.shown += 1
