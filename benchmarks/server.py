"""Many stories and many people at once: two web nodes on PostgreSQL, and SQLite alone.

    python benchmarks/server.py [--house FOLDER] [--stories 100000] [--passages 100000]
                                [--growth] [--rate N] [--seconds 30] [--on sqlite,postgres]
                                [--picture FILE] [--table FILE] [--prepare] [--json]

Houses come from ``server_seed.py``, below FOLDER, and are used again. PostgreSQL runs with fsync
on. ``storybank serve`` runs twice, each with its own data folder and search index, and ``storybank
work`` twice; for SQLite, ``storybank serve`` alone. People read, look through lists, search, code,
confirm, stop, and poll a workshop: each act is due at a moment drawn before, whether the one before
is answered or not, and its time counts from that moment, at the client on the same machine. The
rate grows until pages or searches are slower than their target for more than one in twenty; the
figures are those of the last rate that was held, or of ``--rate``. After each stop the other node
is asked for the story at once.

``--growth`` measures every size in turn; ``--picture`` draws how the times grow and ``--table``
writes them down. ``--prepare`` builds the houses and times nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import math
import os
import pwd
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus, urlencode

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[0]), str(HERE.parents[1])]

from main_job import PROGRAM, Browser  # noqa: E402
from measure import Row, at_most, figure, show  # noqa: E402
from server_picture import picture  # noqa: E402
from server_seed import RESEARCHERS, house, to_postgres  # noqa: E402

SIZES = ((10_000, 10_000), (100_000, 100_000), (100_000, 1_000_000))
"""Stories and coded passages of the houses that ``--growth`` measures."""
RATES = (2, 4, 8, 12, 16, 20, 24, 32, 40, 50, 60, 80)
PAGE, SEARCH = 150, 250
"""Milliseconds within which 95 of 100 answers are to come."""
KINDS = {
    # name: (how often in a hundred acts, most milliseconds)
    "read a story": (17, PAGE),
    "open the desk": (15, PAGE),
    "a list": (5, PAGE),
    "all suggestions": (1, PAGE),
    "search": (15, SEARCH),
    "code": (12, PAGE),
    "confirm": (8, PAGE),
    "stop": (2, PAGE),
    "poll a workshop": (25, PAGE),
}
NOT_JUDGED = ("all suggestions",)
"""Not counted in finding the rate: it goes through every open suggestion each time."""
LISTS = ("/stories/study", "/stories/study?page=7", "/", "/codings/checks")
WORDS = ("hospital", "my mother", '"the doctor"', "nurse OR doctor", "waiting room", "school*",
         "work AND farm", "covid family", "told me", "ward", "appointment", "pain NOT knee",
         "ambulance", "children", "listened to", "money")  # fmt: skip
WAIT = 30.0
ENOUGH = 5
"""Fewer answers of a kind than that are in no picture."""
WARM = 8.0
"""Seconds of the same acts before any is timed."""
SETTINGS = {
    "shared_buffers": "1GB", "effective_cache_size": "6GB", "work_mem": "16MB",
    "random_page_cost": "1.1", "max_wal_size": "2GB", "max_connections": "100",
    "shared_preload_libraries": "pg_stat_statements",
}  # fmt: skip


@dataclass
class Answer:
    """What came back: status, headers, and the first of the body."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Line:
    """One open connection to a node."""

    port: int
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, cookie: str, body: bytes = b"") -> Answer:
        """One request. OSError where the connection broke or nothing came."""
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self.reader and self.writer
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
        if body:
            head += "Content-Type: application/x-www-form-urlencoded\r\n"
            head += f"Content-Length: {len(body)}\r\n"
        try:
            self.writer.write(head.encode() + b"\r\n" + body)
            raw = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), WAIT)
            first, *lines = raw.decode("latin-1").split("\r\n")
            headers = {
                name.strip().lower(): value.strip()
                for name, _, value in (line.partition(":") for line in lines)
            }
            length = int(headers.get("content-length", 0))
            got = await asyncio.wait_for(self.reader.readexactly(length), WAIT) if length else b""
        except (
            asyncio.IncompleteReadError,
            asyncio.LimitOverrunError,
            TimeoutError,
            OSError,
        ) as no:
            self.hang_up()
            raise OSError("the connection broke") from no
        if headers.get("connection", "").lower() == "close":
            self.hang_up()
        return Answer(int(first.split()[1]), headers, got)

    def hang_up(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None


class Node:
    """A web node and the connections to it that are free."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.free: list[Line] = []

    async def ask(self, method: str, path: str, cookie: str, body: bytes = b"") -> Answer:
        line = self.free.pop() if self.free else Line(self.port)
        try:
            return await line.ask(method, path, cookie, body)
        finally:
            self.free.append(line)


@dataclass
class Person:
    cookie: str
    token: str


@dataclass
class Work:
    """What there is to do: people signed in, and places to do it at."""

    researchers: list[Person]
    steward: Person
    seats: list[str]
    stories: list[int]
    """May be studied."""
    places: list[tuple[int, int, int, str]]
    """Story, start, end and words of passages to code."""
    codes: list[int]
    suggestions: list[int]
    to_stop: list[int]
    versions: dict[str, str] = field(default_factory=dict)
    """What each seat has seen."""


@dataclass
class Told:
    """Milliseconds of each kind, and what went wrong."""

    taken: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    errors: dict[str, int] = field(default_factory=dict)
    shown: int = 0
    """Stopped stories that a node still showed."""
    asked: int = 0
    seconds: float = 0.0

    def failed(self, kind: str, status: object) -> None:
        key = f"{kind}: {status}"
        self.errors[key] = self.errors.get(key, 0) + 1

    def held(self) -> bool:
        """Were the targets met, and every act answered?"""
        judged = {kind: most for kind, (_, most) in KINDS.items() if kind not in NOT_JUDGED}
        slow = [kind for kind, most in judged.items() if p95(self.taken[kind]) > most]
        return not (slow or self.errors or self.shown)

    def line(self, rate: float) -> str:
        """Everything in one line, for whoever waits."""
        times = ", ".join(
            f"{kind} {middle(some):.0f}/{p95(some):.0f}" for kind, some in self.taken.items()
        )
        load = os.getloadavg()[0]
        return f"{rate:g}/s: {times} ms; wrong {self.errors}; shown {self.shown}; load {load:.1f}"


def prepare(home: Path, url: str | None, seats: Path) -> Work:
    """Sign people in, and draw what they will do."""
    import logging

    import structlog
    from sqlalchemy import select

    from storybank import db
    from storybank.app import create_app
    from storybank.codebook.service import codes_by_id
    from storybank.config import Config
    from storybank.consent.models import UseStanding
    from storybank.stories.models import Story, StoryVersion
    from storybank.suggest.models import Suggestion
    from storybank.wiring import open_house

    logging.disable(logging.INFO)
    opened = open_house(Config.for_home(home, jobs="held", database_url=url))
    app = create_app(house=opened)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    app.config.update(STORYBANK_LIMITS=False)
    lot = random.Random()
    try:
        people = [person(app, f"{name}@example.org") for name in RESEARCHERS]
        steward = person(app, "stu@example.org")
        with opened.sessions() as session:
            kept = select(UseStanding.story_id).where(
                UseStanding.use == "study", UseStanding.answer == "yes"
            )
            open_to_all = set(session.scalars(kept))
            long = session.scalars(
                select(StoryVersion.story_id)
                .join(Story, Story.id == StoryVersion.story_id)
                .where(StoryVersion.length > 400, Story.external_id.like("scale-%"))
            ).all()
            stories = [n for n in lot.sample(long, min(8_000, len(long))) if n in open_to_all]
            to_stop, stories = stories[:400], stories[400:]
            waiting = select(Suggestion.id, Suggestion.story_id).where(
                Suggestion.answer.is_(None), Suggestion.story_id.in_(stories[1_500:4_500])
            )
            # Words that are kept back, or still to be coded blind, cannot be coded by everybody.
            blind: set[int] = set()
            for name in ("assignment", "part_standing"):
                blind |= set(session.scalars(select(db.Base.metadata.tables[name].c.story_id)))
            suggestions = [n for n, story in session.execute(waiting) if story not in blind]
            codes = list(codes_by_id(session))
        texts = texts_of(opened, stories[:1_500])
        places = [(story, start, start + 60, text[start : start + 60])
                  for story, text in texts.items() if story not in blind
                  for start in (5, 90, 280)]  # fmt: skip
    finally:
        opened.close()
        logging.disable(logging.NOTSET)
    lot.shuffle(suggestions)
    lot.shuffle(places)
    return Work(people, steward, json.loads(seats.read_text())["cookies"], stories, places, codes,
                suggestions, to_stop)  # fmt: skip


def texts_of(opened: Any, story_ids: list[int]) -> dict[int, str]:
    """What a researcher has on the screen, so that quotes can be sent as a browser does."""
    from storybank.clock import now
    from storybank.consent.rules import Purpose, Use
    from storybank.people.service import account_by_email, actor_for
    from storybank.stories import reading

    with opened.sessions() as session:
        account = account_by_email(session, f"{RESEARCHERS[0]}@example.org")
        assert account
        use = Use.claim(actor_for(session, account), Purpose.STUDY, now())
        return {story.story_id: story.text for story in reading.stories(session, use, story_ids)}


def person(app: Any, email: str) -> Person:
    """Somebody signed in: their cookie, and the token of their forms."""
    browser = Browser(app, email)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.get("/").text)
    cookie = browser.client.get_cookie("storybank")
    if token is None or cookie is None:
        raise SystemExit(f"{email} could not sign in")
    return Person(f"storybank={cookie.value}", token[1])


class Load:
    """Acts at nodes, at a rate."""

    def __init__(self, nodes: list[Node], work: Work) -> None:
        self.nodes, self.work, self.turn = nodes, work, 0
        self.lot = random.Random(3)

    async def wake(self) -> list[int]:
        """One page of each kind at every node, before anybody is timed; milliseconds of the first
        search at each."""
        first = []
        for node in self.nodes:
            one, steward = self.work.researchers[0], self.work.steward
            began = time.perf_counter()
            await node.ask("GET", "/search/study?q=hospital", one.cookie)
            first.append(round((time.perf_counter() - began) * 1000))
            for path in (
                "/search/study?q=money",
                *LISTS,
                "/suggestions",
                f"/desk/{self.work.stories[0]}",
            ):
                await node.ask("GET", path, one.cookie)
            await node.ask("GET", f"/stories/keep/{self.work.stories[0]}", steward.cookie)
        return first

    async def run(self, rate: float, seconds: float) -> Told:
        """So many acts a second, for so long."""
        told, tasks = Told(), []
        names, weights = list(KINDS), [often for often, _ in KINDS.values()]
        began = time.perf_counter()
        due = began
        while True:
            due += self.lot.expovariate(rate)
            if due > began + seconds:
                break
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            kind = self.lot.choices(names, weights)[0]
            tasks.append(asyncio.create_task(self.act(told, kind, due)))
        await asyncio.gather(*tasks)
        told.asked, told.seconds = len(tasks), time.perf_counter() - began
        return told

    async def act(self, told: Told, kind: str, due: float) -> None:
        self.turn += 1
        node, other = (self.nodes[(self.turn + n) % len(self.nodes)] for n in (0, 1))
        one, story = self.lot.choice(self.work.researchers), self.lot.choice(self.work.stories)
        expected: Sequence[int] = (200,)
        stopped = 0
        if kind == "read a story":
            asked = node.ask("GET", f"/stories/keep/{story}", self.work.steward.cookie)
        elif kind == "open the desk":
            asked = node.ask("GET", f"/desk/{story}", one.cookie)
        elif kind == "a list":
            asked = node.ask("GET", self.lot.choice(LISTS), one.cookie)
        elif kind == "all suggestions":
            asked = node.ask("GET", "/suggestions", one.cookie)
        elif kind == "search":
            words = quote_plus(self.lot.choice(WORDS))
            asked = node.ask("GET", f"/search/study?q={words}", one.cookie)
        elif kind == "code" and self.work.places:
            place = self.work.places.pop()
            fields = {"version": 1, "start": place[1], "end": place[2], "quote": place[3],
                      "code": self.lot.choice(self.work.codes)}  # fmt: skip
            asked = node.ask("POST", f"/desk/{place[0]}/codings", *form(one, fields))
            expected = (200, 303)
        elif kind == "confirm" and self.work.suggestions:
            number = self.work.suggestions.pop()
            asked = node.ask("POST", f"/suggestions/{number}/confirm", *form(one, {}))
            expected = (200, 303)
        elif kind == "stop" and self.work.to_stop:
            stopped = self.work.to_stop.pop()
            fields = {"use": "all", "channel": "phone"}
            asked = node.ask("POST", f"/stories/keep/{stopped}/stop",
                             *form(self.work.steward, fields))  # fmt: skip
            expected = (303,)
        else:
            kind, seat = "poll a workshop", self.lot.choice(self.work.seats)
            seen = self.work.versions.get(seat, "")
            asked = node.ask("GET", f"/seat/now?v={quote_plus(seen)}", seat)
            expected = (200, 204)
        try:
            answer = await asked
        except OSError:
            return told.failed(kind, "no answer")
        told.taken[kind].append((time.perf_counter() - due) * 1000)
        if answer.status not in expected:
            return told.failed(kind, answer.status)
        if kind == "poll a workshop" and answer.status == 200:
            self.work.versions[seat] = answer.headers.get("x-version", "")
        if stopped:
            told.shown += (await other.ask("GET", f"/desk/{stopped}", one.cookie)).status != 404


def form(one: Person, fields: dict[str, Any]) -> tuple[str, bytes]:
    return one.cookie, urlencode({"csrf_token": one.token, **fields}).encode()


def p95(times: Sequence[float]) -> float:
    """The 95th of a hundred."""
    return sorted(times)[math.ceil(0.95 * len(times)) - 1] if times else 0.0


def middle(times: Sequence[float]) -> float:
    return statistics.median(times) if times else 0.0


# What is served.


@contextlib.contextmanager
def postgres(folder: Path) -> Iterator[str]:
    """PostgreSQL with its files in ``folder``, as it would run for real: fsync is on."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not programs:
        raise SystemExit("Debian's postgresql is not installed.")
    programs_folder, data, port = programs[-1].parent, folder / "data", free_port()
    become = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []

    def run(*command: object) -> None:
        subprocess.run([*become, *map(str, command)], check=True, stdout=subprocess.DEVNULL,
                       cwd="/")  # fmt: skip

    if not data.exists():
        folder.mkdir(parents=True, exist_ok=True)
        if become:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        run(programs_folder / "initdb", "-D", data, "-U", "storybank", "-A", "trust", "-E", "UTF8",
            "--locale=C.UTF-8")  # fmt: skip
    settings = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {folder} {settings}"
    run(programs_folder / "pg_ctl", "-D", data, "-w", "-t", 120, "-l", folder / "log", "-o",
        options, "start")  # fmt: skip
    try:
        yield f"postgresql+psycopg://storybank@127.0.0.1:{port}/"
    finally:
        run(programs_folder / "pg_ctl", "-D", data, "-m", "fast", "-w", "-t", 120, "stop")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def brought(server: str, root: Path) -> str:
    """The database of this house, filled where it is not there yet; its address."""
    import psycopg

    name = "bench_" + root.name.replace("-", "_")
    plain = server.replace("+psycopg", "")
    with psycopg.connect(plain + "postgres", autocommit=True) as there:
        found = there.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone()
        if not (root / "brought").exists() or not found:
            there.execute(f"DROP DATABASE IF EXISTS {name}")
            there.execute(f"CREATE DATABASE {name}")
            began = time.perf_counter()
            to_postgres(root / "sqlite", server + name)
            print(f"{root.name}: on PostgreSQL after {time.perf_counter() - began:.0f} s",
                  file=sys.stderr)  # fmt: skip
            (root / "brought").touch()
            (root / "indexed").unlink(missing_ok=True)
    return server + name


def node_home(root: Path, name: str) -> Path:
    """A data folder of a node: the keys of the house, and nothing else."""
    home = root / name
    home.mkdir(exist_ok=True, mode=0o700)
    for key in ("secret_key", "identity_keys"):
        shutil.copy2(root / "sqlite" / key, home / key)
    return home


@contextlib.contextmanager
def running(homes: dict[Path, list[str]], url: str | None, logs: Path) -> Iterator[dict[str, int]]:
    """These programs, until the end: {name of its folder: its process}."""
    begun: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for home, command in homes.items():
            environment = os.environ | {"STORYBANK_HOME": str(home), "STORYBANK_NODE": home.name}
            if url:
                environment |= {
                    "STORYBANK_DATABASE_URL": url,
                    "STORYBANK_WORK": "apart",
                    "STORYBANK_LEDGER": str(logs / "ledger" / "consents.jsonl"),
                }
            with open(logs / f"{home.name}.log", "wb") as log:
                begun[home.name] = subprocess.Popen(
                    [PROGRAM, *command], stdout=log, stderr=log, env=environment,
                    start_new_session=True,
                )  # fmt: skip
        yield {name: process.pid for name, process in begun.items()}
    finally:
        for process in begun.values():
            process.send_signal(signal.SIGTERM)
        for process in begun.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(40)
            if process.poll() is None:
                process.kill()


def wait_for(port: int) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise SystemExit("A node did not open.")


@dataclass
class Measured:
    """One house in one shape: the rate that was held, and what it took."""

    name: str
    stories: int
    passages: int
    rate: float
    told: Told
    memory: dict[str, float]
    processor: dict[str, float]
    """Seconds of processor time of each program and what it started, while acts were timed."""
    disk: float

    def rows(self) -> list[Row]:
        said = f"{self.name}, {self.stories:,} stories, {self.passages:,} passages"
        found = [Row(f"{said}: acts a second", self.rate, "acts/s")]
        for kind, (_, most) in KINDS.items():
            times = self.told.taken[kind]
            found.append(figure(f"{said}: {kind}, in the middle", middle(times), "ms"))
            found.append(at_most(f"{said}: {kind}, 95 of 100", p95(times), "ms", most))
        errors = sum(self.told.errors.values())
        found.append(at_most(f"{said}: not answered as they should be", errors, "acts", 0))
        found.append(at_most(f"{said}: stopped stories shown", self.told.shown, "pages", 0))
        for who, seconds in self.processor.items():
            each = seconds * 1000 / max(1, self.told.asked)
            found.append(figure(f"{said}: processor time of an act, {who}", each, "ms"))
        for who, megabytes in self.memory.items():
            found.append(figure(f"{said}: peak memory, {who}", megabytes, "MB"))
        found.append(figure(f"{said}: database on disk", self.disk, "MB"))
        return found


def measure(
    nodes: list[int], work: Work, options: argparse.Namespace, said: str, pids: dict[str, int]
) -> tuple[float, Told, dict[str, float]]:
    """Warm up, then find the rate, or keep to the one asked for."""
    load = Load([Node(port) for port in nodes], work)

    async def all_of_it() -> tuple[float, Told, dict[str, float]]:
        cold = await load.wake()
        print(f"{said}: first search on each node after {cold} ms", file=sys.stderr)
        await load.run(4, WARM)
        best: tuple[float, Told, dict[str, float]] | None = None
        for rate in (options.rate,) if options.rate else RATES:
            before = {name: processor(pid) for name, pid in pids.items()}
            told = await load.run(rate, options.seconds)
            used = {name: processor(pid) - before[name] for name, pid in pids.items()}
            print(f"{said}: {told.line(rate)}", file=sys.stderr)
            if best is None or told.held():
                best = (rate, told, used)
            if not told.held():
                break
        assert best
        return best

    return asyncio.run(all_of_it())


def processor(pid: int) -> float:
    """Seconds of processor time that a program used, with all that it started."""
    used = 0.0
    with contextlib.suppress(OSError):
        times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:15]
        used = sum(map(int, times)) / os.sysconf("SC_CLK_TCK")
    return used + sum(processor(child) for child in children(pid))


