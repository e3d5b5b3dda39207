"""A large workshop's pages: 12 groups, 1,500 answers, 27 recommendations and 3 resolutions.

    python benchmarks/answer.py [--postgres URL] [--json]

The house is made in memory by the tests' own factories, with 120 people on phones who each say how
they stand to two recommendations of three. Each figure is the median of nine requests, in
processor time of the server, which is all the time a page takes that waits for nobody else; the
PDF is one making. With ``--postgres`` the database is another program, so its own time is not in
the figure.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[0]), str(HERE.parents[1]), str(HERE.parents[1] / "tests")]

import factories  # noqa: E402
from crawling import Person  # noqa: E402
from measure import Row, at_most, figure, median_ms, show  # noqa: E402
from synthesis.answered import Answered  # noqa: E402

from storybank import db  # noqa: E402
from storybank.clock import now  # noqa: E402
from storybank.config import Config, prepare_home  # noqa: E402
from storybank.consent import wordings  # noqa: E402
from storybank.meetings import state  # noqa: E402
from storybank.people.models import Account  # noqa: E402
from storybank.synthesis import evidence, supporting, writing  # noqa: E402
from storybank.synthesis.answer_rules import Counts, Kind, Part, Says  # noqa: E402
from storybank.wiring import House, open_house  # noqa: E402

GROUPS, PEOPLE, ANSWERS, CLUSTERS, RESOLUTIONS, RECOMMENDATIONS = 12, 120, 1_500, 24, 3, 27
TARGET = 300
"""Milliseconds of server time for a page."""
SAID = (
    "They asked me first, and then they did what I said.", "Nobody rang back for nine months.",
    "I was paid the same as the consultant for the day.", "We met at seven, after work.",
)  # fmt: skip


@contextlib.contextmanager
def opened(postgres: str | None) -> Iterator[House]:
    """An empty house in a scratch folder; it is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        prepare_home(home)
        more = {"database_url": postgres} if postgres else {}
        config = replace(Config.for_home(home, testing=True, **more), jobs="held")
        db.upgrade(config.database_url)
        house = open_house(config)
        with db.writing(house.sessions) as session:
            wordings.publish_shipped(session)
            factories.load_codebook(session)
        house.index.prepare()
        yield house
        house.close()


def filled(house: House) -> SimpleNamespace:
    """A workshop that was held, of the size above."""
    chance = random.Random(20261122)
    with db.writing(house.sessions) as session:
        held = Answered(factories.Factory(session), groups=GROUPS)
        use, workshop = held.use, held.workshop
        seats = [held.seat(held.groups[n % GROUPS], "practice") for n in range(PEOPLE)]
        answers = [
            held.answer(f"{chance.choice(SAID)} ({n})", chance.choice(held.groups),
                        may_quote=n % 3 == 0)
            for n in range(ANSWERS)
        ]  # fmt: skip
        session.flush()
        clusters = [
            held.cluster(f"Cluster {n + 1}", *answers[n :: CLUSTERS + 2],
                         items=(held.items[n % 3],))
            for n in range(CLUSTERS)
        ]  # fmt: skip
        lines = [held.recommend(f"We believe this: {n}", Kind.RESOLUTION)
                 for n in range(RESOLUTIONS)]  # fmt: skip
        lines += [held.recommend(f"Do this within a year: {n}") for n in range(RECOMMENDATIONS)]
        for n, line in enumerate(lines):
            evidence.choose(
                session, use, workshop, line.id, shown=set(held.items),
                clusters=[clusters[n % CLUSTERS].id, clusters[(n + 5) % CLUSTERS].id],
                passages=[held.items[n % 3]],
            )  # fmt: skip
            for seat in seats[n % 3 :: 3] + seats[(n + 1) % 3 :: 3]:
                says = chance.choices(list(Says), [6, 3, 1, 1])[0]
                supporting.say(session, seat, line.id, 1, says, chance.random() < 0.5)
            for group in held.groups[::3]:
                supporting.write_down(
                    session, use, workshop, line.id, group.id, counts=Counts(4, 2, 1, 0),
                    minority="Two of us see it in another way." if n % 4 == 0 else "", seen_n=1,
                )  # fmt: skip
        for part in Part:
            seen = writing.parts(session, workshop.id)[part].seen
            writing.write(session, use, workshop, part, "What people said. " * 60, seen)
        # The wall shows its question, with all answers revealed.
        held.prompt.revealed_at = now()
        state.of(session, workshop.id).prompt_id = held.prompt.id
        email = session.get_one(Account, use.actor.account_id).email
        return SimpleNamespace(at=f"/meetings/workshop/{workshop.id}", email=email,
                               first=lines[0].id)  # fmt: skip


def measured(house: House) -> list[Row]:
    """Each page's figure."""
    app = factories.make_app(house)
    there = filled(house)
    fay = Person(app, there.email)
    rows = []
    for name, path in (
        ("the answer", "/answer"), ("one recommendation", f"/recommendations/{there.first}"),
        ("the report", "/report"), ("the report as Word", "/report/docx"),
        ("the wall", "/wall"), ("clusters", "/clusters"), ("whom to tell", "/told"),
    ):  # fmt: skip
        page = f"{there.at}{path}"
        assert fay.get(page).status_code == 200, page
        rows.append(at_most(name, median_ms(lambda page=page: fay.get(page), 9), "ms", TARGET))
    start = time.process_time()
    file = fay.get(f"{there.at}/report/pdf").data
    rows.append(figure("the report as PDF", time.process_time() - start, "s"))
    rows.append(figure("size of the PDF", len(file) / 1000, "kB"))
    return rows


def main() -> None:
    """Run it."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--postgres", metavar="URL", help="an empty database to use instead")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    with opened(options.postgres) as house:
        show(measured(house))


if __name__ == "__main__":
    main()
