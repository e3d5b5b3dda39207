"""The page of files in and out, and what leads to a file."""

from __future__ import annotations

import io
import json

import docx
import factories
import openpyxl
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from crawling import Person

from storybank import db
from storybank.coding import service as coding
from storybank.consent.models import UseRecord
from storybank.consent.rules import Purpose
from storybank.errors import BadInput
from storybank.exchange.choosing import Choice, choice_from
from storybank.people.rules import Role
from storybank.stories.rules import Place

FORMS = ("csv", "xlsx", "docx", "html", "json")


@pytest.fixture
def coded(house, app):
    """Two stories, one of them not for other teams; somebody who may read."""
    with db.writing(house.sessions) as session:
        a = factories.Factory(session)
        use = a.use(Purpose.STUDY)
        code_ids = [a.code(key).id for key in ("EN-PEER", "VA-SERVICE")]
        for text, uses in (("They rang back.", [*Purpose][:8]), ("Nobody did.", [Purpose.STUDY])):
            story = a.story(text, consented_to=uses)
            coding.apply(session, use, Place(story.id, 1, 0, len(text)), code_ids)
        a.actor(Role.RESEARCHER, email="reads@example.org")
        a.actor(Role.MEMBER, email="member@example.org")
    return Person(app, "reads@example.org")


def page_of(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


def panel(answer) -> str:
    return " ".join(page_of(answer).select_one(".sb-panel").text.split())


class TestPage:
    def test_it_says_what_would_leave_and_what_would_not(self, coded):
        assert "4 codings on 2 stories" in panel(coded.get("/files"))
        said = panel(coded.get("/files/reuse"))
        assert "2 codings on 1 story" in said
        assert "Left out: 2 codings. 2: The storyteller has not answered about this use." in said

    def test_it_says_what_whoever_takes_a_file_takes_on(self, coded):
        duty = page_of(coded.get("/files")).find(id="duty").text
        assert "delete their passages from this file and from every copy" in duty

    def test_what_is_chosen_goes_into_the_addresses_of_the_files(self, coded):
        answer = coded.get("/files", code="EN-PEER", story="1, 2", order="code")
        assert "2 codings on 2 stories" in panel(answer)
        links = [one["href"] for one in page_of(answer).select(".sb-files__get")]
        assert len(links) == 5
        rows = coded.client.get(links[0]).text.splitlines()
        assert len(rows) == 3 and all("VA-SERVICE" not in row for row in rows)

    def test_a_query_line_chooses_too(self, coded, house):
        house.runner.drain()
        said = panel(coded.get("/files", q="code:EN-PEER AND rang"))
        assert "1 coding on 1 story" in said

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            ({"code": "NO-SUCH"}, "The codebook has no such code."),
            ({"story": "one"}, "Give each story by its number, like 12."),
            ({"since": "yesterday"}, "Write a day like 2026-03-31."),
            ({"coder": "Ann"}, "Give each coder by its number, like 12."),
            ({"story": "9" * 400}, "Give each story by its number, like 12."),
        ],
    )
    def test_what_cannot_be_understood_is_said_beside_the_form(self, coded, asked, said):
        answer = coded.get("/files", **asked)
        assert answer.status_code in (404, 422) and said in answer.text
        assert coded.get("/files/study/codings.csv", **asked).status_code in (404, 422)

    def test_nobody_else_comes_here(self, coded, app):
        member = Person(app, "member@example.org")
        for path in ("/files", "/files/reuse", "/files/study/codings.docx", "/files/codebook.csv"):
            assert member.get(path).status_code == 403
        assert coded.get("/files/members").status_code == 404
        assert coded.get("/files/members/codings.csv").status_code == 404
        assert coded.get("/files/study/codings.exe").status_code == 404


