"""A stop among very many stories: refused at the next request, and how long the copies take to go.

    python benchmarks/stop.py [--n 100000] [--house FOLDER] [--json]

The stories are made by drawing again paragraphs of the real ones. ``--house`` keeps the house that
was built, and takes it up again. The time of the cleaning is wall time, with the processor time
beside it.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from main_job import PASSWORD, PROGRAM, Browser
from measure import SHARED, Row, at_most, figure, folder_size, show

BUILDER = SHARED.parent / "bench" / "build_scale.py"
STOPS = 7
AT_ONCE = 500


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--n", type=int, default=10_000, help="how many stories")
    asked.add_argument("--house", type=Path, help="a folder to keep the house in")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    if not BUILDER.is_file():
        raise SystemExit("What makes the stories is not beside the project.")
    with tempfile.TemporaryDirectory(prefix="storybank-bench-") as folder:
        home = (options.house or Path(folder) / "home").resolve()
        os.environ["STORYBANK_HOME"] = str(home)
        if not (home / "built").exists():
            build(home, options.n, Path(folder))
        show(measure(home))


def build(home: Path, many: int, scratch: Path) -> None:
    """A house of ``many`` stories, indexed, with the people and the pack the stops are seen by."""
    from storybank import db
    from storybank.config import Config
    from storybank.consent.rules import EIGHT, Answer
    from storybank.consent.service import Proof
    from storybank.intake.bulk import read_rows
    from storybank.intake.service import Choices, receive
    from storybank.jobs.models import Job
    from storybank.people.rules import MACHINE
    from storybank.wiring import open_house

    subprocess.run([PROGRAM, "init"], check=True, stdout=subprocess.DEVNULL)
    for role in ("researcher", "facilitator", "steward"):
        subprocess.run(
            [PROGRAM, "people", "add", "--email", f"{role}@example.org", "--role", role,
             "--password-stdin"], input=PASSWORD.encode(), check=True, capture_output=True,
        )  # fmt: skip
    lines = scratch / "stories.jsonl"
    subprocess.run([sys.executable, BUILDER, lines, str(many)], check=True)
    house = open_house(Config.for_home(home, jobs="held"))
    choices = Choices(dict.fromkeys(EIGHT, Answer.YES), Proof("witness_note", "bench"))
    for some in in_groups(read_rows(lines)):
        with db.writing(house.sessions) as session:
            for arrival in some:
                receive(session, MACHINE, arrival, choices)
    with db.writing(house.sessions) as session:
        # Suggestions take the longest and are not what is timed: none are made.
        session.query(Job).delete()
    with house.sessions() as session:
        house.index.reindex(session)
    house.close()
    (home / "built").touch()


def in_groups(rows: Iterator) -> Iterator[list]:
    group: list = []
    for row in rows:
        group.append(row)
        if len(group) == AT_ONCE:
            yield group
            group = []
    if group:
        yield group


def to_stop(session) -> list[int]:
    """Some of the stories that nobody has stopped yet."""
    from sqlalchemy import select

    from storybank.consent.models import UseStanding
    from storybank.consent.rules import Purpose

    kept = select(UseStanding.story_id).where(
        UseStanding.use == Purpose.KEEP.value, UseStanding.answer == "yes"
    )
    return random.sample(session.scalars(kept).all(), STOPS)


def code_and_draw(session, stories: list[int]) -> int:
    """A coded passage of each of these stories, all in one new pack; its number."""
    from datetime import timedelta

    from storybank.clock import now
    from storybank.codebook.service import codes_by_id
    from storybank.coding.models import Coding
    from storybank.consent.rules import Purpose, Use
    from storybank.people.service import account_by_email, actor_for
    from storybank.stories.rules import Place
    from storybank.workshops import service as workshops

    coder = account_by_email(session, "researcher@example.org")
    code_id = next(iter(codes_by_id(session)))
    session.add_all(
        Coding(story_id=story, version=1, start=0, end=20, code_id=code_id, coder_id=coder.id,
               made_at=now())
        for story in stories
    )  # fmt: skip
    session.flush()
    facilitator = actor_for(session, account_by_email(session, "facilitator@example.org"))
    use = Use.claim(facilitator, Purpose.WORKSHOP, now())
    day = now().date() + timedelta(days=30)
    workshop = workshops.plan(
        session, use, title="Bench", question="What helps?", held_on=day,
        purpose=Purpose.WORKSHOP, audience=[],
    )  # fmt: skip
    pack = workshops.new_pack(session, use, workshop.id, title="Bench", use_until=day)
    places = [Place(story, 1, 0, 20) for story in stories]
    workshops.draw(session, use, pack.id, places, code_id)
    return pack.id


def measure(home: Path) -> list[Row]:
    from sqlalchemy import func, select

    from storybank import db
    from storybank.app import create_app
    from storybank.config import Config
    from storybank.stories.models import Story
    from storybank.wiring import open_house

    house = open_house(Config.for_home(home, jobs="held"))
    app = create_app(house=house)
    app.config.update(STORYBANK_LIMITS=False)
    with house.sessions() as session:
        many = session.scalar(select(func.count()).select_from(Story))
        stories = to_stop(session)
    with db.writing(house.sessions) as session:
        pack_page = f"/packs/workshop/{code_and_draw(session, stories)}"
    researcher, facilitator, steward = (
        Browser(app, f"{role}@example.org") for role in ("researcher", "facilitator", "steward")
    )
    posts, drains, processor, late = [], [], [], 0
    for story in stories:
        before = cards(facilitator.get(pack_page).text)
        steward_page = f"/stories/keep/{story}/choices"
        start = time.process_time()
        steward.post(f"/stories/keep/{story}/stop", page=steward_page, use="all", channel="phone")
        posts.append((time.process_time() - start) * 1000)
        # The very next request of each is refused, before any job has run.
        late += researcher.client.get(f"/desk/{story}").status_code != 404
        late += cards(facilitator.get(pack_page).text) != before - 1
        wall, used = time.perf_counter(), time.process_time()
        house.runner.drain()
        drains.append(time.perf_counter() - wall)
        processor.append(time.process_time() - used)
    with house.sessions() as session:
        strays = sum(1 for _ in house.strays(session))
    house.close()
    return [
        figure("stories", many, "stories"),
        figure("index on disk", folder_size(home / "index"), "MB"),
        figure("stop, page to receipt, processor time", statistics.median(posts), "ms"),
        Row("requests answered after a stop", late, "requests", target=0, ok=late == 0),
        at_most("job: index and packs clean, median", statistics.median(drains), "s", 2),
        at_most("job: slowest", max(drains), "s", 2),
        figure("job: processor time, median", statistics.median(processor), "s"),
        Row("stray copies left", strays, "copies", target=0, ok=strays == 0),
    ]


def cards(page: str) -> int:
    return len(re.findall(r'id="card-\d+"', page))


if __name__ == "__main__":
    main()
