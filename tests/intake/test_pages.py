"""Taking a story in over HTTP: both halves right, or nothing kept and nothing typed lost."""

from __future__ import annotations

import io
import re

import factories
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from crawling import TOKEN, Person

from storybank import db
from storybank.consent.models import ConsentEvent, StoryStanding
from storybank.consent.rules import Answer, Purpose
from storybank.consent.standing import state_of
from storybank.people.rules import Role
from storybank.stories import reading
from storybank.stories.models import Story

CHOICES = {
    "use-keep": "yes", "use-study": "yes", "use-teach": "ask", "name_style": "first",
    "name": "Ana", "lasts": "5 years", "channel": "face_to_face",
    "evidence_kind": "signed_paper", "evidence": "Blue folder, seen by Jo Park.",
    "not_for": "Riverside Council\nThe board", "media": "words", "wrote": "teller",
}  # fmt: skip
WORDS = {
    "text": "I rang on Monday.\n\nNobody knew.", "title": "Monday", "role": "carer",
    "country": "Wales", "year": "2024", "age_group": "45-64", "condition": "asthma",
}  # fmt: skip
MARKDOWN = b"# A cold day\n\nIt was *very* cold.\n\n- gloves\n- hat\n"


@pytest.fixture
def steward(house, app) -> Person:
    with db.writing(house.sessions) as session:
        factories.Factory(session).actor(Role.STEWARD, email="steward@example.org")
    return Person(app, "steward@example.org")


@pytest.fixture
def send(steward):
    """``send(WORDS | CHOICES, file=("a.md", b"..."))``: the answer to the form sent so."""

    def post(fields: dict[str, str], file: tuple[str, bytes] | None = None):
        token = TOKEN.search(steward.get("/take-in").text)[1]
        data = {**fields, "csrf_token": token}
        if file is not None:
            data["upload"] = (io.BytesIO(file[1]), file[0])
        return steward.client.post("/take-in", data=data, content_type="multipart/form-data")

    return post


@pytest.fixture
def told(house):
    """Every story there is, as its steward may read it, with its choices."""

    def read() -> list[tuple]:
        with house.sessions() as session:
            use = factories.Factory(session).use(Purpose.KEEP)
            ids = session.scalars(sa.select(Story.id).order_by(Story.id)).all()
            return [
                (story, state_of(session, story.story_id))
                for story in reading.stories(session, use, ids)
            ]

    return read


def fields_of(page: str) -> dict[str, str]:
    """What stands in the form of a page, as a browser would send it again."""
    soup = BeautifulSoup(page, "html.parser").main
    fields = {}
    for one in soup.select("form input:not([type=file])"):
        if one.get("type") not in ("radio", "checkbox") or one.has_attr("checked"):
            fields[one["name"]] = one.get("value", "")
    for one in soup.select("form textarea"):
        fields[one["name"]] = one.text.removeprefix("\n")
    for one in soup.select("form select"):
        chosen = one.select_one("option[selected]") or one.option
        fields[one["name"]] = chosen["value"]
    fields.pop("csrf_token")
    return fields


def errors_of(page: str) -> dict[str, str]:
    links = BeautifulSoup(page, "html.parser").select(".nhsuk-error-summary__list a")
    return {link["href"].removeprefix("#"): link.text.strip() for link in links}


class TestForm:
    def test_it_opens_with_nothing_ticked(self, steward):
        page = steward.get("/take-in").text
        assert " checked" not in page and "Error" not in page
        asks = re.findall(r'name="use-(\w+)"[^>]*value="ask"', page)
        assert len(asks) == 7 and "keep" not in asks

    def test_only_stewards_come_in(self, house, app):
        assert Person(app).get("/take-in").location.startswith("/sign-in")
        with db.writing(house.sessions) as session:
            factories.Factory(session).actor(Role.MEMBER, email="member@example.org")
        assert Person(app, "member@example.org").get("/take-in").status_code == 403


class TestTakeIn:
    def test_a_pasted_story_is_kept_with_what_its_teller_chose(self, send, told, steward):
        answer = send(WORDS | CHOICES)
        assert answer.status_code == 303
        [(story, state)] = told()
        assert (story.title, story.text) == ("Monday", "I rang on Monday.\nNobody knew.")
        assert story.attribution == "Ana"
        assert story.attributes == {
            name: WORDS[name] for name in ("role", "country", "year", "age_group", "condition")
        }
        said = {use: choice.answer for use, choice in state.choices.items()}
        assert said == {
            Purpose.KEEP: Answer.YES, Purpose.STUDY: Answer.YES, Purpose.TEACH: Answer.ASK,
        }  # fmt: skip
        assert state.not_for == ("Riverside Council", "The board")
        page = steward.get(answer.location).text
        assert "Give the storyteller this receipt" in page
        assert "Monday" not in page and "Ana" not in page

    def test_it_is_written_down_who_recorded_it_and_how(self, house, send):
        send(WORDS | CHOICES)
        with house.sessions() as session:
            [event] = session.scalars(sa.select(ConsentEvent)).all()
        assert event.channel == "face_to_face" and event.evidence_id is not None
        assert event.recorded_by_account_id is not None

    def test_a_file_keeps_its_headings_lists_and_stresses(self, send, told, steward):
        assert send(CHOICES, ("day.md", MARKDOWN)).status_code == 303
        [(story, _)] = told()
        assert story.title == "A cold day"
        assert [block.kind for block in story.blocks] == ["h", "p", "li", "li"]
        assert [mark.kind for mark in story.marks] == ["em"]

    def test_a_story_goes_to_the_teller_whose_code_is_given(self, house, send, told):
        send(WORDS | CHOICES)
        with house.sessions() as session:
            person_id = session.scalar(sa.select(StoryStanding.person_id))
        more = WORDS | CHOICES | {"text": "And then.", "teller": f" st-{person_id} "}
        assert send(more).status_code == 303
        assert [state.person_id for _, state in told()] == [person_id, person_id]

    def test_somebody_new_gets_a_code_of_their_own(self, send, told):
        send(WORDS | CHOICES)
        send(WORDS | CHOICES | {"text": "Another story."})
        assert len({state.person_id for _, state in told()}) == 2


