"""Large houses, written straight into the tables: the same on SQLite and on PostgreSQL.

    python benchmarks/server_seed.py FOLDER [--stories 10000] [--passages 10000]

Stories are made by ``../shared/bench/build_scale.py``, which draws again paragraphs of real ones;
texts and hashes of consent are those that taking them in would write. One in twenty may not be
studied any more, one in twenty keeps a part back, one in fifty is still to be coded blind by Ann;
passages and suggestions are sentences. What is built is kept below the folder and used again:

    FOLDER/10000-10000/sqlite      a house in files, with its index
    FOLDER/10000-10000/seats.json  the phones of its running workshop, and the question asked
    FOLDER/cluster                 PostgreSQL's files, with a database of the same rows
    FOLDER/10000-10000/web-1 ...   the data folders of the nodes
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[0]), str(HERE.parents[1])]

from main_job import PASSWORD, PROGRAM  # noqa: E402
from measure import SHARED  # noqa: E402

BUILDER = SHARED.parent / "bench" / "build_scale.py"
RESEARCHERS = ("ann", "bo", "cy", "di", "ed", "flo", "gus", "hal", "ivy", "jo", "kit", "lou",
               "may", "ned", "olu", "pia", "quin", "ria", "sam", "tom")  # fmt: skip
OTHERS = {"stu": "steward", "fay": "facilitator", "abe": "administrator"}
SEATS = 300
AT_ONCE = 2_000
OFFERS = 3
"""Suggestions a story."""
COUNTRIES = ("Wales", "Scotland", "England", "Northern Ireland")
ROLES = ("patient", "carer", "citizen leader")


def house(folder: Path, stories: int, passages: int, say: Any = print) -> Path:
    """The house of so many stories and passages, built where it is not there yet; its folder."""
    root = folder / f"{stories}-{passages}"
    if (root / "built").exists():
        return root
    began = time.perf_counter()
    shutil.rmtree(root, ignore_errors=True)
    smaller = sorted(
        (int(other.parent.name.split("-")[1]), other.parent)
        for other in folder.glob(f"{stories}-*/built")
        if int(other.parent.name.split("-")[1]) < passages
    )
    if smaller:
        coded, other = smaller[-1]
        root.mkdir(parents=True)
        shutil.copy(other / "seats.json", root)
        shutil.copytree(other / "sqlite", root / "sqlite", ignore=_without("index", "*.lock"))
    else:
        coded = 0
        found(root / "sqlite", root / "seats.json")
        with sqlite3.connect(root / "sqlite" / "storybank.db") as rows:
            tell(rows, corpus(folder, stories))
    with sqlite3.connect(root / "sqlite" / "storybank.db") as rows:
        code(rows, range(coded + 1, passages + 1))
        rows.execute("DELETE FROM job")
        rows.commit()
        rows.execute("ANALYZE")
    say(f"{root.name}: rows after {time.perf_counter() - began:.0f} s")
    subprocess.run([PROGRAM, "reindex"], check=True, stdout=subprocess.DEVNULL,
                   env=os.environ | {"STORYBANK_HOME": str(root / "sqlite")})  # fmt: skip
    say(f"{root.name}: index after {time.perf_counter() - began:.0f} s")
    (root / "built").touch()
    return root


def _without(*names: str) -> Any:
    return shutil.ignore_patterns(*names)


def corpus(folder: Path, many: int) -> Path:
    if not BUILDER.is_file():
        raise SystemExit("What makes the stories is not beside the project.")
    lines = folder / f"corpus-{many}.jsonl"
    if not lines.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, BUILDER, lines, str(many)], check=True)
    return lines


def found(home: Path, seats: Path) -> None:
    """The invented stories with their people, a running workshop, and the researchers."""
    from workshop import build

    from storybank import db
    from storybank.config import Config
    from storybank.consent.rules import EIGHT, Answer
    from storybank.consent.service import Proof
    from storybank.intake.reading import read_paste
    from storybank.intake.service import Choices, receive
    from storybank.people.rules import MACHINE, Role
    from storybank.people.service import add_account
    from storybank.wiring import open_house

    home.parent.mkdir(parents=True, exist_ok=True)
    cookies, prompt = build(home, None, SEATS)
    seats.write_text(json.dumps({"cookies": cookies, "prompt": prompt}))
    opened = open_house(Config.for_home(home, jobs="held"))
    with db.writing(opened.sessions) as session:
        for name in RESEARCHERS:
            add_account(session, f"{name}@example.org", {Role.RESEARCHER}, name.title(), PASSWORD)
        for name, role in OTHERS.items():
            add_account(session, f"{name}@example.org", {Role(role)}, name.title(), PASSWORD)
        receive(
            session, MACHINE, read_paste("The first of many. It stands for all.", "The first"),
            Choices(dict.fromkeys(EIGHT, Answer.YES), Proof("witness_note", "bench")),
        )  # fmt: skip
    opened.close()


def tell(rows: sqlite3.Connection, lines: Path) -> None:
    """Take in stories as those of the file, each allowed what the last one there is allowed."""
    from storybank.consent.models import ConsentEvent
    from storybank.consent.recording import event_hash
    from storybank.intake.bulk import read_rows
    from storybank.stories.canon import sentences

    rows.execute("PRAGMA synchronous = OFF")
    rows.execute("PRAGMA foreign_keys = OFF")
    model = Template(rows)
    dice = random.Random(11)
    moment = "2026-01-05 09:00:00.000000"
    at = datetime.fromisoformat(moment)
    last = rows.execute("SELECT max(id) FROM story").fetchone()[0]
    person = rows.execute("SELECT max(id) FROM person").fetchone()[0] + 1
    account = dict(rows.execute("SELECT email, id FROM account").fetchall())
    codes = [number for (number,) in rows.execute("SELECT id FROM code ORDER BY id")]
    event = ConsentEvent(**model.event)
    receipt = [value for value in model.receipt.items() if value[0] != "id"]
    batch: dict[str, list[dict[str, Any]]] = {}

    def put(table: str, **values: Any) -> None:
        batch.setdefault(table, []).append(values)

    def write() -> None:
        for table, found in batch.items():
            insert(rows, table, found)
        batch.clear()
        rows.commit()

    pilot = (rows.execute("SELECT max(id) FROM coding_round").fetchone()[0] or 0) + 1
    put("coding_round", id=pilot, name="Pilot", note="", blind=True,
        made_by=account["bo@example.org"], made_at=moment)  # fmt: skip
    number = last
    for arrival in read_rows(lines):
        text = arrival.canon.text
        number += 1
        if dice.random() < 0.5 or number == last + 1:
            person += 1
            put("person", id=person, created_at=moment, time_zone="Europe/London")
            event.prev_hash, event.seq = "0" * 64, 1
        else:  # Half of the stories are somebody's next.
            event.prev_hash, event.seq = event.hash, event.seq + 1
        put("story", id=number, person_id=person, external_id=arrival.external_id,
            current_version=1, invented=False, taken_in_at=moment, taken_in_by=None)  # fmt: skip
        put("story_version", story_id=number, n=1, sha256=arrival.canon.sha256, length=len(text),
            word_count=len(text.split()),
            blocks=json.dumps(arrival.canon.to_places()["blocks"]),
            marks="[]", turns="[]", times="[]", made_at=moment)  # fmt: skip
        put("story_words", story_id=number, kind="text", ref=1, body=text)
        put("story_words", story_id=number, kind="title", ref=1, body=arrival.title)
        event.id = str(uuid.UUID(int=dice.getrandbits(128), version=4))
        event.person_id = event.decided_by_person_id = person
        event.story_id, event.at = number, at
        event.hash = event_hash(event, model.answers)
        put("consent_event", **model.event_row | {
            "id": event.id, "person_id": person, "decided_by_person_id": person,
            "story_id": number, "seq": event.seq, "at": moment,
            "prev_hash": event.prev_hash, "hash": event.hash,
        })  # fmt: skip
        put(
            "receipt",
            **dict(receipt)
            | {"event_id": event.id, "person_id": person, "story_id": number, "made_at": moment},
        )
        for use, answer in model.answers.items():
            put("consent_choice", event_id=event.id, use=use, answer=answer)
        put("story_standing", **model.standing | {"story_id": number, "person_id": person,
                                                  "last_seq": event.seq})  # fmt: skip
        put("party_standing", story_id=number, person_id=person, part="teller", owns=True)
        stopped = dice.random() < 0.05
        for use in model.uses:
            gone = stopped and use["use"] == "study"
            put("use_standing", **use | {"story_id": number} | ({"answer": "stopped"} if gone
                                                                else {}))  # fmt: skip
        if dice.random() < 0.05 and len(text) > 300:
            put("part_standing", story_id=number, version=1, start=200, end=260,
                mark="leave out", lead=0)  # fmt: skip
        for name, value in (("country", dice.choice(COUNTRIES)), ("role", dice.choice(ROLES)),
                            ("year", str(dice.randint(2015, 2025)))):  # fmt: skip
            put("story_attribute", story_id=number, name=name, value=value)
        if dice.random() < 0.02:
            put(
                "assignment",
                round_id=pilot,
                story_id=number,
                account_id=account["ann@example.org"],
                given_at=moment,
                finished_at=None,
            )
        spans = sentences(text, arrival.canon.blocks)
        for start, end in dice.sample(spans, min(OFFERS, len(spans))):
            put("suggestion", story_id=number, version=1, start=start, end=end,
                code_id=dice.choice(codes), because=json.dumps([[start, min(end, start + 9)]]),
                cue_ids="[]", check_meaning=False, score=round(dice.random(), 3), chance=None,
                model_id=None, made_by="bench", made_at=moment, answer=None, answered_by=None,
                answered_at=None, answered_in=None, rank=None, drawn=False)  # fmt: skip
        if number % AT_ONCE == 0:
            write()
    write()


class Template:
    """The rows of the last story, which all may use, as taking it in wrote them."""

    def __init__(self, rows: sqlite3.Connection) -> None:
        rows.row_factory = sqlite3.Row
        one = rows.execute(
            "SELECT * FROM consent_event ORDER BY story_id DESC LIMIT 1"
        ).fetchone()  # fmt: skip
        story = one["story_id"]

        def of(table: str, column: str, value: Any) -> list[dict[str, Any]]:
            found = rows.execute(f"SELECT * FROM {table} WHERE {column} = ?", (value,))
            return [dict(row) for row in found]

        from storybank.consent.models import ConsentEvent

        self.event_row = dict(one)
        self.event = {
            column.key: parsed(column, one[column.key]) for column in ConsentEvent.__table__.columns
        }
        self.answers = {row["use"]: row["answer"] for row in
                        of("consent_choice", "event_id", one["id"])}  # fmt: skip
        self.receipt = of("receipt", "event_id", one["id"])[0]
        self.standing = of("story_standing", "story_id", story)[0]
        self.uses = of("use_standing", "story_id", story)
        rows.row_factory = None


def parsed(column: Any, value: Any) -> Any:
    """A value of SQLite as the models have it."""
    kind = column.type.__class__.__name__
    if value is None:
        return None
    if kind == "JSON":
        return json.loads(value)
    if kind == "Boolean":
        return bool(value)
    return datetime.fromisoformat(value) if "DateTime" in kind else value


def code(rows: sqlite3.Connection, numbers: range) -> None:
    """Put these codings on sentences, more on some stories than on others."""
    from storybank.stories.canon import Block, sentences

    rows.execute("PRAGMA synchronous = OFF")
    dice = random.Random(numbers.start)
    last = rows.execute("SELECT max(id) FROM coding").fetchone()[0] or 0
    people = [n for (n,) in rows.execute(
        "SELECT a.id FROM account a JOIN account_role r ON r.account_id = a.id "
        "WHERE r.role = 'researcher' AND a.password_hash IS NOT NULL ORDER BY a.id"
    )]  # fmt: skip
    codes = [n for (n,) in rows.execute("SELECT id FROM code ORDER BY id")]
    weights = [1 / (place + 3) for place in range(len(codes))]
    stories = [n for (n,) in rows.execute(
        "SELECT id FROM story WHERE external_id LIKE 'scale-%'")]  # fmt: skip
    wanted = sorted(dice.choices(stories, k=len(numbers)))
    codings: list[dict[str, Any]] = []
    flags: list[dict[str, Any]] = []
    story, spans = 0, []

    def write() -> None:
        insert(rows, "coding", codings)
        insert(rows, "coding_flag", flags)
        codings.clear()
        flags.clear()
        rows.commit()

    for number, chosen in enumerate(wanted, last + 1):
        if chosen != story:
            story = chosen
            text, blocks = rows.execute(
                "SELECT w.body, v.blocks FROM story_words w JOIN story_version v ON "
                "v.story_id = w.story_id AND v.n = w.ref WHERE w.story_id = ? AND w.kind = 'text' "
                "ORDER BY w.ref DESC LIMIT 1", (story,),
            ).fetchone()  # fmt: skip
            spans = sentences(text, [Block(*block) for block in json.loads(blocks)])
        start, end = dice.choice(spans)
        codings.append({
            "id": number, "story_id": story, "version": 1, "start": start, "end": end,
            "code_id": dice.choices(codes, weights)[0], "coder_id": dice.choice(people),
            "made_at": f"2026-0{dice.randint(1, 9)}-1{dice.randint(0, 9)} 10:00:00.000000",
            "suggestion_id": None, "removed_at": None, "to_check": False, "aside": False,
        })  # fmt: skip
        if dice.random() < 0.2:
            flags.append({"coding_id": number, "name": "stance",
                          "value": dice.choice(("happened", "hoped_for"))})  # fmt: skip
        if len(codings) == 20_000:
            write()
    write()


def insert(rows: sqlite3.Connection, table: str, found: list[dict[str, Any]]) -> None:
    if found:
        names = list(found[0])
        rows.executemany(
            f"INSERT INTO {table} ({', '.join(f'{chr(34)}{n}{chr(34)}' for n in names)}) "
            f"VALUES ({', '.join('?' * len(names))})",
            [[row[name] for name in names] for row in found],
        )


def to_postgres(home: Path, url: str) -> None:
    """Bring every row of a house in files into the empty database at ``url``."""
    import psycopg
    from sqlalchemy.engine import make_url

    import storybank.tables  # noqa: F401
    from storybank import db

    db.upgrade(url)
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with (
        sqlite3.connect(home / "storybank.db") as rows,
        psycopg.connect(address) as there,
        there.cursor() as to,
    ):
        # Nothing is noted of rows that come, and what hangs on others hangs already.
        to.execute("SET session_replication_role = replica")
        to.execute("SET synchronous_commit = off")
        tables = db.Base.metadata.sorted_tables
        to.execute("TRUNCATE " + ", ".join(f'"{table.name}"' for table in tables))
        for table in tables:
            copy_table(rows, to, table)
        for table in tables:
            column = table.autoincrement_column
            if column is not None:
                to.execute("SELECT pg_get_serial_sequence(%s, %s)",
                           (f'"{table.name}"', column.name))  # fmt: skip
                (counts,) = to.fetchone() or (None,)
                if counts:
                    to.execute(f'SELECT setval(%s, greatest(1, (SELECT max("{column.name}") '
                               f'FROM "{table.name}")))', (counts,))  # fmt: skip
        there.commit()
        there.autocommit = True
        to.execute("VACUUM ANALYZE")


def copy_table(rows: sqlite3.Connection, to: Any, table: Any) -> None:
    columns = list(table.columns)
    names = ", ".join(f'"{column.name}"' for column in columns)
    truths = [n for n, column in enumerate(columns)
              if column.type.__class__.__name__ == "Boolean"]  # fmt: skip

    def values() -> Iterator[Iterable[Any]]:
        for row in rows.execute(f'SELECT {names} FROM "{table.name}"'):
            if not truths:
                yield row
                continue
            made = list(row)
            for n in truths:
                made[n] = None if made[n] is None else bool(made[n])
            yield made

    with to.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copying:
        for row in values():
            copying.write_row(row)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument("--stories", type=int, default=10_000)
    asked.add_argument("--passages", type=int, default=10_000)
    options = asked.parse_args()
    print(house(options.folder.resolve(), options.stories, options.passages))


if __name__ == "__main__":
    main()