def ended(pid: int) -> bool:
    """Is a program that was started here no more?"""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    return True


def peak(pid: int) -> float:
    """Peak memory of a process and its children, in MB, the largest of them."""
    found = []
    for status in [Path(f"/proc/{pid}/status"),
                   *(Path(f"/proc/{child}/status") for child in children(pid))]:  # fmt: skip
        with contextlib.suppress(OSError):
            found += [int(n) for n in re.findall(r"VmHWM:\s+(\d+)", status.read_text())]
    return max(found, default=0) / 1024


def children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        mine = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return [int(one) for one in mine]
    return []


def on_sqlite(root: Path, options: argparse.Namespace) -> Measured:
    home = root / "sqlite"
    work, port = prepare(home, None, root / "seats.json"), free_port()
    with running({home: ["serve", "--port", str(port)]}, None, root) as pids:
        wait_for(port)
        said = f"{root.name} on SQLite"
        rate, told, used = measure([port], work, options, said, {"the server": pids[home.name]})
        memory = {"the server": peak(pids[home.name])}
    stories, passages = map(int, root.name.split("-"))
    disk = (home / "storybank.db").stat().st_size / 1e6
    return Measured("SQLite alone", stories, passages, rate, told, memory, used, disk)


def on_postgres(root: Path, server: str, options: argparse.Namespace) -> Measured:
    import psycopg

    url = brought(server, root)
    names = ("web-1", "web-2", "work-1", "work-2")
    web1, web2, work1, work2 = (node_home(root, name) for name in names)
    give_index(root, url, web1, web2)
    work = prepare(web1, url, root / "seats.json")
    ports = free_port(), free_port()
    programs = {
        web1: ["serve", "--port", str(ports[0])], web2: ["serve", "--port", str(ports[1])],
        work1: ["work", "--queue", "indexing", "--queue", "mail", "--queue", "intake"],
        work2: ["work", "--queue", "suggesting"],
    }  # fmt: skip
    with running(programs, url, root) as pids:
        for port in ports:
            wait_for(port)
        data = root.parent / "cluster" / "data" / "postmaster.pid"
        timed = pids | {"PostgreSQL": int(data.read_text().split()[0])}
        said = f"{root.name} on PostgreSQL"
        rate, told, used = measure(list(ports), work, options, said, timed)
        for name, pid in pids.items():
            if ended(pid):
                told.failed(name, "ended by itself")
        memory = {name: peak(pid) for name, pid in pids.items()}
    with psycopg.connect(url.replace("+psycopg", "")) as there:
        size = there.execute("SELECT pg_database_size(current_database())").fetchone()
    stories, passages = map(int, root.name.split("-"))
    disk = float(size[0]) / 1e6 if size else 0.0
    return Measured("two nodes", stories, passages, rate, told, memory, used, disk)


