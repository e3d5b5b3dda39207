"""The pages of pictures: each says what it shows, has its figures, and shows nothing hidden."""

from __future__ import annotations

import csv
import io
import re
from types import SimpleNamespace

import factories
import pytest
from bs4 import BeautifulSoup

from storybank import db
from storybank.clock import now
from storybank.codebook.models import Code
from storybank.coding.models import Coding
from storybank.consent.rules import EIGHT, Purpose
from storybank.people.rules import Role

PICTURES = ("frequencies", "together", "network", "by", "time", "lines")


class Browser:
    """A researcher who is signed in, without JavaScript."""

    def __init__(self, app, email):
        self.client = app.test_client()
        self.get("/sign-in")
        self.send("main form:has([name=password])", email=email, password=factories.PASSWORD)

    def get(self, path, **headers):
        return self._take(self.client.get(path, headers=headers))

    def send(self, form, part=False, **fields):
        found = self.page.select_one(form)
        data = {one["name"]: one.get("value", "") for one in found.select("input[type=hidden]")}
        headers = {"HX-Request": "true"} if part else {}
        action = found.get("action") or self.path
        return self._take(self.client.post(action, data=data | fields, headers=headers))

    def rows(self, path) -> list[list[str]]:
        answer = self.client.get(path)
        assert answer.mimetype == "text/csv"
        return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))

    def _take(self, answer):
        self.status, self.path, self.html = answer.status_code, answer.request.path, answer.text
        self.page = BeautifulSoup(answer.text, "html.parser")
        if self.status == 303:
            return self.get(answer.headers["Location"])
        return self

    def texts(self, selector) -> list[str]:
        return [" ".join(one.get_text(" ").split()) for one in self.page.select(selector)]


@pytest.fixture
def site(house, app):
    """Twelve people's stories from two countries and a thirteenth's from a third; codes on all,
    one on a story that may not be studied."""
    with db.writing(house.sessions) as session:
        a = factories.Factory(session)
        ana, ben = (
            a.actor(Role.RESEARCHER, email=f"{name}@example.org") for name in ("ana", "ben")
        )
        a.actor(Role.FACILITATOR, email="fay@example.org")
        codes = [a.code(key).id for key in ("EN-PEER", "BA-COST", "VA-TRUST")]
        session.get(Code, codes[2]).name = "=SUM(1) grew"
        stories = []
        for number in range(14):
            country = "Chad" if number == 12 else "Kenya" if number % 2 else "Wales"
            uses = EIGHT if number < 13 else [use for use in EIGHT if use is not Purpose.STUDY]
            story = a.story(
                title=f"Story of {number}", attributes={"country": country}, consented_to=uses
            )
            stories.append(story.id)
            for position, code in enumerate(codes[: 1 + number % 3]):
                session.add(
                    Coding(
                        story_id=story.id, version=1, start=5 * position, end=20, code_id=code,
                        coder_id=(ana if number < 9 else ben).account_id, made_at=now(),
                    )
                )  # fmt: skip
    return SimpleNamespace(ana=Browser(app, "ana@example.org"), stories=stories, app=app,
                           codes=codes, house=house)  # fmt: skip


class TestEveryPicture:
    def test_it_says_what_it_shows_and_is_drawn_for_everybody(self, site):
        ana = site.ana
        for path in (*PICTURES, f"lines/{site.stories[0]}"):
            page = ana.get(f"/pictures/{path}").page
            assert ana.status == 200, path
            assert "Story of 13" not in ana.html
            assert not page.select("[style], style, svg script")
            ids = [one["id"] for one in page.select("[id]")]
            assert len(ids) == len(set(ids)), path
            for svg in page.select("main svg:not([aria-hidden])"):
                assert svg["role"] == "img"
                assert all(page.find(id=name) for name in svg["aria-labelledby"].split())
            assert path == "lines" or page.select_one(".sb-finding").get_text().strip()
            for region in page.select(".sb-scroll"):
                assert region["tabindex"] == "0" and region["aria-label"]

    def test_the_menu_leads_to_them_and_only_researchers_come(self, site):
        links = site.ana.get("/pictures").page.select(".sb-gallery a")
        assert site.ana.texts("[aria-current=page]") == ["Pictures"]
        for link in links:
            site.ana.get(link["href"])
            assert site.ana.status == 200
            assert site.ana.texts(".sb-nav [aria-current]") == ["Pictures"]
        assert len(links) == 7
        fay = Browser(site.app, "fay@example.org")
        assert {fay.get(f"/pictures/{path}").status for path in PICTURES} == {403}

    def test_its_figures_are_a_file_that_no_spreadsheet_runs(self, site):
        for path in (*PICTURES[:-1], f"lines/{site.stories[2]}"):
            rows = site.ana.rows(f"/pictures/{path}?as=csv")
            cells = [cell for row in rows for cell in row]
            assert len(rows) > 2 and not any(cell.startswith(("=", "+", "@")) for cell in cells)
            assert path == "time" or "'=SUM(1) grew" in cells

    def test_an_empty_house_says_how_to_begin(self, house, app):
        with db.writing(house.sessions) as session:
            factories.Factory(session).actor(Role.RESEARCHER, email="new@example.org")
        new = Browser(app, "new@example.org")
        for path in PICTURES:
            new.get(f"/pictures/{path}")
            assert new.status == 200 and new.page.select_one(".sb-empty"), path


