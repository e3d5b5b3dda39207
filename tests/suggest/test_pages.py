"""Pages of suggestions, over HTTP as a browser without JavaScript sends them."""

from __future__ import annotations

import json

import factories
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup

from storybank import db
from storybank.coding.models import Coding
from storybank.consent.rules import EIGHT, Purpose
from storybank.people.rules import Role
from storybank.suggest.models import Suggestion

TEXT = (
    "It was cold. We had peer support, \U0001f643 and we backed each other. They never told us "
    "what they did. Then the pilot ended."
)
OTHER = "In another town there was peer support."


class Browser:
    """Somebody signed in: reads pages and presses the buttons on them."""

    def __init__(self, app, email):
        self.client = app.test_client()
        self.open("/sign-in")
        form = self.page.find("form", action="/sign-in") or self.page.find("main").find("form")
        self.send(form, email=email, password=factories.PASSWORD)

    def open(self, path, **headers):
        self.take(self.client.get(path, headers=headers))

    def send(self, form, **fields):
        data = {field["name"]: field.get("value", "") for field in form.find_all("input")}
        self.take(self.client.post(form["action"], data=data | fields))

    def take(self, response):
        self.status, self.location = response.status_code, response.headers.get("Location")
        self.page = BeautifulSoup(response.text, "html.parser")

    def cards(self):
        return self.page.select("article.sb-suggestion")

    def press(self, card, button, **fields):
        form = next(
            form for form in card.find_all("form") if form.button.get_text().startswith(button)
        )
        self.send(form, **fields)

    def follow(self):
        self.open(self.location)

    @property
    def message(self):
        return self.page.select_one(".sb-message")


@pytest.fixture
def made(house):
    """Two stories with their suggestions, and two researchers."""
    with db.writing(house.sessions) as session:
        a = factories.Factory(session)
        story, other = a.story(TEXT, title="The cold hall"), a.story(OTHER, title="Elsewhere")
        ids = story.id, other.id
        a.actor(Role.RESEARCHER, email="ana@example.org")
        a.actor(Role.RESEARCHER, email="ben@example.org")
        a.actor(Role.STEWARD, email="sam@example.org")
    house.runner.drain()
    return ids


@pytest.fixture
def ana(app, made):
    return Browser(app, "ana@example.org")


@pytest.fixture
def stop(house, made):
    """The storyteller stops a use; the cleaning job is held back."""

    def of(*uses):
        with db.writing(house.sessions) as session:
            a = factories.Factory(session)
            a.stop(session.get(factories.Story, made[0]), *uses)

    return of


def codings(house):
    with house.sessions() as session:
        return [
            (one.coder_id, one.suggestion_id)
            for one in session.scalars(sa.select(Coding).where(Coding.removed_at.is_(None)))
        ]


class TestQueue:
    def test_each_card_says_which_words_made_the_machine_think_so(self, ana):
        ana.open("/suggestions")
        first, *others = ana.cards()
        assert len(others) == 3
        assert first.h2.get_text() == "People like me at my side"
        assert [mark.get_text() for mark in first.select("mark")] == [
            "peer support",
            "we backed each other",
        ]
        why = first.select_one(".sb-suggestion__why").get_text()
        assert why == "Because of “peer support” and “we backed each other”."

    def test_the_sentence_on_the_page_is_the_sentence_at_its_place(self, ana):
        ana.open("/suggestions")
        for card in ana.cards():
            sentence = card.select_one("[data-s]")
            start = int(sentence["data-s"])
            words = sentence.get_text()
            assert words in (TEXT[start : start + len(words)], OTHER[start : start + len(words)])

    def test_a_negated_cue_asks_to_check_the_meaning(self, ana):
        ana.open("/suggestions")
        checked = [card for card in ana.cards() if "Check the meaning" in card.get_text()]
        assert [card.h2.get_text() for card in checked] == ["Hearing back"]
        assert checked == ana.cards()[-1:]

    def test_it_can_be_ordered_and_narrowed(self, ana):
        ana.open("/suggestions?order=story&code=EN-PEER")
        assert [card.h2.get_text() for card in ana.cards()] == ["People like me at my side"] * 2
        assert ana.page.select_one("#order option[selected]")["value"] == "story"
        assert ana.page.select_one("#code option[selected]")["value"] == "EN-PEER"

    @pytest.mark.parametrize(
        "query", ["order=sideways", "code=NONE", "page=x", "page=-3", "page=999"]
    )
    def test_a_bent_address_still_shows_the_queue(self, ana, query):
        ana.open(f"/suggestions?{query}")
        assert (ana.status, len(ana.cards())) == (200, 4)

    def test_it_says_when_nothing_waits(self, ana, house):
        with db.writing(house.sessions) as session:
            session.execute(sa.delete(Suggestion))
        ana.open("/suggestions")
        assert "No suggestions wait." in ana.page.main.get_text()

    def test_only_those_who_study_may_come(self, app, made):
        sam = Browser(app, "sam@example.org")
        for path in ("/suggestions", f"/suggestions/story/{made[0]}"):
            sam.open(path)
            assert sam.status == 403
        visitor = app.test_client().get("/suggestions")
        assert "/sign-in" in visitor.headers["Location"]


