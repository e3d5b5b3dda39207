"""A hundred thousand codings on ten thousand stories: every kind of query of two codes.

    python benchmarks/queries.py [--codings 100000] [--stories 10000] [--house FOLDER] [--json]

Stories and codings are invented and written straight into the tables: some stories keep a part
back, some may not be studied any more, some are still to be coded blind. Times are processor time
of one call of the service, middle of several, the codings and what may be seen of them read anew.
``--house`` keeps the house that was built, and takes it up again.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from main_job import PASSWORD, PROGRAM
from measure import Row, at_most, figure, median_ms, my_memory, show

TARGET = 300
TIMES = 7
A, B = "EN-PEER", "BA-TOKEN"
QUERIES = {
    "two codes, AND": f"code:{A} AND code:{B}",
    "two codes, OR": f"code:{A} OR code:{B}",
    "two codes, NOT": f"code:{A} NOT code:{B}",
    "two codes, NEAR 20 words": f"code:{A} NEAR 20 WORDS code:{B}",
    "two codes, NEAR 100 characters": f"code:{A} NEAR 100 CHARACTERS code:{B}",
    "two codes, NEAR 2 sentences": f"code:{A} NEAR 2 SENTENCES code:{B}",
    "two codes, OVERLAPPING": f"code:{A} OVERLAPPING code:{B}",
    "two codes, WITHIN": f"code:{A} WITHIN code:{B}",
    "two codes, CONTAINING": f"code:{A} CONTAINING code:{B}",
    "two codes, FOLLOWED BY": f"code:{A} FOLLOWED BY code:{B}",
    "two codes, FOLLOWED BY within 20 words": f"code:{A} FOLLOWED BY 20 WORDS code:{B}",
    "two codes, AFTER": f"code:{A} AFTER code:{B}",
    "two codes, IN STORY WITH": f"code:{A} IN STORY WITH code:{B}",
    "two codes, NOT NEAR 20 words": f"code:{A} NOT NEAR 20 WORDS code:{B}",
    "with a country and years": f"code:{A} AND code:{B} AND country:Wales AND year:2019..2021",
    "with a coder and a flag": f"code:{A} NEAR code:{B} AND by:Bo AND flag:stance=hoped_for",
    "with a use": f"code:{A} AND code:{B} AND use:workshop",
}
WIDE = {
    "a family and a family, AND": "family:enabler AND family:barrier",
    "a family near a family": "family:enabler NEAR 20 WORDS family:barrier",
    "every coding of one country": "country:Wales",
    "a code, and a word in the passage": f"code:{A} AND bridge",
}
WORDS = (
    "we they nobody somebody the a my our meeting letter bridge river winter doctor clinic bus "
    "train answer question window garden kitchen night morning asked told waited listened went "
    "came wrote rang said and but because again never always together alone slowly before after"
).split()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--codings", type=int, default=100_000)
    asked.add_argument("--stories", type=int, default=10_000)
    asked.add_argument("--house", type=Path, help="a folder to keep the house in")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="storybank-bench-") as folder:
        home = (options.house or Path(folder) / "home").resolve()
        os.environ["STORYBANK_HOME"] = str(home)
        if not (home / "built").exists():
            build(home, options.stories, options.codings)
        show(measure(home))


def build(home: Path, stories: int, codings: int) -> None:
    from storybank import db
    from storybank.config import Config
    from storybank.wiring import open_house

    subprocess.run([PROGRAM, "init"], check=True, stdout=subprocess.DEVNULL)
    for name in ("ann", "bo", "cy"):
        subprocess.run(
            [PROGRAM, "people", "add", "--email", f"{name}@example.org", "--role", "researcher",
             "--name", name.title(), "--password-stdin"],
            input=PASSWORD.encode(), check=True, capture_output=True,
        )  # fmt: skip
    house = open_house(Config.for_home(home, jobs="held"))
    with db.writing(house.sessions) as session:
        fill(session, random.Random(11), stories, codings)
    with house.sessions() as session:
        house.index.reindex(session)
    house.close()
    (home / "built").touch()


def fill(session: Any, dice: random.Random, stories: int, codings: int) -> None:
    """Write the stories, what stands for them, and the codings."""
    from storybank.clock import now
    from storybank.codebook.service import codes_by_id
    from storybank.coding.round_models import CodingRound
    from storybank.consent import service as consent
    from storybank.consent.models import UseStanding
    from storybank.consent.rules import EIGHT, Answer, Purpose, Use
    from storybank.db import Base
    from storybank.people.rules import MACHINE
    from storybank.people.service import account_by_email
    from storybank.stories import writing
    from storybank.stories.canon import plain

    use = Use.claim(MACHINE, Purpose.TAKE_IN, now())
    first = writing.take_in(session, use, plain("One story. To be copied."), "First")
    consent.give(
        session, MACHINE, first.id, first.person_id, dict.fromkeys(EIGHT, Answer.YES),
        consent.Proof("witness_note", "bench"), "paper",
    )  # fmt: skip
    session.flush()

    def put(table: Any, rows: list[dict[str, Any]]) -> None:
        options = {"use": use}
        for at in range(0, len(rows), 5_000):
            session.execute(
                Base.metadata.tables[table].insert(), rows[at : at + 5_000],
                execution_options=options,
            )  # fmt: skip

    def copies(table: str, changes: Any, numbers: range) -> None:
        source = Base.metadata.tables[table]
        key = "id" if table == "story" else "story_id"
        found = session.execute(
            source.select().where(source.c[key] == first.id), execution_options={"use": use}
        )
        models = [dict(row) for row in found.mappings()]
        put(table, [model | {key: n} | changes(n, model) for n in numbers for model in models])

    numbers = range(first.id + 1, first.id + stories)
    texts = {n: text_of(dice) for n in range(first.id, first.id + stories)}
    people = range(first.person_id + 1, first.person_id + 1 + stories // 2)
    put("person", [{"id": n, "created_at": now(), "time_zone": "Europe/London"} for n in people])
    whose = {n: dice.choice(people) for n in numbers}
    copies("story", lambda n, m: {"person_id": whose[n], "external_id": f"bench-{n}"}, numbers)
    for table in ("story_standing", "party_standing"):
        copies(table, lambda n, m: {"person_id": whose[n]}, numbers)
    copies("use_standing", lambda n, m: {}, numbers)
    copies(
        "story_version",
        lambda n, m: {"sha256": f"{n:064d}", "length": len(texts[n]),
                      "word_count": len(texts[n].split()),
                      "blocks": [["paragraph", 0, len(texts[n]), 0]]},
        numbers,
    )  # fmt: skip
    copies(
        "story_words",
        lambda n, m: {"body": texts[n]} if m["kind"] == "text" else {"body": f"Story {n}"},
        numbers,
    )
    countries = ("Wales", "Scotland", "England", "Northern Ireland")
    put("story_attribute", [
        {"story_id": n, "name": name, "value": value}
        for n in numbers
        for name, value in (("country", dice.choice(countries)),
                            ("year", str(dice.randint(2015, 2025))),
                            ("role", dice.choice(("patient", "carer", "citizen leader"))))
    ])  # fmt: skip
    stopped, parted, blind = (dice.sample(numbers, stories // share) for share in (20, 20, 50))
    session.execute(
        UseStanding.__table__.update()
        .where(UseStanding.story_id.in_(stopped), UseStanding.use == Purpose.STUDY.value)
        .values(answer=Answer.STOPPED.value)
    )
    put("part_standing", [
        {"story_id": n, "version": 1, "start": 200, "end": 260, "mark": "leave out", "lead": 0}
        for n in parted
    ])  # fmt: skip
    ann, bo, cy = (
        account_by_email(session, f"{name}@example.org").id for name in ("ann", "bo", "cy")
    )
    session.add(CodingRound(id=1, name="Pilot", blind=True, made_by=bo, made_at=now()))
    session.flush()
    put("assignment", [
        {"round_id": 1, "story_id": n, "account_id": ann, "given_at": now(), "finished_at": None}
        for n in blind
    ])  # fmt: skip
    codes = list(codes_by_id(session))
    rows = []
    for number in range(1, codings + 1):
        story = dice.choice(numbers)
        start = dice.randrange(0, len(texts[story]) - 20)
        rows.append({
            "id": number, "story_id": story, "version": 1, "start": start,
            "end": min(len(texts[story]), start + dice.randint(20, 400)),
            "code_id": dice.choice(codes), "coder_id": dice.choice((ann, bo, bo, cy)),
            "made_at": now(), "suggestion_id": None, "removed_at": None, "to_check": False,
        })  # fmt: skip
    put("coding", rows)
    put("coding_flag", [
        {"coding_id": row["id"], "name": "stance", "value": dice.choice(("happened", "hoped_for"))}
        for row in rows if dice.random() < 0.4
    ])  # fmt: skip


def text_of(dice: random.Random) -> str:
    """Some hundreds of invented words, in sentences."""
    sentences = []
    for _ in range(dice.randint(20, 60)):
        words = dice.choices(WORDS, k=dice.randint(5, 18))
        sentences.append(" ".join(words).capitalize() + ".")
    return " ".join(sentences)


def measure(home: Path) -> list[Row]:
    from sqlalchemy import func, select

    from storybank.analysis.queries import matching
    from storybank.clock import now
    from storybank.coding.models import Coding
    from storybank.config import Config
    from storybank.consent.rules import Purpose, Use
    from storybank.people.service import account_by_email, actor_for
    from storybank.stories.models import Story
    from storybank.wiring import open_house

    house = open_house(Config.for_home(home, jobs="held"))
    rows = []
    with house.sessions() as session:
        ann = actor_for(session, account_by_email(session, "ann@example.org"))
        rows.append(figure("stories", session.scalar(select(func.count(Story.id))), "stories"))
        rows.append(figure("codings", session.scalar(select(func.count(Coding.id))), "codings"))

    def ask(line: str) -> int:
        with house.sessions() as session:
            use = Use.claim(ann, Purpose.STUDY, now())
            return len(matching(session, use, line, house.index).passages)

    for queries, target in ((QUERIES, TARGET), (WIDE, None)):
        for name, line in queries.items():
            found = ask(line)
            taken = median_ms(lambda line=line: ask(line), TIMES)
            said = f"{name} ({found:,} found)"
            rows.append(at_most(said, taken, "ms", target) if target else figure(said, taken, "ms"))
    rows += pictures(house, ann)
    rows.append(figure("peak memory", my_memory(), "MB"))
    house.close()
    return rows


def pictures(house: Any, ann: Any) -> list[Row]:
    """Tables of the same codings, counted anew, to the rows that a page shows."""
    from storybank.analysis import cooccurrence, crosstab, frequencies, timeline
    from storybank.analysis.codings import EVERYTHING
    from storybank.clock import now
    from storybank.coding.showing import shelf_of
    from storybank.consent.rules import Purpose, Use

    def counted(count: Any) -> float:
        def once() -> None:
            with house.sessions() as session:
                count(session, Use.claim(ann, Purpose.STUDY, now()), shelf_of(session))

        return median_ms(once, TIMES)

    def frequency(session: Any, use: Any, shelf: Any) -> None:
        found = frequencies.frequencies(session, use, EVERYTHING)
        frequencies.as_table(found, shelf)

    def matrix(by: Any) -> Any:
        def count(session: Any, use: Any, shelf: Any) -> None:
            found = cooccurrence.together(session, use, EVERYTHING, by)
            every = list(shelf.codes)
            cooccurrence.as_table(found, shelf, every, every)

        return count

    def tab(of: Any) -> Any:
        def count(session: Any, use: Any, shelf: Any) -> None:
            crosstab.as_table(crosstab.crosstab(session, use, EVERYTHING, "country", of), shelf)

        return count

    def days(session: Any, use: Any, shelf: Any) -> None:
        timeline.timeline(session, use, EVERYTHING)

    tables = {
        "code frequencies": frequency,
        "matrix of codes in the same story": matrix(cooccurrence.By.STORY),
        "matrix of codes that overlap": matrix(cooccurrence.By.OVERLAP),
        "codes by country, storytellers": tab(crosstab.Of.TELLERS),
        "codes by country, codings": tab(crosstab.Of.CODINGS),
        "timeline of coding": days,
    }
    return [at_most(name, counted(count), "ms", TARGET) for name, count in tables.items()]


if __name__ == "__main__":
    main()
