"""Kept searches, keys, JSON for programs and passages for a pack, as browsers and programs get
them."""

from __future__ import annotations

import re

import factories
import pytest
from bs4 import BeautifulSoup
from crawling import Person

from storybank import db
from storybank.coding import service as coding
from storybank.consent.rules import EIGHT, Purpose
from storybank.people.rules import Role
from storybank.search import openapi

TEXT = "The nurse <b>rang</b> & we waited for the bus.\nNobody came, so we went home again."


@pytest.fixture
def story(house):
    with db.writing(house.sessions) as session:
        a = factories.Factory(session)
        story = a.story(TEXT, "The <i>night</i> bus", attributes={"country": "Wales"})
        place = a.place(story, "Nobody came", TEXT)
        coding.apply(session, a.use(Purpose.STUDY), place, [a.code("EN-PEER").id])
    house.runner.drain()
    return story


class People(dict[Role, Person]):
    """Somebody of each role, who comes in when first asked for."""

    def __init__(self, app, house) -> None:
        super().__init__()
        self.app, self.house = app, house

    def __missing__(self, role: Role) -> Person:
        with db.writing(self.house.sessions) as session:
            factories.Factory(session).actor(role, email=f"{role}@example.com")
        self[role] = Person(self.app, f"{role}@example.com")
        return self[role]


@pytest.fixture
def people(app, house) -> People:
    return People(app, house)


@pytest.fixture
def researcher(people):
    return people[Role.RESEARCHER]


def read(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "html.parser")


class TestKept:
    def test_a_search_is_kept_asked_again_taken_away_and_put_back(self, house, story, researcher):
        page = "/search/study"
        soup = read(researcher.get(page, q="bus", country="Wales"))
        line = soup.select_one('input[name="line"]')["value"]
        assert line == "bus country:Wales"
        kept = researcher.post(f"{page}/saved", on=page, name="Buses", line=line)
        assert (kept.status_code, kept.location) == (303, f"{page}/saved")
        assert "nothing new" in researcher.get(f"{page}/saved").text
        with db.writing(house.sessions) as session:
            factories.Factory(session).story(TEXT, attributes={"country": "Wales"})
        house.runner.drain()
        assert "1 story is new since" in researcher.get(page).text
        [told] = read(researcher.get("/")).select('a[href="/search/study/saved"]')
        assert told.text == "For study: 1 search"
        opened = researcher.get(f"{page}/saved/1")
        assert "/search/study/saved" not in researcher.get("/").text
        assert opened.location == "/search/study?q=bus+country:Wales"
        assert "is new since" not in researcher.get(page).text
        assert researcher.post(f"{page}/saved/1/remove", on=f"{page}/saved").status_code == 303
        soup = read(researcher.get(f"{page}/saved"))
        undo = soup.select_one('form[action$="/put-back"]')
        assert undo is not None
        assert researcher.post(undo["action"], on=f"{page}/saved").status_code == 303
        assert "Buses" in researcher.get(f"{page}/saved").text

    def test_others_keep_none_of_mine_and_what_is_wrong_is_said(self, story, people):
        people[Role.RESEARCHER].post(
            "/search/study/saved", on="/search/study", name="Buses", line="bus"
        )
        for role in (Role.MEMBER, Role.FACILITATOR):
            assert people[role].get("/search/public/saved/1").status_code == 404
        teller = people[Role.STORYTELLER]
        assert teller.get("/search/public/saved").status_code == 403
        assert "Keep this search" not in teller.get("/search/public", q="bus").text

        researcher = people[Role.RESEARCHER]
        answer = researcher.post("/search/study/saved", on="/search/study", name="", line="bus")
        assert answer.status_code == 422
        assert "Give the search a name." in answer.text
        assert 'value="bus"' in answer.text