class TestErrors:
    def test_nothing_that_was_typed_is_lost(self, send, told):
        typed = WORDS | CHOICES | {"lasts": "", "teller": "ST-0099"}
        answer = send(typed)
        assert answer.status_code == 422 and told() == []
        kept = fields_of(answer.text)
        typed.pop("lasts")
        assert {name: kept.get(name) for name in typed} == typed
        assert list(errors_of(answer.text)) == ["teller", "lasts"]
        assert "<title>Error: Take in a story - Storybank</title>" in answer.text

    @pytest.mark.parametrize(
        ("change", "field", "sentence"),
        [
            ({"use-keep": ""}, "use-keep", "without a yes to keeping it"),
            ({"use-keep": "no"}, "use-keep", "without a yes to keeping it"),
            ({"use-keep": "ask"}, "use-keep", "without a yes to keeping it"),
            ({"evidence": ""}, "evidence", "Write how the storyteller said yes"),
            ({"evidence_kind": ""}, "evidence_kind", "what shows that they said yes"),
            ({"name": ""}, "name", "Write the name to show"),
            ({"text": " \n "}, "text", "Paste the story, or choose a file"),
            ({"teller": "Ana"}, "teller", "like ST-0012"),
            ({"teller": "ST-0099"}, "teller", "No storyteller has that code"),
            ({"condition": "x" * 101}, "condition", "under 100 letters"),
        ],
    )
    def test_each_is_told_by_its_field(self, send, told, change, field, sentence):
        answer = send(WORDS | CHOICES | change)
        assert answer.status_code == 422 and told() == []
        assert sentence in errors_of(answer.text)[field]
        beside = BeautifulSoup(answer.text, "html.parser").find(id=f"{field}-error")
        assert sentence in beside.text

    def test_sending_the_same_words_again_says_they_are_there(self, send, told):
        assert send(WORDS | CHOICES).status_code == 303
        answer = send(WORDS | CHOICES)
        assert answer.status_code == 422
        assert re.match(
            r"The same text is there already: story \d+\.", errors_of(answer.text)["text"]
        )
        assert len(told()) == 1

    def test_a_file_survives_an_error_with_its_headings(self, send, told):
        answer = send(CHOICES | {"use-keep": ""}, ("day.md", MARKDOWN))
        assert answer.status_code == 422 and told() == []
        assert "You do not need to choose it again" in answer.text
        again = fields_of(answer.text)
        assert again["title"] == "A cold day" and "It was very cold." in again["text"]
        assert send(again | {"use-keep": "yes"}).status_code == 303
        [(story, _)] = told()
        assert [block.kind for block in story.blocks] == ["h", "p", "li", "li"]
        assert [mark.kind for mark in story.marks] == ["em"]

    def test_changed_words_are_taken_as_they_now_stand(self, send, told):
        again = fields_of(send(CHOICES | {"use-keep": ""}, ("day.md", MARKDOWN)).text)
        again["text"] = again["text"].replace("very", "rather")
        assert send(again | {"use-keep": "yes"}).status_code == 303
        [(story, _)] = told()
        assert "rather cold" in story.text
        assert {block.kind for block in story.blocks} == {"p"}

    @pytest.mark.parametrize("shape", ["x", "W10.x", "\x00", "a" * 5000])
    def test_a_shape_that_is_not_ours_is_left_aside(self, send, told, shape):
        assert send(WORDS | CHOICES | {"shape": shape}).status_code == 303
        [(story, _)] = told()
        assert {block.kind for block in story.blocks} == {"p"}

    def test_a_file_that_can_not_be_read_is_told_and_the_paste_is_kept(self, send, told):
        answer = send(WORDS | CHOICES, ("Ana Jones.pdf", b"%PDF-1.7 ..."))
        assert answer.status_code == 422 and told() == []
        assert "The file is damaged" in errors_of(answer.text)["upload"]
        assert fields_of(answer.text)["text"] == WORDS["text"]
        assert "Jones" not in answer.text

    def test_words_in_the_box_are_not_lost_to_a_file(self, send, told):
        answer = send(WORDS | CHOICES, ("day.md", MARKDOWN))
        assert answer.status_code == 422 and told() == []
        assert "other words in the box" in errors_of(answer.text)["upload"]
        assert fields_of(answer.text)["text"] == WORDS["text"]

    def test_the_same_file_may_be_chosen_again(self, send, told):
        again = fields_of(send(CHOICES | {"use-keep": ""}, ("day.md", MARKDOWN)).text)
        assert send(again | {"use-keep": "yes"}, ("day.md", MARKDOWN)).status_code == 303
        assert len(told()) == 1

    def test_no_line_of_the_log_holds_a_word_of_it(self, send, capfd):
        send(WORDS | CHOICES | {"text": "Zanzibarquux rang.", "evidence": ""})
        send(WORDS | CHOICES | {"text": "Zanzibarquux rang."})
        said = capfd.readouterr()
        assert "zanzibar" not in (said.out + said.err).lower()


class TestAddress:
    def test_a_form_from_elsewhere_is_refused(self, steward, told):
        answer = steward.client.post("/take-in", data=WORDS | CHOICES)
        assert answer.status_code == 400 and told() == []