class TestOnStory:
    def test_it_shows_one_story_only(self, ana, made):
        ana.open(f"/suggestions/story/{made[1]}")
        assert len(ana.cards()) == 1
        assert ana.page.h1.get_text() == "Suggestions for Elsewhere"

    @pytest.mark.parametrize("path", ["987654", "99999999999999999999", "0"])
    def test_one_that_is_not_there_is_not_found(self, ana, path):
        ana.open(f"/suggestions/story/{path}")
        assert ana.status == 404

    def test_the_part_for_the_desk_holds_places_and_numbers_and_no_words(self, ana, made):
        ana.open(f"/suggestions/story/{made[0]}/_part", **{"HX-Request": "true"})
        assert ana.page.find("html") is None
        strip = ana.page.section
        assert "3 suggestions wait" in strip.get_text()
        assert len(json.loads(strip["data-marks"])) == 3
        assert "peer support" not in str(strip)


class TestAnswers:
    def test_confirm_puts_it_on_in_the_readers_name_and_leads_to_the_next(self, ana, house):
        ana.open("/suggestions")
        first, second, *_ = ana.cards()
        ana.press(first, "Confirm")
        assert ana.status == 303
        assert ana.location.endswith("#" + second["id"])
        ((coder, suggestion),) = codings(house)
        assert first["id"] == f"suggestion-{suggestion}"
        with house.sessions() as session:
            email = session.scalar(sa.text(f"SELECT email FROM account WHERE id = {coder}"))
        assert email == "ana@example.org"
        ana.follow()
        assert "Put on in your name: People like me at my side." in ana.message.get_text()
        assert len(ana.cards()) == 3

    def test_undo_brings_it_back(self, ana, house):
        ana.open("/suggestions?order=story")
        first = ana.cards()[0]
        ana.press(first, "Confirm")
        ana.follow()
        ana.send(ana.message.form)
        assert ana.location == "/suggestions?page=1&order=story#" + first["id"]
        ana.follow()
        assert (len(ana.cards()), codings(house)) == (4, [])

    def test_decline_puts_nothing_on(self, ana, house):
        ana.open("/suggestions")
        ana.press(ana.cards()[0], "Decline")
        ana.follow()
        assert (len(ana.cards()), codings(house)) == (3, [])

    def test_another_code_can_be_put_on_instead(self, ana, house):
        ana.open("/suggestions")
        card = ana.cards()[0]
        option = card.find("option", string="Trust grew")
        ana.press(card, "Use this code", code=option["value"])
        ana.follow()
        assert "Put on in your name: Trust grew." in ana.message.get_text()
        assert len(codings(house)) == 1

    def test_without_a_choice_of_code_it_asks_for_one(self, ana, house):
        ana.open("/suggestions")
        card = ana.cards()[0]
        ana.press(card, "Use this code", code="")
        assert ana.location.endswith("#" + card["id"])
        ana.follow()
        assert "Choose a code first." in ana.message.get_text()
        assert (len(ana.cards()), codings(house)) == (4, [])

    def test_the_second_of_two_people_is_told_so(self, app, ana, house):
        ben = Browser(app, "ben@example.org")
        for browser in (ana, ben):
            browser.open("/suggestions")
        ana.press(ana.cards()[0], "Confirm")
        ben.press(ben.cards()[0], "Decline")
        assert ben.status == 409
        assert "Somebody has answered this suggestion already." in ben.page.get_text()
        assert len(codings(house)) == 1

    def test_an_answer_leads_back_into_this_house_only(self, ana):
        ana.open("/suggestions")
        ana.press(ana.cards()[0], "Decline", back="https://elsewhere.example/")
        assert ana.location.startswith("/suggestions#")

    def test_a_form_from_elsewhere_is_not_taken(self, ana, house):
        number = 1
        answer = ana.client.post(f"/suggestions/{number}/confirm")
        assert (answer.status_code, codings(house)) == (400, [])


