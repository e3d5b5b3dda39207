"""A live workshop under load: phones that poll, answers that come in, a worker that is killed.

    python benchmarks/workshop.py [--seconds 60] [--postgres URL] [--json]

A house with the invented stories is made in a scratch folder and served as ``storybank serve``
serves it, in a program of its own. Each phone is a seat of its own with one open connection, and
polls every 2 s with jitter. Fifteen minutes of one answer a second are 900 answers: they come in
while 300 phones poll, so much faster as the run is shorter. Then 1,000 phones. Then the worker is
killed with SIGKILL in the midst of answers, each of which its phone sends again until it is
acknowledged. Times are wall time at the phone, on the machine that also plays it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

HERE = Path(__file__).resolve()
sys.path[:0] = [str(HERE.parents[0]), str(HERE.parents[1])]

from measure import Row, at_most, figure, show  # noqa: E402

from storybank import db  # noqa: E402
from storybank.clock import now  # noqa: E402
from storybank.config import Config  # noqa: E402
from storybank.consent.rules import Purpose, Use  # noqa: E402
from storybank.meetings import agenda, grouping, joining, running, seats  # noqa: E402
from storybank.meetings.agenda import Asking  # noqa: E402
from storybank.meetings.models import MeetingState, Prompt, Response  # noqa: E402
from storybank.people import service as people  # noqa: E402
from storybank.wiring import open_house  # noqa: E402
from storybank.workshops import freezing, opening, real_involvement  # noqa: E402
from storybank.workshops.models import Pack, Workshop  # noqa: E402

EVERY = 2.0
POLL, SEND = "/seat/now", "/seat/questions/{prompt}/answer"
ANSWERS = 900
PROGRAM = str(Path(sys.executable).parent / "storybank")
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
VERSION = re.compile(r'data-version="([^"]+)"')
SESSION = re.compile(r"Set-Cookie: (storybank=[^;]+)")
WAIT = 30.0
"""Seconds after which an answer that did not come counts as an error."""


@dataclass
class Told:
    """What the phones met: seconds of each poll and answer, and what went wrong."""

    polls: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    changed: int = 0
    errors: int = 0
    resent: int = 0
    acknowledged: set[str] = field(default_factory=set)


@dataclass
class Phone:
    """One seat with its cookies and its connection."""

    port: int
    cookie: str
    token: str
    version: str = ""
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, body: bytes = b"") -> tuple[int, dict[str, str]]:
        """One request over the open connection; status and headers. OSError where it broke."""
        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port)
        assert self.reader and self.writer
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {self.cookie}\r\n"
        if body:
            head += "Content-Type: application/x-www-form-urlencoded\r\n"
            head += f"Accept: application/json\r\nContent-Length: {len(body)}\r\n"
        self.writer.write(head.encode() + b"\r\n" + body)
        try:
            raw = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), WAIT)
            first, *lines = raw.decode("latin-1").split("\r\n")
            headers = {
                name.strip().lower(): value.strip()
                for name, _, value in (line.partition(":") for line in lines)
            }
            length = int(headers.get("content-length", 0))
            if length:
                await self.reader.readexactly(length)
        except (asyncio.IncompleteReadError, TimeoutError, OSError) as problem:
            self.hang_up()
            raise OSError("the connection broke") from problem
        if headers.get("connection", "").lower() == "close":
            self.hang_up()
        return int(first.split()[1]), headers

    def hang_up(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None

    async def poll(self, told: Told) -> None:
        start = time.perf_counter()
        try:
            status, headers = await self.ask("GET", f"{POLL}?{urlencode({'v': self.version})}")
        except OSError:
            told.errors += 1
            return
        told.polls.append(time.perf_counter() - start)
        if status == 200:
            told.changed += 1
            self.version = headers.get("x-version", "")
        elif status != 204:
            told.errors += 1

    async def answer(self, told: Told, prompt: int, number: int) -> None:
        """Send one answer until it is acknowledged, always under the same id."""
        one = str(uuid.uuid4())
        body = urlencode(
            {"csrf_token": self.token, "id": one, "text": f"Answer number {number}."}
        ).encode()
        start = time.perf_counter()
        while time.perf_counter() - start < WAIT:
            try:
                status, _ = await self.ask("POST", SEND.format(prompt=prompt), body)
            except OSError:
                told.resent += 1
                await asyncio.sleep(0.2)
                continue
            if status in (200, 201, 303):
                told.answers.append(time.perf_counter() - start)
                told.acknowledged.add(one)
            else:
                told.errors += 1
            return
        told.errors += 1


async def come_in(port: int, cookies: list[str]) -> list[Phone]:
    """Each phone opens its page once, as after joining: the token of its forms, and the version."""
    phones = []
    for cookie in cookies:
        phone = Phone(port, cookie, "")
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET /seat HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
                     "Connection: close\r\n\r\n".encode())  # fmt: skip
        page = (await reader.read()).decode("utf-8", "replace")
        writer.close()
        found = TOKEN.search(page)
        session = SESSION.search(page)
        if found is None:
            raise SystemExit(f"A phone did not see its page: {page.splitlines()[0]}")
        phone.token, phone.version = found[1], VERSION.search(page)[1]  # type: ignore[index]
        phone.cookie = f"{cookie}; {session[1]}" if session else cookie
        phones.append(phone)
    return phones


CHANGES = 2


async def load(
    phones: list[Phone], prompt: int, seconds: float, answers: int, change: Callable[[], None]
) -> Told:
    """Poll with every phone for ``seconds``, with ``answers`` spread over the time; and two times
    the facilitator pauses or goes on, which every phone shows at its next poll."""
    told = Told()
    end = time.perf_counter() + seconds

    async def polls(phone: Phone) -> None:
        await asyncio.sleep(random.random() * EVERY)
        while time.perf_counter() < end:
            begun = time.perf_counter()
            await phone.poll(told)
            pause = EVERY * random.uniform(0.9, 1.1) - (time.perf_counter() - begun)
            await asyncio.sleep(max(0.0, pause))

    async def writes(writers: list[Phone]) -> None:
        sent = []
        for number in range(answers):
            due = end - seconds + number * seconds / answers
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            sent.append(asyncio.create_task(
                writers[number % len(writers)].answer(told, prompt, number)))  # fmt: skip
            if len(sent) % len(writers) == 0:
                await asyncio.gather(*sent[-len(writers) :])
        await asyncio.gather(*sent)

    # Somebody who writes has a second connection for it, as a browser opens one.
    writers = [Phone(one.port, one.cookie, one.token) for one in phones]

    async def leads() -> None:
        for number in range(1, CHANGES + 1):
            due = end - seconds + number * seconds / (CHANGES + 1)
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            await asyncio.to_thread(change)

    tasks = [leads(), *(polls(phone) for phone in phones)] + ([writes(writers)] if answers else [])
    await asyncio.gather(*tasks)
    for phone in [*phones, *writers]:
        phone.hang_up()
    return told


async def killed(phones: list[Phone], prompt: int, worker: Callable[[], int]) -> Told:
    """Answers from every phone while the worker is killed with SIGKILL in their midst."""
    told = Told()
    tasks = [asyncio.create_task(phone.answer(told, prompt, 10_000 + number))
             for number, phone in enumerate(phones)]  # fmt: skip
    await asyncio.sleep(0.15)
    os.kill(worker(), signal.SIGKILL)
    await asyncio.gather(*tasks)
    for phone in phones:
        phone.hang_up()
    return told


def build(home: Path, database: str | None, many: int) -> tuple[list[str], int]:
    """The demo with its workshop open and running, and ``many`` seats; cookies and the question."""
    env = {"STORYBANK_HOME": str(home)} | ({"STORYBANK_DATABASE_URL": database} if database else {})
    os.environ.update(env)
    for command in ("init", "demo"):
        subprocess.run([PROGRAM, command], check=True, stdout=subprocess.DEVNULL)
    more = {"database_url": database} if database else {}
    house = open_house(Config.for_home(home, jobs="held", **more))
    cookies = []
    with db.writing(house.sessions) as session:
        actor = people.actor_for(
            session, people.account_by_email(session, "facilitator@example.org")
        )
        use = Use.claim(actor, Purpose.WORKSHOP, now())
        meeting = session.query(Workshop).order_by(Workshop.id).first()
        assert meeting is not None
        meeting.in_scope = meeting.out_of_scope = meeting.decider = "As agreed"
        meeting.reply_by = meeting.held_on + timedelta(days=60)
        meeting.self_check = {one.key: "yes" for one in real_involvement.unanswered({})}
        pack = session.query(Pack).filter_by(workshop_id=meeting.id).first()
        assert pack is not None
        freezing.freeze(session, use, pack.id)
        agenda.ensure(session, meeting)
        grouping.usual(session, use, meeting)
        prompt = agenda.save_question(
            session, use, meeting, None, Asking("open", "What would help?", passages=True)
        )
        opening.open_for_joining(session, use, meeting.id)
        assert meeting.join_code
        tables = grouping.groups(session, meeting.id)
        for one in tables:
            one.capacity = None
        for number in range(many):
            participant, token = joining.join(
                session, meeting.join_code, group_id=tables[number % len(tables)].id
            )
            cookies.append(f"{seats.COOKIE}={participant.id}.{token}")
        running.start(session, use, meeting.id)
        running.ask(session, use, meeting.id, prompt.id)
        number = prompt.id
    house.close()
    return cookies, number


def pausing(home: Path, database: str | None, prompt: int) -> Callable[[], None]:
    """What pauses the meeting, or lets it go on, at each call."""
    more = {"database_url": database} if database else {}
    house = open_house(Config.for_home(home, jobs="held", **more))

    def change() -> None:
        with db.writing(house.sessions) as session:
            actor = people.actor_for(
                session, people.account_by_email(session, "facilitator@example.org")
            )
            use = Use.claim(actor, Purpose.WORKSHOP, now())
            meeting = session.get_one(Prompt, prompt).workshop_id
            stands = session.get_one(MeetingState, meeting)
            running.pause(session, use, meeting, paused=stands.paused_at is None)

    return change


@contextlib.contextmanager
def serving(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """The house served as ``storybank serve`` does, until the end."""
    served = subprocess.Popen(
        [PROGRAM, "serve", "--port", str(port)], stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.1)
        yield served
    finally:
        served.terminate()
        served.wait(30)


def worker_of(served: subprocess.Popen[bytes]) -> int:
    """The process that answers: the server's oldest child."""
    children = Path(f"/proc/{served.pid}/task/{served.pid}/children").read_text().split()
    return min(map(int, children))


