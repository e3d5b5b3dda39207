"""The search page as a browser gets it."""

from __future__ import annotations

import factories
import houses
import pytest
from bs4 import BeautifulSoup
from crawling import Person

from storybank import db
from storybank.coding import service as coding
from storybank.consent.rules import EIGHT, Purpose
from storybank.people.rules import Role

ROLES = {
    Purpose.STUDY: Role.RESEARCHER, Purpose.REUSE: Role.RESEARCHER, Purpose.KEEP: Role.STEWARD,
    Purpose.MEMBERS: Role.MEMBER, Purpose.WORKSHOP: Role.FACILITATOR,
    Purpose.DECIDE: Role.FACILITATOR, Purpose.TEACH: Role.FACILITATOR,
}  # fmt: skip
TEXT = "The nurse <b>rang</b> & we waited for the bus.\nNobody came, so we went home again."


@pytest.fixture
def story(house):
    """A story listed in the index, with two codes and two facts."""
    with db.writing(house.sessions) as session:
        a = factories.Factory(session)
        story = a.story(
            TEXT, "The <i>night</i> bus", attributes={"country": "Wales", "year": "2019"}
        )
        codes = [a.code("EN-PEER").id, a.code("BA-TOKEN").id]
        coding.apply(session, a.use(Purpose.STUDY), a.place(story, "Nobody came", TEXT), codes)
    house.runner.drain()
    return story


@pytest.fixture
def look(app, house):
    """Gives the search page for a use, read, as somebody who may claim it."""
    people: dict[Role, Person] = {}

    def look(purpose=Purpose.STUDY, **query) -> BeautifulSoup:
        role = ROLES.get(purpose)
        if role not in people:
            if role:
                with db.writing(house.sessions) as session:
                    factories.Factory(session).actor(role, email=f"{role}@example.com")
            people[role] = Person(app, f"{role}@example.com" if role else None)
        answer = people[role].get(f"/search/{purpose}", **query)
        assert answer.status_code == 200
        return BeautifulSoup(answer.text, "html.parser")

    return look


def words(soup: BeautifulSoup, selector: str) -> list[str]:
    return [" ".join(tag.get_text().split()) for tag in soup.select(selector)]


class TestReading:
    @pytest.mark.parametrize("purpose", EIGHT)
    def test_each_use_has_its_page_and_says_which_it_is(self, story, look, purpose):
        soup = look(purpose, q="bus")
        assert words(soup, ".sb-use__purpose") == [purpose.value]
        assert words(soup, ".sb-results__count") == ["1 story"]
        assert words(soup, "title") == ["Search - Storybank"]

    def test_words_are_marked_and_never_become_html(self, story, look):
        soup = look(q="nurses OR night OR rang")
        assert words(soup, ".sb-excerpt mark.hit") == ["nurse", "rang"]
        assert words(soup, ".sb-list__title mark.hit") == ["night"]
        assert words(soup, ".sb-excerpt")[0].startswith("The nurse <b>rang</b> & we waited")
        assert not soup.select(".sb-excerpt b, .sb-list__title i")

    def test_what_was_typed_never_becomes_html(self, story, look):
        typed = "\"><script>alert('bus')</script>"
        soup = look(q=typed)
        assert soup.select_one("#q")["value"] == typed
        assert not soup.find("script", string=True)

    @pytest.mark.parametrize(
        ("purpose", "href"),
        [
            (Purpose.STUDY, "/desk/{}?at=0"),
            (Purpose.KEEP, "/stories/keep/{}"),
            (Purpose.MEMBERS, "/stories/members/{}"),
            (Purpose.REUSE, "/stories/reuse/{}"),
        ],
    )
    def test_a_use_of_whole_stories_leads_to_the_story(self, story, look, purpose, href):
        (link,) = look(purpose, q="bus").select(".sb-list__title a")
        assert link["href"] == href.format(story.id)

    @pytest.mark.parametrize(
        "purpose", [Purpose.WORKSHOP, Purpose.DECIDE, Purpose.TEACH, Purpose.PUBLIC]
    )
    def test_a_use_of_short_parts_leads_to_no_whole_story(self, story, look, purpose):
        links = [link["href"] for link in look(purpose, q="bus").select(".sb-results a")]
        assert all(href.startswith(("/search/", "/packs/")) for href in links)

    def test_nothing_found_says_what_to_try(self, story, look):
        assert words(look(q="quetzal"), ".sb-empty p")[0] == "Nothing found."
        assert "Take away" in words(look(q="bus", country="Mars"), ".sb-empty p")[1]
        assert words(look(q="bus"), ".sb-empty") == []

    def test_what_was_not_understood_is_said(self, story, look):
        soup = look(q="bus id:*")
        assert words(soup, ".sb-notes p")[0].startswith("Only these may stand before a colon")
        assert words(soup, ".sb-results__understood")[0].startswith("Stories with bus.")

    def test_while_the_index_is_away_the_page_says_so_and_lists_stories(self, story, look, house):
        houses.alone()
        (house.config.index_folder / "current").unlink()
        soup = look(q="bus")
        assert "Search is being prepared" in words(soup, ".sb-notes")[0]
        assert words(look(), ".sb-results__count") == ["1 story"]

    @pytest.mark.parametrize(
        "query",
        [{"page": "x"}, {"page": "-1"}, {"page": "9" * 30}, {"q": "\x00bus"}, {"q": "(" * 9_000}],
    )
    def test_odd_addresses_are_answered(self, story, look, query):
        assert look(**query).select_one("h1").get_text() == "Search"