class TestChoice:
    def test_an_address_says_the_same_again(self):
        sent = {"code": ["A", "B", "A"], "story": ["3, 4"], "since": ["2026-01-02"], "q": [" x "]}
        choice = choice_from(sent)
        assert choice_from(choice.args()) == choice and choice.codes == ("A", "B")
        assert choice_from({}) == Choice() and Choice().everything

    def test_too_much_is_refused(self):
        with pytest.raises(BadInput, match="at most 200"):
            choice_from({"story": [" ".join(map(str, range(1, 300)))]})


class TestFiles:
    @pytest.mark.parametrize("form", FORMS)
    def test_codings_come_as_a_file_and_are_noted(self, coded, house, form):
        answer = coded.get(f"/files/reuse/codings.{form}")
        assert answer.status_code == 200
        wanted = f"attachment; filename=codings-reuse.{form}"
        assert answer.headers["Content-Disposition"] == wanted
        assert answer.headers["Cache-Control"] == "no-store" and answer.data
        with house.sessions() as session:
            [record] = session.scalars(sa.select(UseRecord)).all()
        assert (record.use, record.medium, record.story_id) == ("reuse", "file", 1)

    def test_memos_come_in_every_form(self, coded, house):
        with db.writing(house.sessions) as session:
            from storybank.memos import service as memos
            from storybank.memos.rules import Kind, Subject

            a = factories.Factory(session)
            subject = Subject(Kind.STORY, story_id=2)
            memos.write(session, a.use(Purpose.STUDY), subject, "A thought", "Why *here*?\n\nAnd?")
        files = {form: coded.get(f"/files/study/memos.{form}") for form in FORMS}
        assert all(answer.status_code == 200 for answer in files.values())
        assert "Why *here*?" in files["csv"].text and "Why *here*?" in files["html"].text
        book = openpyxl.load_workbook(io.BytesIO(files["xlsx"].data))
        assert "A thought" in [value for row in book["Memos"].values for value in row]
        paper = docx.Document(io.BytesIO(files["docx"].data))
        assert "A thought" in [one.text for one in paper.paragraphs]
        [one] = json.loads(files["json"].text)["first"]["items"]
        assert one["body"]["value"] == "Why *here*?\n\nAnd?" and one["motivation"] == "commenting"
        # A memo on a story that other teams may not use does not go to them.
        assert "A thought" not in coded.get("/files/reuse/memos.csv").text

    def test_the_codebook_comes_in_every_form(self, coded):
        files = {form: coded.get(f"/files/codebook.{form}") for form in FORMS}
        families = json.loads(files["json"].text)["families"]
        keys = [code["key"] for family in families for code in family["codes"]]
        book = openpyxl.load_workbook(io.BytesIO(files["xlsx"].data))
        rows = list(book["Codebook"].values)
        assert [row[rows[0].index("code")] for row in rows[1:]] == keys and "EN-PEER" in keys
        assert files["csv"].text.count("EN-PEER") >= 1
        paper = docx.Document(io.BytesIO(files["docx"].data))
        names = [one.text for one in paper.paragraphs if one.style.name == "Heading 2"]
        assert len(names) == len(keys)
        assert len(page_of(files["html"]).find_all("h3")) == len(keys)


class TestFigures:
    def test_a_picture_leaves_as_a_workbook(self, coded):
        answer = coded.get("/pictures/frequencies", **{"as": "xlsx"})
        assert answer.headers["Content-Disposition"].endswith("frequencies.xlsx")
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        about = [row[0] for row in book["About this file"].values]
        assert about[1].startswith("For this use: study.")
        csv = coded.get("/pictures/frequencies", **{"as": "csv"}).text
        for row in list(book["Figures"].values)[1:]:
            assert ",".join(str(cell) for cell in row[-3:]) in csv

    def test_the_page_leads_to_it(self, coded):
        links = page_of(coded.get("/pictures/frequencies")).select(".sb-below__file a")
        assert [one["href"].rpartition("=")[2] for one in links] == ["csv", "xlsx"]
