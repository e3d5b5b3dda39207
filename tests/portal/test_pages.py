"""The storyteller's pages over HTTP: forms carry their token, nothing needs JavaScript."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
import time_machine
from bs4 import BeautifulSoup
from crawling import Person
from factories import PASSWORD, Factory
from flask import url_for
from portal.room import read_lines

from storybank import db
from storybank.coding import service as coding
from storybank.consent.rules import EIGHT, Answer, NameStyle, Purpose
from storybank.people.rules import Role
from storybank.stories.models import Story
from storybank.stories.rules import Place

GOLDEN = Path(__file__).with_name("golden")
MAY = datetime(2026, 5, 3, 9)


def as_golden(html: str) -> str:
    """A page as the text it is to a reader; the number drawn by lot is put in its place."""
    text = "\n".join(read_lines(html)) + "\n"
    return re.sub(r"(Receipt number: )[0-9a-f]{8}", r"\g<1>0a1b2c3d", text)


def golden(name: str) -> str:
    """The page as it was agreed."""
    return (GOLDEN / f"{name}.txt").read_text()


def code_it(room, number: int) -> None:
    """Somebody puts a label on the story's first words."""
    with db.writing(room.house.sessions) as session:
        a = Factory(session)
        use = a.use(Purpose.STUDY)
        coding.apply(session, use, Place(number, 1, 0, 28), [a.code().id])


def press(person: Person, page: str, name: str) -> str:
    """Press the button of this name on a page; the address one is led to."""
    soup = BeautifulSoup(person.get(page).text, "html.parser")
    for button in soup.main.find_all("button"):
        if " ".join(button.get_text().split()) == name:
            form = button.find_parent("form")
            fields = {
                one["name"]: one.get("value", "")
                for one in form.find_all("input")
                if one.get("type") not in ("radio", "checkbox")
            }
            answer = person.client.post(form["action"], data=fields)
            assert answer.status_code == 303, answer.text
            return answer.location
    raise AssertionError(f"there is no button '{name}'")


class TestFirstPage:
    @time_machine.travel(MAY, tick=False)
    def test_it_reads_as_agreed(self, room):
        ana, number = room.teller(
            title="Going in together", name="Ana", style=NameStyle.FIRST,
            consented_to=[Purpose.STUDY, Purpose.DECIDE, Purpose.TEACH],
            answers={Purpose.WORKSHOP: Answer.ASK, Purpose.PUBLIC: Answer.NO},
            until=datetime(2028, 5, 3, 9), not_for=["Riverside Council"],
        )  # fmt: skip
        press(ana, "/my", "Stop this use: Use short parts to teach")
        room.print_cards(number, datetime(2026, 4, 1, 9), name_style="first")
        assert as_golden(ana.get("/my").text) == golden("my_stories")

    def test_somebody_without_a_story_is_told_what_to_do(self, room):
        ana, _ = room.teller()
        nobody = room.somebody(Role.STORYTELLER, "new@example.org")
        page = nobody.get("/my").text
        assert read_lines(page)[1] == "There is no story here yet."
        assert "Going in together" not in page
        assert ana.get("/my").text.count("Going in together") > 0

    def test_a_visitor_signs_in_first_and_nobody_else_comes_in(self, room):
        visitor = Person(room.app)
        assert visitor.get("/my").location.startswith("/sign-in")
        steward = room.somebody(Role.STEWARD, "steward@example.org")
        assert steward.get("/my").status_code == 403


