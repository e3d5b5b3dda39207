"""Pages of stories over HTTP: lists, reading, and the steward's pages of choices."""

from __future__ import annotations

import re
from datetime import timedelta

import factories
import pytest
from bs4 import BeautifulSoup
from crawling import Person

from storybank import db
from storybank.clock import now
from storybank.consent.models import ConsentEvent, StoryStanding
from storybank.consent.rules import EIGHT, Answer, NameStyle, Purpose
from storybank.consent.standing import state_of
from storybank.people.rules import Role
from storybank.stories.models import Story

CANARY = "Zanzibarquux"


@pytest.fixture
def steward(house, app) -> Person:
    return somebody(house, app, Role.STEWARD)


@pytest.fixture
def member(house, app) -> Person:
    return somebody(house, app, Role.MEMBER)


@pytest.fixture
def tell(house):
    """``tell(title=...)``: the number of a story."""

    def make(**story) -> int:
        with db.writing(house.sessions) as session:
            return factories.Factory(session).story(**story).id

    return make


@pytest.fixture
def stop(house):
    def act(number: int, *uses: Purpose) -> None:
        with db.writing(house.sessions) as session:
            factories.Factory(session).stop(session.get_one(Story, number), *uses)

    return act


@pytest.fixture
def standing(house):
    """``standing(number)``: what the storyteller's choices add up to now."""

    def read(number: int):
        with house.sessions() as session:
            return state_of(session, number)

    return read


def somebody(house, app, role: Role) -> Person:
    with db.writing(house.sessions) as session:
        factories.Factory(session).actor(role, email=f"{role}@example.org")
    return Person(app, f"{role}@example.org")


def form_of(page: str) -> dict[str, str]:
    """The fields of the form on a page, as a browser would send them untouched."""
    soup = BeautifulSoup(page, "html.parser").main
    fields = {}
    for one in soup.select("form[method=post] input, form[method=post] textarea"):
        if one.get("type") not in ("radio", "checkbox") or one.has_attr("checked"):
            fields[one["name"]] = one.text.removeprefix("\n") or one.get("value", "")
    for one in soup.select("form[method=post] select"):
        chosen = one.select_one("option[selected]") or one.option
        fields[one["name"]] = chosen["value"]
    return fields


def errors_of(page: str) -> dict[str, str]:
    links = BeautifulSoup(page, "html.parser").select(".nhsuk-error-summary__list a")
    return {link["href"].removeprefix("#"): link.text.strip() for link in links}


EVIDENCE = {
    "lasts": "2 years", "channel": "phone", "evidence_kind": "witness_note",
    "evidence": "Said so on the phone to Jo Park.",
}  # fmt: skip


class TestLists:
    def test_a_list_holds_what_its_use_allows_and_nothing_else(self, tell, stop, steward, member):
        tell(title="Open to members", name="Ana", attributes={"age_group": "45-64"})
        tell(title="Not for members", consented_to=[Purpose.STUDY])
        stop(tell(title="Stopped by its teller"))
        page = member.get("/stories/members").text
        assert "Open to members" in page and "Aged 45-64" in page and "1 story" in page
        assert "Not for members" not in page and "Stopped" not in page
        assert "/choices" not in page
        page = steward.get("/stories/keep").text
        assert "Not for members" in page and "2 stories" in page and "Stopped by" not in page

    def test_the_steward_sees_which_uses_are_open_in_the_order_they_are_asked(
        self, tell, stop, steward
    ):
        number = tell(consented_to=[Purpose.TEACH, Purpose.STUDY, Purpose.PUBLIC])
        stop(number, Purpose.TEACH)
        soup = BeautifulSoup(steward.get("/stories/keep").text, "html.parser")
        assert [tag.text for tag in soup.select(".sb-tag")] == ["keep", "study", "public"]

    def test_a_long_list_comes_in_pages(self, tell, member):
        for _ in range(26):
            tell()
        page = member.get("/stories/members").text
        assert "26 stories, page 1 of 2" in page and page.count("/stories/members/") == 25
        page = member.get("/stories/members", page="99").text
        assert "page 2 of 2" in page and page.count("/stories/members/") == 1
        assert "<title>Stories for members, page 2 - Storybank</title>" in page
        assert member.get("/stories/members", page="x").status_code == 200

    def test_an_empty_list_says_when_a_story_comes(self, member):
        assert "There is no story here yet" in member.get("/stories/members").text

    def test_only_who_may_use_stories_so_comes_in(self, house, app, tell, steward, member):
        number = tell()
        researcher = somebody(house, app, Role.RESEARCHER)
        for url in ("/stories/members", f"/stories/members/{number}"):
            assert Person(app).get(url).location.startswith("/sign-in")
            assert steward.get(url).status_code == 403
        for url in ("/stories/keep", f"/stories/keep/{number}/choices", "/receipts/1"):
            assert member.get(url).status_code == 403
        assert researcher.get("/stories/reuse").status_code == 200
        assert member.get("/stories/workshop").status_code == 404