def kept(home: Path, database: str | None, prompt: int, ids: set[str]) -> tuple[int, int]:
    """How many of these answers are there, and how many others to the same question."""
    more = {"database_url": database} if database else {}
    house = open_house(Config.for_home(home, jobs="held", **more))
    with house.sessions() as session:
        there = {one for (one,) in session.query(Response.id).filter_by(prompt_id=prompt)}
    house.close()
    return len(there & ids), len(there - ids)


def p95(times: list[float]) -> float:
    """The 95th of a hundred, in milliseconds."""
    return statistics.quantiles(times, n=20)[-1] * 1000 if len(times) > 1 else 0.0


def rows_of(name: str, told: Told, most: float) -> list[Row]:
    return [
        at_most(f"{name}: a poll, 95 of 100 within", p95(told.polls), "ms", most),
        figure(f"{name}: a poll, in the middle", statistics.median(told.polls) * 1000, "ms"),
        figure(f"{name}: polls", len(told.polls), "polls"),
        figure(f"{name}: polls that brought something new", told.changed, "polls"),
        at_most(f"{name}: errors", told.errors, "errors", 0),
    ]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--seconds", type=float, default=60.0)
    asked.add_argument("--postgres", help="the address of an empty database to use instead")
    asked.add_argument("--json", action="store_true")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory(prefix="storybank-bench-") as folder:
        home = Path(folder) / "home"
        cookies, prompt = build(home, options.postgres, 1_000)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        with serving(port) as served:
            change = pausing(home, options.postgres, prompt)
            told, acknowledged = asyncio.run(
                measured(port, cookies, prompt, options.seconds, served, change)
            )
        found, others = kept(home, options.postgres, prompt, acknowledged)
        told.append(at_most("answers acknowledged and not there", len(acknowledged) - found,
                            "answers", 0))  # fmt: skip
        told.append(figure("answers there", found + others, "answers"))
        told.append(at_most("answers there that nobody sent, or twice", others, "answers", 0))
        show(told)


async def measured(
    port: int,
    cookies: list[str],
    prompt: int,
    seconds: float,
    served: subprocess.Popen[bytes],
    change: Callable[[], None],
) -> tuple[list[Row], set[str]]:
    """All three trials, one after the other; the rows, and the answers that were acknowledged."""
    phones = await come_in(port, cookies[:300])
    some = await load(phones, prompt, seconds, ANSWERS, change)
    rows = rows_of("300 phones", some, 50)
    rows.append(figure("300 phones: an answer, 95 of 100 within", p95(some.answers), "ms"))
    everybody = phones + await come_in(port, cookies[300:])
    many = await load(everybody, prompt, seconds / 2, 0, change)
    rows += rows_of("1,000 phones", many, 250)
    died = await killed(phones[:100], prompt, lambda: worker_of(served))
    rows.append(figure("killed: answers sent again", died.resent, "times"))
    rows.append(at_most("killed: answers given up", died.errors, "answers", 0))
    return rows, some.acknowledged | died.acknowledged


if __name__ == "__main__":
    main()