class TestResults:
    def test_a_result_leads_to_more_like_it_a_code_and_a_memo(self, story, researcher):
        soup = read(researcher.get("/search/study", q="code:EN-PEER"))
        ways = {link.get_text(): link["href"] for link in soup.select(".sb-result__ways a")}
        assert set(ways) == {"More like this", "Put a code on it", "Write a memo"}
        for href in ways.values():
            assert researcher.client.get(href, follow_redirects=True).status_code == 200, href
        assert "Nobody came" in read(researcher.get(ways["More like this"])).get_text()
        for place in ("1", "1-1-0-99999999999", "x-1-0-5", "9-9-9-9"):
            assert researcher.get(f"/search/study/like/{place}").status_code == 404

    def test_spelling_and_meanings_lead_on(self, house, researcher):
        with db.writing(house.sessions) as session:
            factories.Factory(session).story("Real engagement in a hospital.")
        house.runner.drain()
        soup = read(researcher.get("/search/study", q="hosptial"))
        assert soup.select_one(".sb-notes a")["href"] == "/search/study?q=hospital"
        soup = read(researcher.get("/search/study", q="involvement"))
        assert soup.select_one(".sb-same a")["href"] == "/search/study?q=involvement&same=no"
        assert soup.select(".sb-results__hit")
        assert not read(
            researcher.get("/search/study", q="involvement", same="no")
        ).select(".sb-results__hit")  # fmt: skip


class TestForAPack:
    @pytest.fixture
    def pack(self, story, people):
        facilitator = people[Role.FACILITATOR]
        made = facilitator.post(
            "/workshops/new", on="/workshops/new", title="A day", question="What helps?",
            held_on="2099-05-01", purpose="workshop", audience="Riverside",
        )  # fmt: skip
        new = f"{made.location}/packs/new"
        drawn = facilitator.post(new, on=new, title="Pack", use_until="2099-06-01")
        return drawn.location.split("/draw")[0]

    def test_passages_are_found_ticked_and_added(self, story, people, pack):
        facilitator = people[Role.FACILITATOR]
        soup = read(facilitator.get(f"{pack}/find", q="came"))
        [box] = soup.select('input[name="place"]')
        assert "2 words, 1 second aloud" in soup.get_text()
        nothing = facilitator.post(f"{pack}/find", on=f"{pack}/find", q="came")
        assert nothing.status_code == 422
        assert "Tick at least one passage" in nothing.text
        added = facilitator.post(f"{pack}/find", on=pack, q="came", place=box["value"])
        assert added.location == f"{pack}/find?q=came"
        assert "In the pack" in facilitator.get(f"{pack}/find", q="came").text
        assert "Nobody came" in facilitator.get(pack).text

    def test_one_found_by_searching_is_added_to_a_chosen_pack(self, story, people, pack):
        facilitator = people[Role.FACILITATOR]
        soup = read(facilitator.get("/search/workshop", q="code:EN-PEER"))
        ways = {link.get_text(): link["href"] for link in soup.select(".sb-result__ways a")}
        add = ways["Add to a pack"]
        assert facilitator.post(add, on=add).status_code == 422
        number = pack.rsplit("/", 1)[-1]
        added = facilitator.post(add, on=add, pack=number)
        assert (added.status_code, added.location) == (303, pack)
        assert "Nobody came" in facilitator.get(pack).text


