"""A survey export over HTTP: its columns said, its rows looked at, and said once for next time."""

from __future__ import annotations

import io

import factories
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from crawling import Person

from storybank import db
from storybank.people.rules import Role
from storybank.receiving import columns, gathering, mapping, reading, rows, running
from storybank.receiving.models import ColumnMapping, IntakeFile, IntakeItem

SURVEY = (
    b"ResponseId,Q1,Q2,Q3,Q4\nResponse ID,What went well?,What did not?,May we keep it?,How\n"
    b'"{""ImportId"":""_recordId""}","{""ImportId"":""a""}","{""ImportId"":""b""}",'
    b'"{""ImportId"":""c""}","{""ImportId"":""d""}"\n'
    b"R_1,The nurse,I waited,Yes,Mail 1\nR_2,,I left,Agree,\nR_3,x,,perhaps,Mail 3\n"
)
PARTS = {
    "part-0": "id", "part-1": "text", "part-2": "text", "part-3": "use keep",
    "part-4": "evidence", "several": "one", "yes": "yes, agree", "ask": "ask", "no": "no",
    "name_style": "none",
}  # fmt: skip


@pytest.fixture
def steward(house, app) -> Person:
    with db.writing(house.sessions) as session:
        factories.Factory(session).actor(Role.STEWARD, email="steward@example.org")
        factories.Factory(session).actor(Role.RESEARCHER, email="researcher@example.org")
    return Person(app, "steward@example.org")


@pytest.fixture
def brought(house):
    """``brought("a.csv", b"...")``: the address of the page of this table's columns."""

    def bring(name: str, data: bytes) -> str:
        with db.writing(house.sessions) as session:
            intake = gathering.begin(
                session, factories.Factory(session).actor(Role.STEWARD), "page"
            )
            (file,) = gathering.add_file(session, intake, name, io.BytesIO(data))
            return f"/take-in/{intake.id}/files/{file.id}/columns"

    return bring


def chosen(page: str) -> dict[str, str]:
    soup = BeautifulSoup(page, "html.parser").main
    return {
        one["name"]: (one.select_one("option[selected]") or one.option)["value"]
        for one in soup.select("select[name^=part-]")
    }


def said(page: str) -> str:
    return " ".join(BeautifulSoup(page, "html.parser").main.text.split())


