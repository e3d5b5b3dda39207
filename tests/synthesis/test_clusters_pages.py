"""The board and a cluster's page: moving without a script, undo, what is shown, who may come."""

from __future__ import annotations

import pytest
from crawling import Person
from factories import PASSWORD, Factory
from meetings.talking import Talk

from storybank import db
from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.meetings.models import Response
from storybank.people import service as people
from storybank.people.rules import Role
from storybank.synthesis import clusters


class TestTheBoard:
    def test_what_is_ticked_goes_into_a_new_cluster_and_comes_back(self, board):
        answer = board.move(["one", "two"], to="new", title="Being asked")
        assert answer.status_code == 303
        page = board.get()
        assert "Loose: 1 answer" in page and "1 cluster" in page
        assert "Undo: cluster “Being asked” made with 2 things" in page
        board.person.post("/synthesis/undo", on=board.root)
        assert "Loose: 3 answers" in board.get()
        board.person.post("/synthesis/redo", on=board.root)
        assert board.look() == {"Being asked": ["one", "two"]}

    def test_one_answer_is_moved_from_a_page_of_its_own(self, board):
        board.move(["one"], to="new", title="A")
        page = board.get(f"/move?thing=answer-{board.ids['two']}")
        assert "two" in page and "A new cluster, with this title:" in page
        board.move(["two"], to=str(board.number("A")))
        assert board.look() == {"A": ["one", "two"]}
        board.move(["one"], to="loose")
        assert board.look() == {"A": ["two"]}
        moves = board.get("/moves")
        assert moves.count("From <strong") == 3 and "one" in moves

    def test_what_is_wrong_is_said_and_what_was_ticked_stays(self, board):
        answer = board.move(["one"], to="new", title=" ")
        assert answer.status_code == 422
        assert "Write a title for the cluster." in answer.text
        assert f'value="answer-{board.ids["one"]}" form="bar" checked' in answer.text
        for to, ticked in (("", ["one"]), ("9999", ["one"]), ("new", [])):
            assert board.move(ticked, to=to, title="A").status_code in (404, 422)
        assert board.look() == {}

    def test_a_poll_answers_only_when_something_is_new(self, board):
        page = board.get()
        version = page.split('data-version="')[1].split('"')[0]
        asked = board.person.get(f"{board.root}/now", v=version)
        assert (asked.status_code, asked.data) == (204, b"")
        board.move(["one"], to="new", title="A")
        asked = board.person.get(f"{board.root}/now", v=version)
        assert asked.status_code == 200 and asked.headers["X-Version"] != version
        assert 'id="board"' in asked.text and "<html" not in asked.text

    def test_an_answer_that_is_held_is_nowhere(self, board):
        board.move(["one", "two"], to="new", title="A")
        with db.writing(board.house.sessions) as session:
            session.get_one(Response, board.ids["one"]).status = "held"
        for path in ("", "/moves", f"/{board.number('A')}"):
            assert "one-spoken" not in board.get(path)
        assert "1 answer keeps its place here" in board.get()
        gone = board.person.get(f"{board.root}/move", thing=f"answer-{board.ids['one']}")
        assert gone.status_code == 303


class TestACluster:
    def test_it_is_named_merged_ordered_and_taken_apart(self, board):
        board.move(["one"], to="new", title="A")
        board.move(["two"], to="new", title="B")
        a, b = board.number("A"), board.number("B")
        board.post(f"/{b}/describe", title="Bee", summary="Short.")
        board.post(f"/{b}/order", way="up")
        assert list(board.look()) == ["Bee", "A"]
        board.post(f"/{a}/merge", into=b)
        assert board.look() == {"Bee": ["two", "one"]}
        assert board.person.get(f"{board.root}/{a}").status_code == 404
        board.post(f"/{b}/take-apart")
        assert board.look() == {}
        for _ in range(4):
            board.person.post("/synthesis/undo", on=board.root)
        assert board.look() == {"A": ["one"], "B": ["two"]}
        assert board.post(f"/{a}/describe", title="", summary="").status_code == 422
        assert board.post(f"/{a}/merge", into=a).status_code == 422
        assert board.post(f"/{a}/order", way="sideways").status_code == 422

    def test_a_suggested_code_counts_when_somebody_says_so(self, board):
        board.move(["Our peer group kept me going."], to="new", title="Peers")
        number = board.number("Peers")
        page = board.get(f"/{number}")
        assert "Suggested" in page and '“<span dir="auto">Our peer group</span>”' in page
        assert "Nobody has said yet" in page
        code = page.split('name="code" value="')[1].split('"')[0]
        board.post(f"/{number}/themes", relation="supports", code=code, suggested="yes")
        page = board.get(f"/{number}")
        assert "(suggested, then confirmed)" in page and "Supports" in board.get()
        theme = page.split('name="theme" value="')[1].split('"')[0]
        board.post("/themes/take-off", theme=theme)
        assert "Nobody has said yet" in board.get(f"/{number}")
        assert board.post(f"/{number}/themes", relation="supports").status_code == 422


class TestWhoMayCome:
    def test_a_facilitator_who_does_not_run_it_finds_nothing(self, board, app):
        board.move(["one"], to="new", title="A")
        other = Person(app, "other@example.org")
        for path in ("", "/now", "/moves", f"/{board.number('A')}"):
            assert other.get(board.root + path).status_code == 404
        assert other.post(board.root, on="/workshops", to="loose").status_code == 404


class Board:
    def __init__(self, app, house) -> None:
        self.house = house
        with db.writing(house.sessions) as session:
            a = Factory(session)
            for email in ("lead@example.org", "other@example.org"):
                people.add_account(
                    session, email, [Role.FACILITATOR], name=email[:5], password=PASSWORD
                )
            account = people.account_by_email(session, "lead@example.org")
            use = Use.claim(people.actor_for(session, account), Purpose.WORKSHOP, now())
            talk = Talk(a, use=use)
            said = ("one-spoken", "two-spoken", "Our peer group kept me going.")
            self.ids = {text.split("-")[0]: talk.said(text) for text in said}
            self.workshop_id = talk.id
            self.root = f"/meetings/workshop/{talk.id}/clusters"
        self.person = Person(app, "lead@example.org")

    def get(self, path: str = "") -> str:
        answer = self.person.client.get(self.root + path)
        assert answer.status_code == 200
        return answer.text

    def post(self, path: str, **fields):
        return self.person.post(self.root + path, on=self.root, **fields)

    def move(self, ticked: list[str], **fields):
        return self.post("", thing=[f"answer-{self.ids[text]}" for text in ticked], **fields)

    def look(self) -> dict[str, list[str]]:
        with self.house.sessions() as session:
            cards = clusters.clusters(session, self.workshop_id)
            return {card.title: [one.text.split("-")[0] for one in card.answers] for card in cards}

    def number(self, title: str) -> int:
        with self.house.sessions() as session:
            return {name: n for n, name in clusters.names(session, self.workshop_id)}[title]


@pytest.fixture
def board(app, house):
    return Board(app, house)
