"""The note-taker's page and the sheets of paper as pages: plain forms, JSON, and who may come."""

from __future__ import annotations

import json
import re
from uuid import uuid4

import pytest
import sqlalchemy as sa
from crawling import TOKEN, Person
from factories import PASSWORD, Factory
from meetings.talking import Talk

from storybank import db
from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.meetings.models import Response
from storybank.people import service as people
from storybank.people.rules import Role

WORDS = "The lift was broken."


class TestThePlainForm:
    def test_a_note_is_kept_listed_changed_and_taken_back(self, pages):
        answer = pages.note(text=WORDS)
        assert (answer.status_code, pages.rows()) == (303, [(WORDS, "waiting")])
        page = pages.get("/notes")
        assert "Kept. A moderator looks at it first." in page and WORDS in page
        number = re.search(r"edit=([0-9a-f-]{36})", page)[1]
        assert WORDS in pages.get(f"/notes?edit={number}")
        pages.note(id=number, text="It was mended.")
        assert pages.rows() == [("It was mended.", "waiting")]
        pages.post("/notes/take-back", ids=number)
        assert pages.rows() == [("It was mended.", "hidden")]
        pages.post("/notes/put-back", ids=number)
        assert pages.rows() == [("It was mended.", "waiting")]

    def test_what_cannot_be_kept_is_said_and_what_was_typed_stays(self, pages):
        answer = pages.note(text=" ", verbatim="no")
        assert answer.status_code == 422
        assert "Write your answer first." in answer.text and 'value="no" checked' in answer.text
        assert pages.rows() == []


class TestADevice:
    def test_what_it_sends_is_kept_once_and_told(self, pages):
        sent = [pages.entry(f"Note {n}") for n in range(3)]
        for _ in range(2):
            answer = pages.send({"entries": [*sent, {"id": "x"}]})
            states = [one["state"] for one in answer.json["results"]]
            assert states == ["waiting"] * 3 + ["refused"]
        assert len(pages.rows()) == 3
        mine = pages.client.get(pages.at("/notes/mine")).json
        assert {one["text"] for one in mine["notes"]} == {"Note 0", "Note 1", "Note 2"}
        again = pages.client.get(pages.at(f"/notes/mine?v={mine['version']}"))
        assert (again.status_code, again.data) == (204, b"")

    @pytest.mark.parametrize(
        "body",
        [
            b"", b"null", b"[]", b'{"entries": {}}', b"[" * 100_000,
            b'{"entries": [' + b"9" * 5_000,
            b'{"entries": [1, "x", null, [], {"id": 7}]}', b"\xff\xfe", b"x" * 2_000_000,
            json.dumps({"entries": [{}] * 51}).encode(),
            b'{"entries": [{"id": "\\ud800", "prompt": 1, "text": "\\u0000"}]}',
        ],
        ids=range(11),
    )  # fmt: skip
    def test_whatever_else_it_sends_keeps_nothing(self, pages, body):
        answer = pages.send(body)
        assert answer.status_code in (200, 422)
        assert pages.rows() == []
        if answer.status_code == 200:
            assert {one["state"] for one in answer.json["results"]} == {"refused"}

    def test_the_shell_it_keeps_names_questions_and_holds_nothing_that_anybody_said(self, pages):
        pages.note(text=WORDS)
        shell = pages.get("/notes/away")
        assert "What helps?" in shell and "Oak" in shell
        assert WORDS not in shell and "facilitator" not in shell
        assert not TOKEN.search(shell)
        worker = pages.client.get(pages.at("/notes-worker.js"))
        assert worker.content_type.startswith("text/javascript")


class TestSheets:
    def test_one_is_typed_in_and_the_next_has_its_number(self, pages):
        assert pages.sheet("12").status_code == 303
        page = pages.get("/sheets")
        assert "Typed in: 1 sheet" in page and 'name="sheet" value="13"' in page
        assert pages.rows() == [(WORDS, "waiting")]

    def test_the_same_number_is_asked_about_and_what_was_typed_stays(self, pages):
        pages.sheet("12")
        asked = pages.sheet("12", text="Another")
        assert asked.status_code == 409
        assert "was typed in before" in asked.text and "Another" in asked.text
        assert len(pages.rows()) == 1
        assert pages.sheet("12", text="Another", same="other").status_code == 303
        assert len(pages.rows()) == 2

    def test_a_wrong_number_is_said_beside_its_field(self, pages):
        answer = pages.sheet("12", **{f"value-{pages.scale}": "9"})
        assert answer.status_code == 422 and "Choose a number from 1 to 5." in answer.text
        assert pages.rows() == []


class TestWhoMayCome:
    def test_a_facilitator_who_does_not_run_it_finds_nothing(self, pages, app):
        other = Person(app, "other@example.org")
        for path in ("/notes", "/notes/mine", "/notes/away", "/notes-worker.js", "/sheets"):
            assert other.get(pages.at(path)).status_code == 404
        assert Person(app).get(pages.at("/notes")).status_code in (302, 303)


class Pages:
    def __init__(self, app, house) -> None:
        self.house = house
        with db.writing(house.sessions) as session:
            a = Factory(session)
            for email in ("lead@example.org", "other@example.org"):
                people.add_account(
                    session, email, [Role.FACILITATOR], name="facilitator", password=PASSWORD
                )
            account = people.account_by_email(session, "lead@example.org")
            use = Use.claim(people.actor_for(session, account), Purpose.WORKSHOP, now())
            talk = Talk(a, use=use)
            self.scale = talk.ask("scale", "How much?").id
            self.root = f"/meetings/workshop/{talk.id}"
            self.prompt, self.group = talk.question.id, talk.room.id
        self.person = Person(app, "lead@example.org")
        self.client = self.person.client

    def at(self, path: str) -> str:
        return self.root + path

    def get(self, path: str) -> str:
        answer = self.client.get(self.at(path))
        assert answer.status_code == 200
        return answer.text

    def post(self, path: str, **fields):
        return self.person.post(self.at(path), on=self.at("/notes"), **fields)

    def note(self, **fields):
        return self.post(
            "/notes", **({"id": str(uuid4()), "prompt": self.prompt, "group": self.group} | fields)
        )

    def sheet(self, number: str, text: str = WORDS, **fields):
        said = {"sheet": number, "form": str(uuid4()), "group": self.group}
        return self.post("/sheets", **(said | {f"text-{self.prompt}": text} | fields))

    def entry(self, text: str) -> dict:
        return {"id": str(uuid4()), "prompt": self.prompt, "group": self.group, "text": text}

    def send(self, body):
        token = self.client.get(self.at("/notes/mine")).json["token"]
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(
            self.at("/notes/send"), data=data, content_type="application/json",
            headers={"X-CSRFToken": token},
        )  # fmt: skip

    def rows(self) -> list[tuple[str, str]]:
        with self.house.sessions() as session:
            found = session.execute(sa.select(Response.text, Response.status))
            return sorted((text, status) for text, status in found)


@pytest.fixture
def pages(app, house):
    return Pages(app, house)