class TestReading:
    def test_a_story_is_read_with_its_name_facts_and_length(self, tell, member):
        number = tell(
            title="Going in", name="Ana", text="word " * 900,
            attributes={"role": "carer", "condition": "asthma", "country": "Wales"},
        )  # fmt: skip
        soup = BeautifulSoup(member.get(f"/stories/members/{number}").text, "html.parser")
        assert soup.h1.text == "Going in"
        assert [fact.text for fact in soup.select(".sb-facts li")] == [
            "Ana", "4 minutes to read", "Carer", "Wales", "Asthma",
        ]  # fmt: skip
        assert "members" in soup.select_one(".sb-use").text
        assert not soup.find("a", string="What the storyteller chose")

    def test_withheld_stopped_and_missing_are_the_same_page(self, tell, stop, member):
        shut, stopped = tell(consented_to=[]), tell()
        stop(stopped, Purpose.MEMBERS)
        pages = [member.get(f"/stories/members/{number}") for number in (shut, stopped, 10**6)]
        assert {page.status_code for page in pages} == {404}
        assert len({re.sub(r'value="[^"]+"', "", page.text) for page in pages}) == 1


class TestFind:
    def test_a_number_leads_to_the_choices_of_its_story_even_when_stopped(
        self, tell, stop, steward
    ):
        number = tell()
        stop(number)
        for typed in (f"{number}", f" story {number} ", f"Story{number}"):
            answer = steward.get("/stories/keep/find", q=typed)
            assert answer.location == f"/stories/keep/{number}/choices", typed

    def test_a_tellers_code_leads_to_theirs_or_lists_them(self, house, tell, steward):
        first, noise = tell(), tell()
        assert noise
        with house.sessions() as session:
            person_id = session.get_one(StoryStanding, first).person_id
        for typed in (f"ST-{person_id:04d}", f"st-{person_id}", f"ST {person_id}"):
            answer = steward.get("/stories/keep/find", q=typed)
            assert answer.location == f"/stories/keep/{first}/choices", typed
        second = tell(person_id=person_id)
        page = steward.get("/stories/keep/find", q=f"ST-{person_id:04d}").text
        links = re.findall(r"/stories/keep/(\d+)/choices", page)
        assert links == [str(first), str(second)]

    @pytest.mark.parametrize("typed", ["", "99", "ST-0099", "what", "1 2", "9" * 30, "-1", "\x00"])
    def test_what_is_not_there_is_said_beside_the_field_and_kept(self, steward, typed):
        answer = steward.get("/stories/keep/find", q=typed)
        assert answer.status_code == 404
        assert list(errors_of(answer.text)) == ["q"]