class TestTogether:
    def answer(self, browser, **said):
        browser.send(browser.page.find(id="together"), **said)

    def test_a_page_is_answered_by_one_button_and_undone_in_one_step(self, ana, house):
        ana.open("/suggestions/together")
        first, second, third, _ = (card["id"].split("-")[1] for card in ana.cards())
        assert {box.get("checked") is not None for box in ana.page.select("[value=confirm]")} == {
            False
        }
        said = {f"say-{first}": "confirm", f"say-{second}": "decline", f"say-{third}": "not-now"}
        self.answer(ana, **said)
        ana.follow()
        assert ana.message.p.get_text() == (
            "1 code put on in your name, 1 declined, 1 put off until tomorrow."
        )
        assert (len(ana.cards()), len(codings(house))) == (1, 1)
        ana.send(ana.message.form)
        assert ana.location == "/suggestions/together"
        ana.follow()
        assert (len(ana.cards()), codings(house)) == (4, [])

    def test_nothing_is_answered_that_was_not_shown_to_this_person(self, app, ana, house):
        ben = Browser(app, "ben@example.org")
        ben.open("/suggestions/together?code=EN-FEEDBACK")
        ana.open("/suggestions/together")
        theirs = ben.page.find("input", {"name": "shown"})["value"]
        number = ana.cards()[0]["id"].split("-")[1]
        for shown in (theirs, "", "nonsense"):
            ana.open("/suggestions/together")
            self.answer(ana, shown=shown, **{f"say-{number}": "confirm"})
            assert ana.status == 422
        self.answer(ben, **{f"say-{number}": "confirm"})
        ben.follow()
        assert "Nothing is chosen yet." in ben.message.get_text()
        assert codings(house) == []


class TestEnds:
    def test_ends_are_moved_before_the_answer_without_javascript(self, ana, house):
        ana.open("/suggestions?order=story&code=EN-PEER")
        number = ana.cards()[0]["id"].split("-")[1]
        ana.open(f"/suggestions/{number}?move=end+back")
        words = ana.page.blockquote.get_text(strip=True)
        assert words.endswith("each other")
        form = ana.page.find("button", string="Confirm with these ends").find_parent("form")
        ana.send(form)
        ana.follow()
        assert "Put on in your name: People like me at my side." in ana.message.get_text()
        ana.send(ana.message.form)
        assert codings(house) == []

    @pytest.mark.parametrize("query", ["start=x", "start=-5&end=9999999", "move=sideways", "end=0"])
    def test_a_bent_address_does_no_harm(self, ana, query):
        ana.open("/suggestions?order=story")
        number = ana.cards()[0]["id"].split("-")[1]
        ana.open(f"/suggestions/{number}?{query}")
        assert ana.status in (200, 422)


class TestStop:
    def test_pages_refuse_before_the_job_has_run(self, ana, made, stop, house):
        ana.open(f"/suggestions/story/{made[0]}")
        card = ana.cards()[0]
        stop(Purpose.STUDY)
        ana.press(card, "Confirm")
        assert (ana.status, codings(house)) == (404, [])
        for path in (f"/suggestions/story/{made[0]}", f"/suggestions/story/{made[0]}/_part"):
            ana.open(path)
            assert ana.status == 404
        ana.open("/suggestions")
        assert len(ana.cards()) == 1
        assert "cold hall" not in ana.page.get_text()
        assert "1 suggestion waits" in ana.page.get_text()

    def test_the_job_takes_the_open_ones_away(self, made, stop, house):
        stop(*EIGHT)
        with house.sessions() as session:
            assert [line for _, line in house.strays(session) if "suggestions" in line]
        house.runner.drain()
        with house.sessions() as session:
            assert not list(house.strays(session))
            assert session.scalars(sa.select(Suggestion.story_id)).all() == [made[1]]