class TestStop:
    @time_machine.travel(MAY, tick=False)
    def test_one_press_on_the_first_page_stops_one_use_and_gives_a_receipt(self, room):
        ana, number = room.teller(title="Going in together")
        room.print_cards(number, datetime(2026, 4, 1, 9))
        room.print_cards(number, datetime(2026, 4, 2, 9), use="decide", place="Board day")
        receipt = press(ana, "/my", "Stop this use: Use short parts in workshops")
        page = ana.get(receipt).text
        assert as_golden(page) == golden("receipt_stop_one")

    @time_machine.travel(MAY, tick=False)
    def test_two_presses_stop_everything(self, room):
        ana, number = room.teller(title="Going in together")
        soup = BeautifulSoup(ana.get("/my").text, "html.parser")
        [ask] = [link for link in soup.main.find_all("a") if link.text.strip() == "Stop all"]
        receipt = press(ana, ask["href"], "Stop all uses now")
        page = ana.get(receipt).text
        assert as_golden(page) == golden("receipt_stop_all")
        assert "Stop this" not in ana.get("/my").text

    def test_before_everything_is_stopped_it_says_what_can_not_be_called_back(self, room):
        ana, number = room.teller()
        for page in ("stop-all", "delete"):
            empty = ana.get(f"/my/{number}/{page}").text
            assert "We have not put any part of this story on paper or in a file." in empty
        room.print_cards(number, MAY)
        for page in ("stop-all", "delete"):
            text = ana.get(f"/my/{number}/{page}").text
            assert "We can not get these copies back" in text and "Tea and talk" in text

    def test_every_page_about_a_story_has_the_four_ways_at_its_top(self, room):
        ana, number = room.teller()
        room.teller("two@example.org", title="Another")
        receipt = re.search(r"/my/receipts/\d+", ana.get("/my").text)[0]
        with room.app.test_request_context():
            about = {
                url_for(rule.endpoint, story_id=number)
                for rule in room.app.url_map.iter_rules()
                if rule.endpoint.startswith("portal.")
                and rule.arguments == {"story_id"}
                and "GET" in rule.methods
            }
        assert len(about) > 5
        for page in ("/my", receipt, *about):
            answer = ana.get(page)
            if answer.status_code == 303:  # It leads to another of these.
                continue
            soup = BeautifulSoup(answer.text, "html.parser")
            first = soup.main.find(True, recursive=False)
            assert first.name == "nav", page
            ways = [" ".join(one.get_text().split()) for one in first.find_all(["a", "button"])]
            assert ways == ["Pause", "Stop one use", "Stop all", "Delete"], page
            assert all(one.find("svg") for one in first.find_all(["a", "button"])), page

    def test_a_page_that_is_there_no_more_is_told_in_a_sentence(self, room):
        ana, number = room.teller()
        answer = ana.post(f"/my/{number}/stop", on="/my", use="everything")
        assert answer.status_code == 422 and "Choose what to stop." in answer.text

    def test_a_form_from_elsewhere_stops_nothing(self, room):
        ana, number = room.teller()
        answer = ana.client.post(f"/my/{number}/stop", data={"use": "teach"})
        assert answer.status_code == 400
        assert "Stopped" not in ana.get("/my").text


class TestSteps:
    """To stop never takes more presses than to say yes did, and never asks why."""

    def test_pausing_is_one_press_and_starting_again_is_one(self, room):
        ana, _ = room.teller()
        before = read_lines(ana.get("/my").text)
        page = ana.get(press(ana, "/my", "Pause")).text
        assert "You paused your story." in page and "What is already out" in page
        paused = ana.get("/my").text
        assert "You paused this story. No one uses it for now." in paused
        page = ana.get(press(ana, "/my", "Start again")).text
        assert "You started your story again." in page
        assert read_lines(ana.get("/my").text) == before

    def test_stopping_one_use_by_its_button_is_one_choice_and_one_press(self, room):
        ana, number = room.teller()
        soup = BeautifulSoup(ana.get(f"/my/{number}/stop").text, "html.parser")
        offered = [one["value"] for one in soup.main.select("input[type=radio]")]
        assert offered == [use.value for use in EIGHT if use is not Purpose.KEEP]
        assert not soup.main.select("[checked]") and not soup.main.select("textarea")
        stopped = ana.post(f"/my/{number}/stop", on="/my", use="teach")
        assert stopped.status_code == 303
        offered = BeautifulSoup(ana.get(f"/my/{number}/stop").text, "html.parser")
        assert "teach" not in [one["value"] for one in offered.main.select("input[type=radio]")]

    def test_no_way_out_asks_why_and_nothing_is_ticked(self, room):
        ana, number = room.teller()
        code_it(room, number)
        for page in ("stop-all", "delete"):
            soup = BeautifulSoup(ana.get(f"/my/{number}/{page}").text, "html.parser")
            names = {one["name"] for one in soup.main.select("form [name]")}
            assert names <= {"csrf_token", "counting", "forget"}, page
            assert "counting" in names
            assert not soup.main.select("[checked]") and not soup.main.select("[required]"), page

    def test_a_story_without_labels_is_not_asked_about_counts(self, room):
        ana, number = room.teller()
        assert "counts" not in ana.get(f"/my/{number}/stop-all").text