class TestChoices:
    def test_it_shows_what_stands_and_what_was_said(self, tell, stop, steward):
        number = tell(title="Still open", name="Ana", not_for=["The board"])
        stop(number, Purpose.TEACH)
        page = steward.get(f"/stories/keep/{number}/choices").text
        assert "Still open" in page and "Ana" in page and "The board" in page
        text = BeautifulSoup(page, "html.parser").main.get_text(" ", strip=True)
        assert "Use short parts to teach Stopped" in text
        assert "Evidence: Said yes out loud; Jo Park was there." in text

    def test_a_yes_that_ran_out_is_told(self, tell, steward):
        number = tell(until=now() - timedelta(days=1))
        assert "Yes, ran out on" in steward.get(f"/stories/keep/{number}/choices").text

    @pytest.mark.parametrize("closed_by", ["stop", "time"])
    def test_a_closed_story_shows_no_word_of_itself_anywhere(self, tell, stop, steward, closed_by):
        number = tell(
            title=CANARY, name=f"{CANARY} Ana", text=f"{CANARY} words.",
            until=now() - timedelta(days=1) if closed_by == "time" else None,
        )  # fmt: skip
        if closed_by == "stop":
            stop(number)
        for page in ("", "/new"):
            html = steward.get(f"/stories/keep/{number}/choices{page}").text
            assert "uux" not in html.lower(), page
            assert f"story {number}" in html
        html = steward.post(
            f"/stories/keep/{number}/choices/new", on=f"/stories/keep/{number}/choices"
        ).text
        assert "uux" not in html.lower()

    def test_an_unknown_number_is_not_found(self, steward):
        for number in (999, 2**31, 10**30):
            for page in ("choices", "choices/new"):
                assert steward.get(f"/stories/keep/{number}/{page}").status_code == 404
        for act in ("stop", "choices/new"):
            assert steward.post(f"/stories/keep/999/{act}", use="all").status_code == 404


class TestStop:
    def test_one_press_stops_one_use_and_leads_to_a_receipt(self, house, tell, steward, standing):
        number = tell(title=CANARY, name=CANARY)
        page = f"/stories/keep/{number}/choices"
        answer = steward.post(f"/stories/keep/{number}/stop", on=page, use="teach", channel="sms")
        assert answer.status_code == 303
        choices = standing(number).choices
        stopped = [use for use, one in choices.items() if one.answer is Answer.STOPPED]
        assert stopped == [Purpose.TEACH]
        html = steward.get(answer.location).text
        assert "You stopped this use of your story" in html and CANARY not in html
        with house.sessions() as session:
            [event] = session.query(ConsentEvent).filter_by(kind="withdrawn").all()
        assert event.channel == "sms"

    def test_one_press_stops_everything(self, tell, steward, standing):
        number = tell()
        page = f"/stories/keep/{number}/choices"
        steward.post(f"/stories/keep/{number}/stop", on=page, use="all", channel="phone")
        assert {one.answer for one in standing(number).choices.values()} == {Answer.STOPPED}
        assert "Stop this" not in steward.get(page).text

    def test_something_else_stops_nothing(self, tell, steward, standing):
        number = tell()
        page, before = f"/stories/keep/{number}/choices", standing(number)
        answers = [
            steward.post(f"/stories/keep/{number}/stop", on=page, **fields)
            for fields in ({"use": "own"}, {}, {"use": "all", "channel": "telepathy"})
        ]
        assert {answer.status_code for answer in answers} == {422}
        assert standing(number) == before