def give_index(root: Path, url: str, *homes: Path) -> None:
    """The index that PostgreSQL keeps, and each web node's own: each built once, and the nodes'
    copied from one to the others."""
    from storybank.config import Config
    from storybank.search.node_index import NodeIndex
    from storybank.wiring import open_house

    first, *others = homes
    if not (root / "indexed").exists():
        opened = open_house(Config.for_home(first, jobs="held", database_url=url))
        assert isinstance(opened.index, NodeIndex) and opened.index.follower
        try:
            began = time.perf_counter()
            with opened.sessions() as session:
                opened.index.reindex(session)
            shared = time.perf_counter() - began
            opened.index.follower.build()
            own = time.perf_counter() - began - shared
        finally:
            opened.close()
        print(f"{root.name}: PostgreSQL's index after {shared:.0f} s, a node's own after {own:.0f}",
              file=sys.stderr)  # fmt: skip
        for other in others:
            shutil.rmtree(other / "index", ignore_errors=True)
            shutil.copytree(first / "index", other / "index", symlinks=True)
        (root / "indexed").touch()


def points(found: Sequence[Measured]) -> dict[str, dict[str, list[tuple[int, float]]]]:
    """{shape: {kind: [(passages, milliseconds of 95 of 100)]}} of what was done often enough."""
    lines: dict[str, dict[str, list[tuple[int, float]]]] = {}
    for one in found:
        for kind, times in one.told.taken.items():
            if len(times) >= ENOUGH:
                here = lines.setdefault(one.name, {}).setdefault(kind, [])
                here.append((one.passages, p95(times)))
    return lines