class TestChoosing:
    def test_family_coder_and_question_narrow_it(self, site):
        assert site.ana.get("/pictures/frequencies?family=barrier").texts(".sb-bars__number") == [
            "8"
        ]
        page = site.ana.get("/pictures/frequencies?q=code:VA-TRUST")
        assert page.texts(".sb-bars__number") == ["4", "4", "4"]
        coder = site.ana.page.select("[name=coder]")[1]["value"]
        assert (
            site.ana.get(f"/pictures/frequencies?coder={coder}")
            .texts(".sb-figure__note")[0]
            .startswith("7 codings on 4 stories by 4 storytellers")
        )

    def test_a_question_that_cannot_be_understood_is_said_in_one_sentence(self, site):
        for path in ("frequencies", "together", "network", "by"):
            site.ana.get(f"/pictures/{path}?q=code:")
            assert site.ana.status == 422
            assert "Write something after code:" in site.ana.texts("#q-error")[0]
        assert site.ana.page.select_one("title").get_text().startswith("Error: ")

    def test_a_question_about_few_people_draws_nothing(self, site):
        for path in ("frequencies", "by"):
            site.ana.get(f"/pictures/{path}?q=country:Chad")
            assert site.ana.status == 422 and "fewer than 5" in site.ana.texts("#q-error")[0]
        site.ana.get("/pictures/together?q=country:Kenya")
        assert site.ana.status == 422
        found = site.ana.get("/pictures/frequencies?q=country:Kenya")
        assert found.texts(".sb-bars__number") == ["6"]  # the others stand for four and for two


class TestSmallNumbers:
    def test_they_are_on_no_page_and_in_no_file(self, site):
        page = site.ana.get("/pictures/by?attribute=country&percent=none").page
        heads = [" ".join(one.get_text().split()) for one in page.select("thead th")]
        assert heads == ["Wales", "Others (2 values)", "All"] and "Chad" not in site.ana.html
        body = [[cell.get_text(" ").split()[0] for cell in row.select("td")]
                for row in page.select("tbody tr")]  # fmt: skip
        assert body == [["6", "7", "13"], ["*", "*", "8"], ["*", "*", "4"]]
        for of in ("tellers", "stories", "codings"):
            for percent in ("none", "column", "row"):
                query = f"attribute=country&of={of}&percent={percent}"
                rows = site.ana.rows(f"/pictures/by?{query}&as=csv")
                assert [row[2:4] for row in rows[2:4]] == [["*", "*"]] * 2
                html = site.ana.get(f"/pictures/by?{query}").html
                assert len(re.findall("sb-heat__hidden", html)) == 4


class TestMatrix:
    def start(self, site):
        ana = site.ana
        ana.get("/pictures/frameworks/new")
        ana.send("main form", name="Who stood by", code=site.codes[:2], line="")
        assert ana.texts("h1") == ["Who stood by"]
        return ana.path

    def test_a_cell_is_written_beside_its_passages_and_undone(self, site):
        path, ana = self.start(site), site.ana
        cell = ana.page.select_one("tbody td a")["href"]
        ana.get(cell)
        assert ana.texts(".sb-beside__words") == ["I rang the clinic on"]
        ana.send(".sb-cell", body="<b>Her</b> peers")
        assert ana.path == path and "<b>Her</b> peers" in ana.texts(".sb-matrix__words")
        assert [
            row[2] for row in ana.rows(f"{path}?as=csv") if row[2:3] and row[2].startswith("<")
        ] == ["<b>Her</b> peers"]
        ana.send(".sb-message__undo")
        assert ana.get(path).texts(".sb-matrix__words") == []

    def test_the_second_of_two_keeps_their_words(self, site):
        self.start(site)
        cell = site.ana.page.select_one("tbody td a")["href"]
        ben = Browser(site.app, "ben@example.org").get(cell)
        site.ana.get(cell).send(".sb-cell", body="Hers")
        ben.send(".sb-cell", body="His")
        assert ben.status == 409 and ben.page.select_one("textarea").get_text().strip() == "His"
        assert ben.texts(".sb-cell__other p") == ["Hers"]
        ben.send(".sb-cell", body="Hers, and his")
        assert ben.status == 200 and "Hers, and his" in ben.texts(".sb-matrix__words")

    def test_with_javascript_the_cell_alone_is_sent(self, site):
        self.start(site)
        cell = site.ana.page.select_one("tbody td a")["href"]
        site.ana.get(cell, **{"HX-Request": "true"})
        assert site.ana.page.html is None
        site.ana.path = cell
        site.ana.send("form", part=True, body="Here")
        assert site.ana.page.html is None and site.ana.texts(".sb-matrix__words") == ["Here"]

    def test_what_cannot_be_used_keeps_what_was_typed(self, site):
        ana = site.ana.get("/pictures/frameworks/new")
        ana.send("main form", name="Kept", line="code:")
        assert ana.status == 422 and ana.page.select_one("#name")["value"] == "Kept"
        assert ana.texts("#codes-error")

    def test_a_story_not_allowed_has_no_cell(self, site):
        path = self.start(site)
        assert site.ana.get(f"{path}/{site.stories[13]}/{site.codes[0]}").status == 404
        assert site.ana.get(f"{path}/{site.stories[0]}/99999").status == 404
