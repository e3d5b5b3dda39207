"""A steward at the page on which stories are taken in."""

from __future__ import annotations

import io
import re
from html import unescape
from pathlib import Path

import sqlalchemy as sa
from crawling import TOKEN, Person
from factories import Factory
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from storybank import db, tables
from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.people.rules import MACHINE, Role

CHOICES = {
    "use-keep": "yes", "use-study": "yes", "use-members": "yes", "name_style": "none",
    "lasts": "2 years", "channel": "paper", "evidence_kind": "witness_note",
    "evidence": "Said yes out loud; Jo Park was there.", "media": "words", "wrote": "teller",
}  # fmt: skip
SAID = re.compile(r'href="#(?:upload|text|title|teller|name)">([^<]+)<')
STEWARD = "steward@example.org"


class Steward(Person):
    """Sends a story in and says what became of it: its number, or the sentences of a refusal."""

    @classmethod
    def of(cls, app, house) -> Steward:
        with db.writing(house.sessions) as session:
            Factory(session).actor(Role.STEWARD, email=STEWARD)
        return cls(app, STEWARD)

    def send(self, name: str = "", data: bytes = b"", **fields: str) -> int | list[str]:
        """Upload a file, or with ``text=`` paste words."""
        token = TOKEN.search(self.get("/take-in").text)[1]
        form = {"csrf_token": token, **CHOICES, **fields}
        if name:
            form["upload"] = FileStorage(io.BytesIO(data), name)
        # Coded here: a client that is given a large file leaves it open behind it.
        border, body = encode_multipart(form)
        kind = f'multipart/form-data; boundary="{border}"'
        answer = self.client.post("/take-in", data=body, content_type=kind)
        self.status = answer.status_code
        if answer.status_code == 303:
            receipt = self.get(answer.location).text
            self.told = receipt
            return max(int(number) for number in re.findall(r"[Ss]tory (\d+)", receipt))
        self.told = answer.text
        return [unescape(sentence) for sentence in SAID.findall(answer.text)]


def row_counts(house) -> dict[str, int]:
    """How many rows each table has."""
    use = Use.claim(MACHINE, Purpose.INDEX, now())
    with house.engine.connect().execution_options(use=use) as connection:
        return {
            name: connection.scalar(sa.text(f'SELECT count(*) FROM "{name}"'))
            for name in tables.metadata.tables
        }


def send_all(home: str, files: list[str], answer) -> None:
    """In a process of its own: upload each file; tell what became of it, and the memory needed."""
    from dataclasses import replace

    from factories import make_app

    from storybank.config import Config
    from storybank.wiring import open_house

    house = open_house(replace(Config.for_home(Path(home), testing=True), jobs="held"))
    steward = Steward.of(make_app(house), house)
    before = _highest()
    found = {}
    for file in files:
        path = Path(file)
        outcome = steward.send(path.name, path.read_bytes())
        found[path.name] = (steward.status, outcome)
    answer.send((found, before, _highest()))
    house.close()


def _highest() -> int:
    """The most memory this process has had, in kilobytes."""
    return int(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[1])