def table(found: Sequence[Measured]) -> str:
    """What was measured, in Markdown: a row for each kind, and for each house the middle and 95 of
    100 in milliseconds."""
    heads = [f"{one.name}, {one.stories:,} / {one.passages:,}" for one in found]
    rows = ["| | " + " | ".join(heads) + " |", "|---|" + "---:|" * len(found)]
    rows.append("| acts a second | " + " | ".join(f"{one.rate:g}" for one in found) + " |")
    for kind in KINDS:
        times = [one.told.taken[kind] for one in found]
        cells = (f"{middle(some):.0f} / {p95(some):.0f}" if some else "" for some in times)
        rows.append(f"| {kind}, ms | " + " | ".join(cells) + " |")
    spent = [sum(one.processor.values()) * 1000 / max(1, one.told.asked) for one in found]
    rows.append("| processor time of an act, ms | " + " | ".join(f"{n:.0f}" for n in spent) + " |")
    rows.append("| largest program, MB | " + " | ".join(
        f"{max(one.memory.values()):.0f}" for one in found) + " |")  # fmt: skip
    rows.append("| database, MB | " + " | ".join(f"{one.disk:.0f}" for one in found) + " |")
    return "\n".join([*rows, ""])


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--house", type=Path, help="a folder to keep the houses in")
    asked.add_argument("--stories", type=int, default=10_000)
    asked.add_argument("--passages", type=int, default=10_000)
    asked.add_argument("--growth", action="store_true")
    asked.add_argument("--rate", type=float, help="acts a second")
    asked.add_argument("--seconds", type=float, default=30.0)
    asked.add_argument("--on", default="sqlite,postgres")
    asked.add_argument("--picture", type=Path)
    asked.add_argument("--table", type=Path, help="write what was measured in Markdown")
    asked.add_argument("--prepare", action="store_true", help="build the houses, time nothing")
    asked.add_argument("--keep", type=Path, help="write what was measured into this file")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    sizes = SIZES if options.growth else ((options.stories, options.passages),)
    with contextlib.ExitStack() as stack:
        folder = options.house or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="storybank-bench-"))
        )
        folder = folder.resolve()
        folder.chmod(0o755) if folder.exists() else folder.mkdir(parents=True)
        found: list[Measured] = []
        server = stack.enter_context(postgres(folder / "cluster")) if "postgres" in options.on \
            else ""  # fmt: skip
        for stories, passages in sizes:
            root = house(folder, stories, passages, lambda said: print(said, file=sys.stderr))
            if options.prepare:
                if server:
                    web = [node_home(root, name) for name in ("web-1", "web-2")]
                    give_index(root, brought(server, root), *web)
                continue
            if "sqlite" in options.on:
                found.append(on_sqlite(root, options))
            if server:
                found.append(on_postgres(root, server, options))
    if options.prepare:
        return
    if options.keep:
        options.keep.write_text(json.dumps([asdict(one) for one in found]))
    if options.table:
        options.table.write_text(table(found))
    if options.picture:
        options.picture.write_text(picture(points(found)))
    show([row for one in found for row in one.rows()])


if __name__ == "__main__":
    main()