class TestNewChoices:
    def test_the_answers_that_stand_are_filled_in_and_a_stopped_use_is_not(
        self, tell, stop, steward
    ):
        number = tell(
            name="Ana", style=NameStyle.REAL, not_for=["The board", "Dr Who"],
            consented_to=[Purpose.STUDY, Purpose.TEACH], answers={Purpose.PUBLIC: Answer.ASK},
        )  # fmt: skip
        stop(number, Purpose.TEACH)
        page = steward.get(f"/stories/keep/{number}/choices/new").text
        fields = form_of(page)
        uses = {name: value for name, value in fields.items() if name.startswith("use-")}
        assert uses == {"use-keep": "yes", "use-study": "yes", "use-public": "ask"}
        assert (fields["name_style"], fields["name"]) == ("real", "Ana")
        assert fields["not_for"].split("\n") == ["The board", "Dr Who"]
        assert "lasts" not in fields and fields["evidence"] == ""
        assert "These answers replace all earlier ones" in page
        assert "If you leave a use blank, it becomes No" in page

    def test_answers_replace_all_earlier_ones_and_a_blank_becomes_no(self, tell, steward, standing):
        number = tell(name="Ana", until=now() + timedelta(days=30))
        before = standing(number)
        page = f"/stories/keep/{number}/choices/new"
        fields = form_of(steward.get(page).text) | EVIDENCE
        del fields["use-teach"], fields["csrf_token"]
        fields["use-public"] = "ask"
        answer = steward.post(page, on=page, **fields)
        assert answer.status_code == 303
        after = standing(number)
        said = {use: choice.answer for use, choice in after.choices.items()}
        assert said == dict.fromkeys(EIGHT, Answer.YES) | {
            Purpose.TEACH: Answer.NO, Purpose.PUBLIC: Answer.ASK,
        }  # fmt: skip
        ends = {choice.until for choice in after.choices.values()}
        assert len(ends) == 1 and ends.pop() > now() + timedelta(days=700)
        assert after.name_ref == before.name_ref, "a name that did not change is not written again"
        assert "Use short parts to teach: No" in steward.get(answer.location).text

    def test_a_stopped_use_left_blank_stays_stopped(self, tell, stop, steward, standing):
        number = tell()
        stop(number, Purpose.TEACH)
        page = f"/stories/keep/{number}/choices/new"
        fields = form_of(steward.get(page).text) | EVIDENCE
        del fields["csrf_token"]
        assert steward.post(page, on=page, **fields).status_code == 303
        assert standing(number).choices[Purpose.TEACH].answer is Answer.STOPPED

    def test_a_new_name_is_shown_from_now_on(self, tell, steward, member):
        number = tell(name="Ana")
        page = f"/stories/keep/{number}/choices/new"
        fields = form_of(steward.get(page).text) | EVIDENCE | {"name": "Bea"}
        del fields["csrf_token"]
        assert steward.post(page, on=page, **fields).status_code == 303
        html = member.get(f"/stories/members/{number}").text
        assert "Bea" in html and "Ana" not in html

    def test_a_form_opened_before_the_last_stop_is_refused_and_opens_nothing(
        self, tell, stop, steward, standing
    ):
        number = tell()
        page = f"/stories/keep/{number}/choices/new"
        fields = form_of(steward.get(page).text) | EVIDENCE
        del fields["csrf_token"]
        stop(number, Purpose.TEACH)
        answer = steward.post(page, on=page, **fields)
        assert answer.status_code == 409
        assert "The choices have changed since you opened this page" in answer.text
        again = form_of(answer.text)
        assert "use-teach" not in again and again["evidence"] == EVIDENCE["evidence"]
        assert standing(number).choices[Purpose.TEACH].answer is Answer.STOPPED

    def test_a_yes_without_evidence_is_told_by_its_field_and_changes_nothing(
        self, tell, steward, standing
    ):
        number = tell(name="Ana")
        page, before = f"/stories/keep/{number}/choices/new", standing(number)
        fields = form_of(steward.get(page).text) | {"not_for": "A new place"}
        del fields["csrf_token"]
        answer = steward.post(page, on=page, **fields)
        assert answer.status_code == 422
        assert list(errors_of(answer.text)) == ["lasts", "channel", "evidence_kind", "evidence"]
        assert "Error: New choices" in answer.text
        assert form_of(answer.text)["not_for"] == "A new place"
        assert standing(number) == before


class TestReceipt:
    def test_an_unknown_one_is_not_found(self, steward):
        for number in (999, 2**31):
            assert steward.get(f"/receipts/{number}").status_code == 404