class TestDelete:
    @time_machine.travel(MAY, tick=False)
    def test_it_reads_as_agreed_before_and_after(self, room):
        ana, number = room.teller(title="Going in together")
        code_it(room, number)
        room.print_cards(number, datetime(2026, 4, 1, 9))
        page = ana.get(f"/my/{number}/delete").text
        assert as_golden(page) == golden("delete")
        receipt = press(ana, f"/my/{number}/delete", "Delete my story now")
        assert as_golden(ana.get(receipt).text) == golden("receipt_delete")
        mine = ana.get("/my").text
        assert "Going in together" not in mine and "The story you deleted" in mine
        for path in ("", "/choices", "/stop", "/stop-all", "/delete"):
            assert ana.get(f"/my/{number}{path}").status_code == 404

    def test_who_wants_to_be_forgotten_sees_the_receipt_once_and_is_out(self, room):
        ana, number = room.teller()
        answer = ana.post(f"/my/{number}/delete", on="/my", forget="yes")
        assert answer.status_code == 200
        assert "You asked us to delete your story." in answer.text
        assert "You can not come back to it." in answer.text
        assert "Leave this site quickly" in answer.text
        assert ana.get("/my").location.startswith("/sign-in")
        again = Person(room.app)
        again.post("/sign-in", on="/sign-in", email="ana@example.org", password=PASSWORD)
        assert again.get("/my").location.startswith("/sign-in")

    def test_who_has_another_story_is_not_asked_whether_to_be_forgotten(self, room):
        ana, number = room.teller()
        assert "Also forget my contact details" in ana.get(f"/my/{number}/delete").text
        with db.writing(room.house.sessions) as session:
            person_id = session.get_one(Story, number).person_id
            Factory(session).story(title="Another", person_id=person_id)
        assert "Also forget my contact details" not in ana.get(f"/my/{number}/delete").text


class TestSeveral:
    def test_each_story_has_a_card_with_its_own_four_ways(self, room):
        ana, number = room.teller(title="First")
        with db.writing(room.house.sessions) as session:
            person_id = session.get_one(Story, number).person_id
            other = Factory(session).story(title="Second", person_id=person_id).id
        soup = BeautifulSoup(ana.get("/my").text, "html.parser")
        cards = soup.main.select("section.sb-mine--card")
        assert [card.h2.text for card in cards] == ["Second", "First"]
        for card, story_id in zip(cards, (other, number), strict=True):
            links = [link["href"] for link in card.find_all("a")]
            assert f"/my/{story_id}/choices" in links and f"/my/{story_id}/delete" in links
        assert "What you chose" in ana.get(f"/my/{number}/choices").text


class TestPutBack:
    def test_a_press_on_the_receipt_puts_the_stop_back(self, room):
        ana, _ = room.teller()
        before = read_lines(ana.get("/my").text)
        receipt = press(ana, "/my", "Stop this use: Study my story")
        made = press(ana, receipt, "Put it back as it was")
        assert "We put it back" in ana.get(made).text
        assert read_lines(ana.get("/my").text) == before

    def test_an_older_receipt_offers_it_no_more(self, room):
        ana, _ = room.teller()
        older = press(ana, "/my", "Stop this use: Study my story")
        press(ana, "/my", "Stop this use: Use short parts to teach")
        assert "Put it back" not in ana.get(older).text
        answer = ana.post(f"{older}/put-back", on="/my")
        assert answer.status_code == 409