class TestColumns:
    def test_said_once_looked_at_read_and_filled_in_for_the_next(self, steward, brought, house):
        where = brought("wren.csv", SURVEY)
        page = steward.get(where).text
        assert "wren.csv" in page and "What went well?" in page
        assert chosen(page)["part-0"] == "id" and chosen(page)["part-3"] == "out"

        wrong = steward.post(where, on=where, **PARTS | {"part-1": "out", "part-2": "out"})
        assert wrong.status_code == 422 and mapping.NO_TEXT_COLUMN in wrong.text
        assert chosen(wrong.text)["part-3"] == "use keep"

        look = steward.post(where, on=where, **PARTS, then="look")
        assert look.status_code == 200
        assert "2 stories, and 1 row that can not be taken in" in said(look.text)
        assert "1 story has nothing that shows a yes" in said(look.text)
        assert "The nurse" in said(look.text)
        with house.sessions() as session:
            assert session.scalars(sa.select(IntakeFile.columns)).all() == [None]

        used = steward.post(where, on=where, **PARTS, then="use", save_as="Ward survey")
        assert used.status_code == 303
        running.read_next(house.sessions, 1)
        with house.sessions() as session:
            items = session.scalars(sa.select(IntakeItem).order_by(IntakeItem.n)).all()
            assert [(item.line, item.status) for item in items] == [
                (4, "ready"), (5, "ready"), (6, "refused"),
            ]  # fmt: skip
            first = reading.of(session, items[0])
            assert first.canon.text == "What went well?\nThe nurse\nWhat did not?\nI waited"
            assert first.answers["keep"] == "yes" and first.evidence == "Mail 1"
            kept = session.scalars(sa.select(ColumnMapping)).one()
            assert kept.name == "Ward survey"
            assert not any("Q" in name or "Response" in name for name in kept.columns)

        again = steward.get(brought("next.csv", SURVEY)).text
        assert "Filled in as in “Ward survey”" in again
        assert chosen(again)["part-3"] == "use keep"
        assert "What the rows would become" in steward.get(where).text

        there = steward.get("/take-in/mappings").text
        assert "Ward survey" in there and "Words of the story (2)" in said(there)
        assert steward.post("/take-in/mappings/1/drop", on="/take-in/mappings").status_code == 303
        assert "Nothing is kept yet" in steward.get("/take-in/mappings").text
        assert steward.post("/take-in/mappings/1/back", on="/take-in/mappings").status_code == 303
        assert "Ward survey" in steward.get("/take-in/mappings").text

    def test_sheets_and_heads_are_chosen_by_address_and_nonsense_is_refused(
        self, steward, brought, app
    ):
        where = brought("a.csv", b"a,b\nc,d\n1,2\n")
        assert ">c</p>" in steward.get(where, heads=2).text
        for query in ({"sheet": 9}, {"sheet": -1}):
            assert steward.get(where, **query).status_code == 404
        for query in ({"heads": 99}, {"heads": -5}, {"sheet": "x", "heads": "y", "saved": 7}):
            assert steward.get(where, **query).status_code == 200
        hostile = {
            "part-0": "\0", "part-1": "text", "several": "x", "yes": "\ud800," * 60, "heads": "99",
            "name_style": "z", "save_as": "x" * 101, "then": "use",
        }  # fmt: skip
        hostile = {name: value.encode("utf-8", "replace") for name, value in hostile.items()}
        assert steward.post(where, on=where, **hostile).status_code == 422
        assert steward.get("/take-in/1/files/99/columns").status_code == 404
        assert steward.get("/take-in/9/files/1/columns").status_code == 404
        page = brought("a.txt", b"just words")
        assert steward.get(page).status_code == 404
        assert Person(app, "researcher@example.org").get(where).status_code == 403
        assert Person(app).get(where).status_code in (302, 303)

    def test_an_old_encoding_is_chosen_by_how_it_reads_and_a_table_of_nothing_is_told(
        self, steward, brought, house
    ):
        where = brought("old.csv", "id;Q1\n1;caf\xe9 \xa35 f\xfcr Zo\xeb\n".encode("mac_roman"))
        page = BeautifulSoup(steward.get(where).text, "html.parser")
        offered = [one["value"] for one in page.select("input[name=encoding]")]
        assert {"cp1252", "mac_roman"} <= set(offered)
        for codec in ("cp1252", "mac_roman"):
            sent = {"part-1": "text", "encoding": codec, "several": "one", "name_style": "none"}
            look = steward.post(where, on=where, **sent, then="look")
            shown = BeautifulSoup(look.text, "html.parser").select_one(".sb-mapped").text
            assert ("caf\xe9 \xa35 f\xfcr" in shown) == (codec == "mac_roman")
        assert steward.post(where, on=where, **sent, then="use").status_code == 303
        running.read_next(house.sessions, 1)
        bare = brought("bare.csv", b"id,text\n")
        assert steward.post(bare, on=bare, **sent, then="use").status_code == 303
        running.read_next(house.sessions, 2)
        with house.sessions() as session:
            one, none = session.scalars(sa.select(IntakeItem).order_by(IntakeItem.intake_id)).all()
            assert reading.of(session, one).canon.text == "caf\xe9 \xa35 f\xfcr Zo\xeb"
            assert (none.status, none.reason) == ("refused", rows.NO_ROWS)

    def test_rows_that_are_stories_already_are_not_read_anew(self, steward, brought, house):
        where = brought("a.csv", SURVEY)
        with db.writing(house.sessions) as session:
            story = factories.Factory(session).story()
            file = session.scalars(sa.select(IntakeFile)).one()
            intake = gathering.hold(session, file.intake_id)
            gathering.add_item(session, intake, file, 4).story_id = story.id
        answer = steward.post(where, on=where, **PARTS, then="use")
        assert answer.status_code == 422 and columns.TAKEN in answer.text
