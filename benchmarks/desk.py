"""The desk beside Taguette 1.5.2, on one machine and in one run: both serve their own pages to the
same client over the loopback, and every row is the wall time of the requests a reader waits for.

    python benchmarks/desk.py [--json] [--taguette PATH_TO_A_PYTHON_THAT_HAS_IT]

Without ``--taguette`` it is installed from PyPI into a scratch folder. Its documents (DOCX) are
made by Calibre's ``ebook-convert``; where that is not on the machine, the row says so and has no
peer. All texts are invented here, by a seeded draw.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import re
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from measure import Row, show

VERSION = "1.5.2"
PASSWORD = "a door of green glass"
PROGRAM = str(Path(sys.executable).with_name("storybank"))
BIG_WORDS, BIG_CODINGS = 20_000, 500
STORIES, STORY_WORDS, A_STORY = 200, 1_500, 25
"""One code is on 200 x 25 passages of 120 letters."""
PASSAGE = 120
READS, CHANGES, FILES = 15, 40, 5
A_WHILE = 5_000
"""Milliseconds."""
WORDS = """
after again agreed always answer asked because before bench better board borrowed bread bridge
brother bus called care carried chair chose clinic coffee committee door early enough evening
father felt followed form friend garden group heard help home hour invited kept kitchen knew
later learned leader letter listened long lunch meeting minutes morning mother moved neighbour
never nurse office often older once paper parish people phone place plan question quiet reason
river room seat service sister slowly spoke stayed story street sure table talked thought ticket
together told town travel trust turned visit voice waited walked ward week window winter work
""".split()


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="storybank-desk-") as folder:
        scratch = Path(folder)
        big = text_of(BIG_WORDS, 1)
        texts = [text_of(STORY_WORDS, 2 + number) for number in range(STORIES)]
        python = _asked("--taguette") or install(scratch / "venv")
        with (
            ours(scratch / "home", big, texts) as mine,
            theirs(scratch, python, big, texts) as peer,
        ):
            rows = [compare(*job, peer.get(job[0])) for job in mine]
        show(rows)


Job = tuple[str, int, float, Callable[[], int]]
"""What is done, how often, the target in milliseconds (or 0), and the doing: bytes received."""


def compare(
    name: str, times: int, target: float, work: Callable[[], int], peer: Callable[[], int] | None
) -> Row:
    """Both in turn, so that what else the machine does falls on both."""
    mine: list[float] = []
    other: list[float] = []
    work()
    try:
        slow = _milliseconds(peer) if peer else 0
        # What takes it many seconds is waited for once.
        other = [slow] if slow > A_WHILE else []
        for _ in range(times):
            mine.append(_milliseconds(work))
            if peer and slow <= A_WHILE:
                other.append(_milliseconds(peer))
    except PeerFailed as problem:
        name, other = f"{name} ({problem})", []
        mine += [_milliseconds(work) for _ in range(times - len(mine))]
    here = statistics.median(mine)
    there = statistics.median(other) if other else None
    ok = (not target or here <= target) and (there is None or here < there)
    return Row(
        name if peer else f"{name} (no ebook-convert here for Taguette)",
        round(here, 1), "ms", there and round(there, 1), there and round(there / here, 1),
        target or None, ok,
    )  # fmt: skip


def _milliseconds(work: Callable[[], int]) -> float:
    start = time.perf_counter()
    if not work():
        raise SystemExit("an empty answer")
    return (time.perf_counter() - start) * 1000


def text_of(count: int, seed: int) -> str:
    """Paragraphs of invented sentences: ``count`` words."""
    draw = random.Random(seed)
    paragraphs: list[str] = []
    left = count
    while left:
        sentences = []
        for _ in range(min(draw.randint(4, 7), left)):
            words = [draw.choice(WORDS) for _ in range(min(draw.randint(8, 20), left))]
            left -= len(words)
            sentences.append(" ".join(words).capitalize() + ".")
            if not left:
                break
        paragraphs.append(" ".join(sentences))
    return "\n\n".join(paragraphs)


def places(length: int, count: int, seed: int) -> list[tuple[int, int]]:
    """``count`` places of passages; the same letters in both programs, or a few further on: one
    of them does not count the ends of lines."""
    draw = random.Random(seed)
    starts = sorted(draw.randrange(length - length // 20 - PASSAGE) for _ in range(count))
    return [(start, start + PASSAGE) for start in starts]


class PeerFailed(Exception):
    """The peer could not do it on this machine, now."""


class Client:
    """A browser's connection: kept open, with cookies; each answer read to its last byte."""

    def __init__(self, port: int) -> None:
        self._at = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        self.cookies: dict[str, str] = {}

    def ask(
        self, way: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[bytes, str]:
        """The body of an answer and where it leads; raises SystemExit for one that is no good."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            self._at.request(way, path, body, sent)
            answer = self._at.getresponse()
        except (http.client.RemoteDisconnected, ConnectionError, http.client.CannotSendRequest):
            # Closed while the other one was busy: nothing was heard, so it is asked once more.
            self._at.close()
            self._at.request(way, path, body, sent)
            answer = self._at.getresponse()
        found = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        if answer.status >= 500 and "/export/" in path:
            raise PeerFailed(f"Taguette answered {answer.status}")
        if answer.status >= 400:
            raise SystemExit(f"{way} {path.partition('?')[0]}: {answer.status}")
        return found, answer.headers.get("Location", "")

    def get(self, path: str) -> bytes:
        return self.ask("GET", path)[0]

    def form(self, path: str, fields: dict[str, object], **headers: str) -> tuple[bytes, str]:
        body = urllib.parse.urlencode(fields, doseq=True).encode()
        kind = "application/x-www-form-urlencoded"
        return self.ask("POST", path, body, Content_Type=kind, **headers)

    def size(self, path: str) -> Callable[[], int]:
        return lambda: len(self.get(path))


@contextmanager
def served(command: list[str], port: int, log: Path, **more: str) -> Iterator[None]:
    """A server that has answered once."""
    with log.open("wb") as out:
        server = subprocess.Popen(
            command, stdout=out, stderr=out, env={**os.environ, "LC_ALL": "C.UTF-8", **more}
        )
    try:
        for _ in range(1200):
            if server.poll() is not None:
                raise SystemExit(f"the server did not start: {log.read_text()[-500:]}")
            try:
                with socket.create_connection(("127.0.0.1", port), 1):
                    break
            except OSError:
                time.sleep(0.05)
        yield
    finally:
        server.terminate()
        server.wait(20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


# Storybank


@contextmanager
def ours(home: Path, big: str, texts: list[str]) -> Iterator[list[Job]]:
    os.environ["STORYBANK_HOME"] = str(home)
    run = {"check": True, "capture_output": True}
    subprocess.run([PROGRAM, "init"], **run)
    subprocess.run(
        [PROGRAM, "people", "add", "--email", "researcher@example.org", "--role", "researcher",
         "--password-stdin"], input=PASSWORD.encode(), **run,
    )  # fmt: skip
    story_id, text, codes = fill(home, big, texts)
    port = free_port()
    command = [PROGRAM, "serve", "--port", str(port)]
    with served(command, port, home.with_name("ours.log")):
        client = Client(port)
        page = client.get("/sign-in").decode()
        client.form(
            "/sign-in",
            {"csrf_token": token(page), "email": "researcher@example.org", "password": PASSWORD},
        )
        desk = f"/desk/{story_id}"
        sent = {"csrf_token": token(client.get(desk).decode()), "version": 1, "code": codes[2]}
        more = iter(places(len(text), CHANGES * 2, 77))

        def add() -> int:
            start, end = next(more)
            fields = {**sent, "start": start, "end": end, "quote": text[start:end]}
            return len(client.form(f"{desk}/codings", fields, HX_Request="true")[0])

        out = "/files/study/codings"
        yield [
            (OPEN, READS, 0, client.size(desk)),
            (ADD, CHANGES, 0, add),
            (LIST, READS, 0, client.size("/codes/EN-PEER")),
            (CSV, FILES, 500, client.size(f"{out}.csv")),
            (XLSX, FILES, 0, client.size(f"{out}.xlsx")),
            (DOCX, FILES, 2000, client.size(f"{out}.docx")),
            (HTML, FILES, 0, client.size(f"{out}.html")),
        ]


ALL = BIG_CODINGS + STORIES * A_STORY
OPEN = f"open {BIG_WORDS:,} words with {BIG_CODINGS} codings"
ADD = "put a code on a passage there"
LIST = f"first page of a code with {STORIES * A_STORY:,} passages"
CSV, XLSX, DOCX, HTML = (
    f"all {ALL:,} codings as {form}" for form in ("CSV", "XLSX", "DOCX", "HTML")
)


def token(page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    if not found:
        raise SystemExit("a page without a form")
    return found[1]


def fill(home: Path, big: str, texts: list[str]) -> tuple[int, str, list[int]]:
    """Stories and codings into our house; the long story's number and text, and some codes."""
    import sqlalchemy as sa

    from storybank import db
    from storybank.clock import now
    from storybank.codebook.service import code
    from storybank.coding.models import Coding
    from storybank.config import Config
    from storybank.consent.rules import EIGHT, Answer
    from storybank.consent.service import Proof
    from storybank.intake.reading import read_paste
    from storybank.intake.service import Choices, receive
    from storybank.people.rules import MACHINE
    from storybank.people.service import account_by_email
    from storybank.wiring import open_house

    house = open_house(Config.for_home(home, jobs="held"))
    yes = Choices(dict.fromkeys(EIGHT, Answer.YES), Proof("witness_note", "bench"))
    with db.writing(house.sessions) as session:
        coder = account_by_email(session, "researcher@example.org").id
        codes = [code(session, key).id for key in ("EN-PEER", "EN-FEEDBACK", "VA-SERVICE")]
        rows = []
        for number, text in enumerate([big, *texts]):
            arrival = read_paste(text, f"Text {number}")
            story, _ = receive(session, MACHINE, arrival, yes)
            count, chosen = (A_STORY, codes[0]) if number else (BIG_CODINGS, codes[1])
            for start, end in places(len(arrival.canon.text), count, number):
                rows.append(
                    {"story_id": story.id, "version": 1, "start": start, "end": end,
                     "code_id": chosen, "coder_id": coder, "made_at": now()}
                )  # fmt: skip
            if not number:
                found = story.id, arrival.canon.text, codes
        session.execute(sa.insert(Coding), rows)
    house.runner.drain()
    house.close()
    return found


# Taguette


def install(folder: Path) -> str:
    """Taguette from PyPI in an environment of its own; the path of its Python."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    python = str(folder / "bin" / "python")
    subprocess.run([python, "-m", "pip", "-qq", "install", f"taguette=={VERSION}"], check=True)
    return python


@contextmanager
def project(scratch: Path, python: str) -> Iterator[tuple[Client, str]]:
    """A Taguette with an empty project: somebody signed in, and the number of the project."""
    home, log, port = scratch / "taguette", scratch / "taguette.log", free_port()
    home.mkdir()
    program = str(Path(python).with_name("taguette"))
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    if VERSION not in said.stdout:
        raise SystemExit(f"this is not Taguette {VERSION}: {said.stdout.strip()}")
    command = [
        program, "--no-browser", "--bind", "127.0.0.1", "--port", str(port), "--database",
        str(database(scratch)),
    ]  # fmt: skip
    # Calibre asks for a browser engine, which does not start as root without this.
    with served(command, port, log, HOME=str(home), QTWEBENGINE_DISABLE_SANDBOX="1"):
        client = Client(port)
        client.get("/?token=" + until(log, r"[?]token=([\w%=-]+)"))
        client.get("/project/new")
        _, where = client.form(
            "/project/new",
            {"name": "bench", "description": "", "_xsrf": client.cookies["_xsrf"]},
        )
        yield client, where.rstrip("/").rpartition("/")[2]


def database(scratch: Path) -> Path:
    """Where that Taguette keeps what it has."""
    return scratch / "taguette" / "project.sqlite3"


@contextmanager
def theirs(
    scratch: Path, python: str, big: str, texts: list[str]
) -> Iterator[dict[str, Callable[[], int]]]:
    with project(scratch, python) as (client, number_of_it):
        api = f"/api/project/{number_of_it}"

        def post(where: str, **fields: object) -> dict[str, int]:
            body = json.dumps(fields).encode()
            kind = "application/json; charset=utf-8"
            found, _ = client.ask(
                "POST", api + where, body, Content_Type=kind, X_XSRFToken=client.cookies["_xsrf"]
            )
            return json.loads(found) if found else {}

        peer, other, third = (
            post("/tag/new", path=name, description="")["id"] for name in ("peer", "back", "new")
        )
        numbers = []
        for number, text in enumerate([big, *texts]):
            document = upload(
                client, api, f"Text {number}", "text.html", "text/html", page_of(text)
            )
            count, tag = (A_STORY, peer) if number else (BIG_CODINGS, other)
            highlight(database(scratch), document, text, places(len(text), count, number), tag)
            numbers.append(document)
        long = numbers[0]
        more = iter(places(len(big), CHANGES * 2, 77))

        def read() -> int:
            # What its page asks for before the text and its highlights are there.
            return sum(
                len(client.get(path))
                for path in (
                    f"/project/{number_of_it}/document/{long}", f"{api}/document/{long}/contents",
                    f"{api}/document/{long}",
                )
            )  # fmt: skip

        def add() -> int:
            start, end = next(more)
            made = post(
                f"/document/{long}/highlight/new", start_offset=start, end_offset=end,
                tags=[third],
            )  # fmt: skip
            return made["id"]

        out = f"/project/{number_of_it}/export/highlights/"
        jobs = {
            OPEN: read, ADD: add, LIST: client.size(f"{api}/highlights/peer?page=1"),
            CSV: client.size(f"{out}.csv"), XLSX: client.size(f"{out}.xlsx"),
            HTML: client.size(f"{out}.html"),
        }  # fmt: skip
        if shutil.which("ebook-convert"):
            jobs[DOCX] = client.size(f"{out}.docx")
        yield jobs


def highlight(
    database: Path, document: int, text: str, where: list[tuple[int, int]], tag: int
) -> None:
    """Highlights into its database, as its own pages would write them, but many at once: over its
    pages thousands would take many minutes."""
    flat = text.replace("\n\n", "\n")
    with sqlite3.connect(database, timeout=30) as there:
        for start, end in where:
            made = there.execute(
                "INSERT INTO highlights (document_id, start_offset, end_offset, snippet) "
                "VALUES (?, ?, ?, ?)",
                (document, start, end, flat[start:end]),
            )
            there.execute(
                "INSERT INTO highlight_tags (highlight_id, tag_id) VALUES (?, ?)",
                (made.lastrowid, tag),
            )


def until(log: Path, pattern: str) -> str:
    """What a server says, once it has said it."""
    for _ in range(600):
        if found := re.search(pattern, log.read_text()):
            return found[1]
        time.sleep(0.05)
    raise SystemExit("Taguette did not say how to come in")


def page_of(text: str) -> bytes:
    """A text as a web page, which Taguette need not convert."""
    rows = "".join(f"<p>{one}</p>" for one in text.split("\n\n"))
    return f"<html><body>{rows}</body></html>".encode()


def upload(client: Client, api: str, name: str, file: str, kind: str, body: bytes) -> int:
    """A file of a media type into Taguette, under a name; its number there."""
    edge = uuid.uuid4().hex
    head = "".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in (("name", name), ("description", ""))
    )
    head += (
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{file}"\r\n'
        f"Content-Type: {kind}\r\n\r\n"
    )
    found, _ = client.ask(
        "POST", f"{api}/document/new", head.encode() + body + f"\r\n--{edge}--\r\n".encode(),
        Content_Type=f"multipart/form-data; boundary={edge}",
        X_XSRFToken=client.cookies["_xsrf"],
    )  # fmt: skip
    return int(json.loads(found)["created"])


def _asked(option: str) -> str:
    return sys.argv[sys.argv.index(option) + 1] if option in sys.argv[:-1] else ""


if __name__ == "__main__":
    main()