class TestStory:
    def test_it_shows_the_words_the_labels_and_every_receipt(self, room):
        ana, number = room.teller(title="Going in together", name="Ana")
        press(ana, "/my", "Stop this use: Study my story")
        page = ana.get(f"/my/{number}").text
        soup = BeautifulSoup(page, "html.parser")
        assert "I rang the clinic on Monday." in soup.article.text
        assert len(soup.select(".sb-receipts a")) == 2
        assert "Nobody has put a label on your story yet." in page

    def test_what_is_typed_as_a_tag_is_shown_as_words(self, room):
        ana, number = room.teller(
            title="<b>Bold</b>", name="<i>Ana</i>", text="<script>alert(1)</script>",
            not_for=["<u>Board</u>"],
        )  # fmt: skip
        for page in ("/my", f"/my/{number}", f"/my/{number}/stop-all"):
            text = ana.get(page).text
            assert not re.search("<(b>Bold|i>Ana|script>alert|u>Board)", text), page


class TestRecord:
    def test_its_fields_are_named_as_the_standard_names_them(self, room):
        ana, _ = room.teller(consented_to=[Purpose.STUDY])
        receipt = press(ana, "/my", "Stop this use: Study my story")
        answer = ana.get(f"{receipt}.json")
        record = answer.json
        assert set(record) == {
            "schema_version", "record_id", "receipt_id", "principal_id", "notice", "purposes",
            "attribution", "data_types", "withdrawal_method", "events", "controllers",
            "storage_location", "retention", "jurisdiction", "recipients",
        }  # fmt: skip
        assert record["principal_id"] == "ST-0001"
        assert set(record["notice"]) == {"wording_ids", "language", "format"}
        assert [set(one) for one in record["purposes"]] == [
            {"code", "answer", "media", "attribution", "valid_from", "valid_until"}
        ] * 8
        answers = {one["code"]: one["answer"] for one in record["purposes"]}
        assert (answers["study"], answers["keep"], answers["teach"]) == (
            "stopped", "yes", "not answered",
        )  # fmt: skip
        [event] = record["events"]
        assert set(event) == {"time", "type", "state", "entity", "validity"}
        assert event["type"] == "withdrawn" and event["entity"] == "teller"
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=receipt-")
        assert answer.headers["Cache-Control"] == "no-store"


class TestOthers:
    def test_nothing_of_one_storyteller_is_there_for_another(self, room):
        ana, hers = room.teller("ana@example.org", title="Hers alone")
        ben, _ = room.teller("ben@example.org", title="His", text="His own words.")
        receipt = press(ana, "/my", "Stop this use: Study my story")
        for page in (f"/my/{hers}", f"/my/{hers}/stop-all", receipt, f"{receipt}.json"):
            answer = ben.get(page)
            assert answer.status_code == 404 and "Hers alone" not in answer.text, page
        before = read_lines(ana.get("/my").text)
        for act, fields in (
            (f"/my/{hers}/stop", {"use": "teach"}), (f"/my/{hers}/stop-all", {}),
            (f"{receipt}/put-back", {}),
        ):  # fmt: skip
            assert ben.post(act, on="/my", **fields).status_code == 404, act
        assert read_lines(ana.get("/my").text) == before
        assert "Hers alone" not in ben.get("/my").text

    @pytest.mark.parametrize("number", [999, 2**31, 10**30])
    def test_a_number_that_is_nobodys_is_not_found(self, room, number):
        ana, _ = room.teller()
        for page in (f"/my/{number}", f"/my/{number}/stop-all", f"/my/receipts/{number}"):
            assert ana.get(page).status_code == 404
