"""The pages of queries: a line, rows, results, and queries with names; without JavaScript."""

from __future__ import annotations

import factories
import pytest
from bs4 import BeautifulSoup

from storybank import db
from storybank.coding import service as coding
from storybank.consent.rules import Purpose, Use
from storybank.people import service as people
from storybank.people.rules import Role
from storybank.stories.rules import Place

TEXT = (
    "I rang the clinic on Monday. Nobody had an answer for me. The bridge was closed again.\n\n"
    "Then Olu said we should go in together."
)


class Browser:
    """Somebody signed in: reads pages, follows forms."""

    def __init__(self, app, email):
        self.client = app.test_client()
        self._post("/sign-in", "main form:has([name=password])", email=email,
                   password=factories.PASSWORD)  # fmt: skip

    def get(self, path, **args):
        self.answer = self.client.get(path, query_string=args or None, follow_redirects=True)
        self.page = BeautifulSoup(self.answer.text, "html.parser")
        return self

    def post(self, action, form=None, **fields):
        return self._post(self.answer.request.path, f"form[action='{action}']", **fields)

    def _post(self, path, form, **fields):
        if path == "/sign-in":
            self.get(path)
        found = self.page.select_one(form)
        data = {field["name"]: field.get("value", "") for field in found.select("input[name]")
                if field.get("type") != "checkbox"}  # fmt: skip
        self.answer = self.client.post(
            found.get("action") or path, data=data | fields, follow_redirects=True
        )
        self.page = BeautifulSoup(self.answer.text, "html.parser")
        return self

    def texts(self, selector):
        return [" ".join(one.get_text().split()) for one in self.page.select(selector)]


@pytest.fixture
def site(house, app):
    """Two coders; a story with a code on "an answer for me" and a part left out after it."""
    with db.writing(house.sessions) as session:
        a = factories.Factory(session)
        story = a.story(TEXT, title="The late answer", attributes={"country": "Wales"})
        for name in ("ana", "ben"):
            a.actor(Role.RESEARCHER, email=f"{name}@example.org")
        account = people.account_by_email(session, "ana@example.org")
        use = Use.claim(people.actor_for(session, account), Purpose.STUDY, factories.now())
        place = a.place(story, "an answer for me", TEXT)
        coding.apply(session, use, place, [a.code("EN-PEER").id])
        at = a.place(story, "The bridge was closed", TEXT)
        from storybank.consent import passages
        from storybank.consent.answers import Mark
        from storybank.people.rules import MACHINE

        passages.mark_passage(
            session, MACHINE, story.id, story.person_id, Place(*at.__dict__.values()).span,
            Mark.LEAVE_OUT, "phone",
        )  # fmt: skip
    return app


@pytest.fixture
def ana(site):
    return Browser(site, "ana@example.org")


class TestAsking:
    def test_shows_the_words_in_their_place_without_what_is_left_out(self, ana):
        ana.get("/queries", q="code:EN-PEER")
        assert ana.texts(".sb-found mark") == ["an answer for me"]
        assert ana.texts(".sb-found .sb-tag") == ["People like me at my side"]
        around = " ".join(ana.texts(".sb-found__around"))
        assert "Nobody had" in around and "left out" in around and "bridge" not in around, around
        assert "1 passage in 1 story by 1 storyteller" in ana.answer.text
        link = ana.page.select_one(".sb-found .sb-facts a")["href"]
        assert ana.get(link).answer.status_code == 200

    def test_a_mistake_says_what_was_understood(self, ana):
        ana.get("/queries", q="code:EN-PEER NEAR")
        assert ana.answer.status_code == 422
        assert "Up to “code:EN-PEER NEAR” it is clear" in ana.answer.text
        assert ana.texts("#q") == ["code:EN-PEER NEAR"]

    @pytest.mark.parametrize("line", ["x" * 10_000, "(" * 1_000, ")" * 1_000, "a" + " OR a" * 400,
                                      "\x00\ud800", "NOT " * 300, '"' * 999])  # fmt: skip
    def test_hostile_lines_get_a_sentence(self, ana, line):
        ana.get("/queries", q=line.encode("utf-8", "replace"))
        assert ana.answer.status_code in (200, 422)

    def test_says_what_no_story_has(self, ana):
        ana.get("/queries", q="code:EN-PEER country:Wels")
        assert "No story you may study has country “Wels”." in ana.answer.text

    def test_a_small_near_is_explained(self, ana):
        ana.get("/queries", q="code:EN-PEER near code:EN-PEER")
        assert "capital letters: NEAR" in ana.answer.text


class TestBuilding:
    def test_rows_make_a_line_and_a_line_makes_rows(self, ana):
        ana.get("/queries/build", join=["and", "NEAR"], what=["code:EN-PEER", "text"],
                typed=["", "my clinic"], number=["", "5"], unit=["WORDS"] * 2,
                do="find")  # fmt: skip
        assert ana.texts("#q") == ['code:EN-PEER NEAR 5 WORDS "my clinic"']
        ana.get("/queries/build", q=ana.texts("#q")[0])
        assert ana.page.select_one("#row-1 [selected]")["value"] == "code:EN-PEER"
        assert ana.page.select_one("#typed-2")["value"] == "my clinic"
        assert ana.page.select_one("#number-2")["value"] == "5"

    def test_brackets_are_kept_in_the_line(self, ana):
        ana.get("/queries/build", q="code:EN-PEER NEAR (a OR b c)")
        assert "brackets that rows cannot show" in ana.answer.text

    def test_what_cannot_be_understood_is_said(self, ana):
        ana.get("/queries/build", join="and", what="text", typed="*", number="", unit="", do="find")
        assert ana.answer.status_code == 422


class TestNames:
    def test_a_query_is_kept_shared_renamed_removed_and_put_back(self, ana, site):
        ana.get("/queries", q="code:EN-PEER OR country:Wales")
        ana.post("/queries/saved", name="Peers")
        assert ana.texts(".sb-kept .sb-list__title") == ["Peers"]
        ben = Browser(site, "ben@example.org").get("/queries")
        assert ben.texts(".sb-kept .sb-list__title") == []
        number = ana.page.select_one(".sb-kept form")["action"].split("/")[3]
        ana.get(f"/queries/saved/{number}")._post(
            f"/queries/saved/{number}", "main form", name="Side by side", shared="yes"
        )
        assert ben.get("/queries").texts(".sb-kept .sb-list__title") == ["Side by side"]
        assert ben.get(f"/queries/saved/{number}").answer.status_code == 404
        ana.get("/queries").post(f"/queries/saved/{number}/remove")
        assert ana.texts(".sb-kept .sb-list__title") == []
        ana.post("/undo")
        assert ana.get("/queries").texts(".sb-kept .sb-list__title") == ["Side by side"]

    def test_the_help_shows_lines_that_can_be_asked(self, ana):
        ana.get("/queries/help")
        lines = ana.texts(".sb-query-help kbd")
        assert len(lines) > 25
        from storybank.analysis.language import parse

        assert all(parse(line) for line in lines)