class TestNarrowing:
    def test_counts_lead_to_the_narrowed_page_and_back(self, story, look):
        wide = look(q="bus")
        (link,) = [one for one in wide.select(".sb-facet a") if one.get_text() == "Wales"]
        assert link["href"] == "/search/study?q=bus&country=Wales"
        narrow = look(q="bus", country="Wales")
        assert words(narrow, ".sb-chosen__link") == ["Take away Country: Wales \u00d7"]
        assert narrow.select_one(".sb-chosen__link")["href"] == "/search/study?q=bus"
        (current,) = narrow.select(".sb-facet a[aria-current]")
        assert current["href"] == "/search/study?q=bus"
        assert narrow.select_one("form input[name=country]")["value"] == "Wales"

    def test_the_team_narrows_by_family_code_and_fact(self, story, look):
        assert words(look(), ".sb-facet h3") == ["Family", "Code", "Country", "Year"]

    def test_members_narrow_by_fact_alone_and_see_no_code(self, story, look):
        soup = look(Purpose.MEMBERS)
        assert words(soup, ".sb-facet h3") == ["Country", "Year"]
        assert not soup.select(".sb-code")
        assert "EN-PEER" not in soup.get_text()

    def test_the_public_sees_neither_codes_nor_facts(self, story, look):
        soup = look(Purpose.PUBLIC)
        assert not soup.select(".sb-facet, .sb-code")
        assert "Wales" not in soup.get_text()

    def test_pages_keep_what_was_asked(self, story, look, house):
        with db.writing(house.sessions) as session:
            a = factories.Factory(session)
            for number in range(20):
                a.story(f"Bus number {number}.", attributes={"country": "Wales"})
        house.runner.drain()
        soup = look(q="bus", country="Wales")
        assert words(soup, ".sb-results__count") == ["21 stories, page 1 of 2"]
        hrefs = {link["href"] for link in soup.select(".nhsuk-pagination a")}
        assert "/search/study?page=2&q=bus&country=Wales" in hrefs
        assert len(look(q="bus", country="Wales", page=2).select(".sb-results__hit")) == 1


class TestComing:
    def test_a_visitor_searches_what_is_public_and_nothing_else(self, app, story):
        visitor = Person(app)
        assert visitor.get("/search/public", q="bus").status_code == 200
        assert visitor.get("/search/study").location.startswith("/sign-in")

    def test_a_role_that_may_not_claim_a_use_is_refused(self, app, house, story):
        with db.writing(house.sessions) as session:
            factories.Factory(session).actor(Role.MEMBER, email="member@example.com")
        member = Person(app, "member@example.com")
        assert member.get("/search/study", q="bus").status_code == 403
        assert member.get("/search/index", q="bus").status_code == 404

    def test_each_use_a_person_may_claim_is_one_step_away(self, story, look):
        soup = look(Purpose.WORKSHOP, q="bus")
        links = {link.get_text(): link["href"] for link in soup.select(".sb-filter__link")}
        assert links == {
            "For workshops": "/search/workshop?q=bus",
            "For decisions": "/search/decide?q=bus",
            "For teaching": "/search/teach?q=bus",
            "For anyone": "/search/public?q=bus",
        }

    def test_a_stop_empties_the_page_before_the_index_is_cleaned(self, story, look, house):
        assert words(look(q="bus"), ".sb-results__count") == ["1 story"]
        with db.writing(house.sessions) as session:
            factories.Factory(session).stop(story)
        for query in ({"q": "bus"}, {"q": "bu*"}, {"code": "EN-PEER"}, {"country": "Wales"}, {}):
            soup = look(**query)
            assert words(soup, ".sb-results__count") == ["0 stories"]
            assert not soup.select(".sb-results, .sb-facet")
        with house.sessions() as session:
            # From PostgreSQL's index it went with the stop.
            left = set() if houses.on_postgres() else {story.id}
            assert {story_id for story_id, _ in house.index.strays(session)} == left
        house.runner.drain()
        with house.sessions() as session:
            assert list(house.index.strays(session)) == []