class TestKeysAndJson:
    @pytest.fixture
    def key(self, researcher):
        page = researcher.post("/me/keys", on="/me/keys", name="A table")
        assert page.status_code == 200
        key = read(page).select_one(".sb-key").get_text()
        assert key not in researcher.get("/me/keys").text
        return key

    def ask(self, app, key=None, **query):
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return app.test_client().get("/api/search", query_string=query, headers=headers)

    def test_a_program_gets_what_the_person_would(self, app, house, story, key):
        answer = self.ask(app, key, purpose="study", q="bus")
        assert answer.status_code == 200
        [hit] = answer.json["hits"]
        assert (hit["story"], hit["title"]) == (story.id, "The <i>night</i> bus")
        assert hit["passages"][0]["marks"]
        assert {count["value"] for count in answer.json["counts"]} >= {"EN-PEER", "Wales"}
        fits(answer.json, openapi.document(), "Found")
        with db.writing(house.sessions) as session:
            factories.Factory(session).stop(story, Purpose.STUDY)
        after = self.ask(app, key, purpose="study", q="bus").json
        assert (after["total"], after["hits"], after["counts"]) == (0, [], [])

    def test_the_gate_is_the_persons_own(self, app, story, key):
        for purpose in EIGHT:
            answer = self.ask(app, key, purpose=purpose.value, q="bus")
            may = purpose in (Purpose.STUDY, Purpose.REUSE, Purpose.PUBLIC)
            assert answer.status_code == (200 if may else 403), purpose
            if not may:
                fits(answer.json, openapi.document(), "Error")

    def test_mistakes_are_answered_with_a_sentence(self, app, story, key):
        for wrong in (
            {}, {"purpose": "index"}, {"purpose": "study", "page": "0"},
            {"purpose": "study", "limit": "101"}, {"purpose": "study", "sort": "x"},
            {"purpose": "study", "id": "1"},
        ):  # fmt: skip
            answer = self.ask(app, key, **wrong)
            assert answer.status_code == 422, wrong
            assert answer.json["error"]["sentence"].endswith(".")
        for odd in ("x" * 9000, "*a* [a TO z] a~9"):
            answer = self.ask(app, key, purpose="study", q=odd)
            assert answer.status_code == 200
            assert answer.json["notes"]

    def test_no_key_a_wrong_one_and_a_revoked_one_open_nothing(self, app, researcher, key):
        assert self.ask(app, None, purpose="public").status_code == 401
        wrong = self.ask(app, "x" * 43, purpose="public")
        assert (wrong.status_code, wrong.headers["WWW-Authenticate"]) == (401, "Bearer")
        # A browser that is signed in is not enough: a key is.
        assert researcher.get("/api/search", purpose="study").status_code == 401
        assert self.ask(app, key, purpose="study").status_code == 200
        soup = read(researcher.get("/me/keys"))
        assert "Last used" in soup.get_text()
        gone = soup.select_one('form[action$="/revoke"]')["action"]
        assert researcher.post(gone, on="/me/keys").status_code == 303
        assert self.ask(app, key, purpose="study").status_code == 401
        assert app.test_client().post("/api/search").status_code in (400, 405)

    def test_a_flood_is_stopped_with_a_sentence(self, app, key):
        app.config["STORYBANK_LIMITS"] = True
        answers = [self.ask(app, "no-such-key", purpose="study") for _ in range(61)]
        assert [answer.status_code for answer in answers] == [401] * 60 + [429]
        assert "Wait a few minutes" in answers[-1].json["error"]["sentence"]
        assert self.ask(app, key, purpose="study").status_code == 200

    def test_the_document_and_its_page_name_no_other_host(self, app):
        client = app.test_client()
        document = client.get("/api/openapi.json")
        assert document.json["openapi"] == "3.1.0"
        assert "://" not in document.text
        page = read(client.get("/api"))
        for parameter in openapi.PARAMETERS:
            assert parameter["name"] in page.get_text()
        assert not [t for t in page.select("[src], link[href]")
                    if re.match(r"[a-z]+://|//", t.get("src") or t.get("href"))]  # fmt: skip


def fits(value, document: dict, name: str) -> None:
    """Does an answer have exactly the shape that the document says?"""
    schemas = document["components"]["schemas"]

    def check(value, schema: dict, where: str) -> None:
        if "$ref" in schema:
            schema = schemas[schema["$ref"].rsplit("/", 1)[-1]]
        kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        python = {"object": dict, "array": list, "string": str, "integer": int,
                  "number": (int, float), "boolean": bool, "null": type(None)}  # fmt: skip
        assert any(isinstance(value, python[kind]) for kind in kinds), where
        if isinstance(value, list):
            for number, one in enumerate(value):
                check(one, schema["items"], f"{where}[{number}]")
        if isinstance(value, dict) and "properties" in schema:
            assert set(value) == set(schema["properties"]), where
            for key, one in value.items():
                check(one, schema["properties"][key], f"{where}.{key}")

    check(value, schemas[name], name)
