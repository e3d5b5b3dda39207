"""A participant's phone: in by a code, answers, what others see and when, and out again."""

from __future__ import annotations

import re
from uuid import uuid4

import factories
import pytest
import sqlalchemy as sa
from meetings.seated import CODE, SAID, Phone, on_a_house

from storybank import db
from storybank.consent import service as consent
from storybank.consent.rules import Purpose
from storybank.meetings import running
from storybank.meetings.models import AnswerDraft, Participant, Response
from storybank.people.rules import MACHINE
from storybank.workshops.models import Workshop


class TestJoining:
    def test_the_code_is_forgiving_and_leads_to_a_short_form(self, scene):
        phone = Phone(scene.app)
        answer = phone.post("/join", on="/join", code=" k7m-4q x ")
        assert (answer.status_code, answer.location) == (303, f"/join/{CODE}")
        form = phone.get(answer.location).text
        assert "Oak, in the room" in form and "Elm, online" in form
        assert "We delete your name" in form and "Who sees what I write?" in form

    def test_unknown_and_closed_codes_look_the_same(self, scene):
        phone = Phone(scene.app)
        unknown = phone.get("/join/ZZZZZZ")
        with db.writing(scene.house.sessions) as session:
            session.get(Workshop, scene.id).status = "closed"
        closed = phone.get(f"/join/{CODE}")
        assert (unknown.status_code, closed.status_code) == (404, 404)
        assert plain(unknown.text, "ZZZZZZ") == plain(closed.text, CODE)
        assert "Oak" not in closed.text

    def test_a_full_group_is_marked_and_its_last_place_is_taken_once(self, scene):
        assert Phone(scene.app).join(scene.groups[1].id).status_code == 303
        late = Phone(scene.app)
        assert "Elm, online (full)" in late.get(f"/join/{CODE}").text
        refused = late.join(scene.groups[1].id)
        assert refused.status_code == 409 and "That group is full now" in refused.text

    def test_the_same_phone_comes_back_to_the_same_seat(self, scene):
        phone = joined(scene)
        assert phone.get(f"/join/{CODE}").location == "/seat"
        with scene.house.sessions() as session:
            assert session.scalar(sa.select(sa.func.count()).select_from(Participant)) == 1

    def test_wrong_codes_are_stopped_and_right_ones_are_not_counted(self, scene):
        scene.app.config["STORYBANK_LIMITS"] = True
        phone = Phone(scene.app)
        for _ in range(45):
            assert phone.get(f"/join/{CODE}").status_code == 200
        answers = [phone.get(f"/join/WRONG{n % 10}").status_code for n in range(45)]
        assert answers[0] == 404 and answers[-1] == 429


class TestAnswering:
    def test_each_kind_is_taken_from_a_plain_form_and_shown_back(self, scene):
        phone = joined(scene)
        sent = (
            {"text": "To be asked."}, {"stance": "different", "text": "Not here."},
            {"value": "4"}, {"choice-1": "1", "choice-2": "2"},
            {"choice-1": "2", "choice-3": "1"},
        )  # fmt: skip
        for prompt, fields in zip(scene.prompts, sent, strict=True):
            ask(scene, prompt.id)
            assert phone.send(prompt.id, id=str(uuid4()), **fields).status_code == 303
        mine = phone.get("/seat/answers").text
        for words in ("To be asked.", "Different for me", "4 out of 5", "There: 2 dots", "1: Fee"):
            assert words in mine
        assert mine.count("Waiting. Somebody looks at it") == 2
        assert mine.count("It is counted when") == 3

    def test_what_is_too_long_comes_back_whole(self, scene):
        phone = joined(scene)
        answer = phone.send(scene.prompts[0].id, text="x" * 62)
        assert answer.status_code == 422
        assert "12 letters too long" in answer.text and "x" * 62 in answer.text

    def test_a_retry_doubles_nothing_and_another_phone_cannot_take_its_id(self, scene):
        phone, other, one = joined(scene), joined(scene), str(uuid4())
        prompt = scene.prompts[0].id
        for _ in range(3):
            assert phone.send_json(prompt, id=one, text="Once").status_code == 200
        assert other.send_json(prompt, id=one, text="Mine now").status_code == 403
        assert other.get(f"/seat/answers/{one}/edit").status_code == 404
        assert other.post(f"/seat/answers/{one}/hide", on="/seat").status_code == 404
        with scene.house.sessions() as session:
            assert [row.text for row in session.scalars(sa.select(Response))] == ["Once"]

    def test_a_question_not_yet_put_is_not_there(self, scene):
        phone = joined(scene)
        later = scene.prompts[1]
        assert later.text not in phone.page
        assert phone.get(f"/seat/questions/{later.id}").status_code == 404
        assert phone.send_json(later.id, id=str(uuid4()), stance="same").status_code == 404
        ask(scene, later.id)
        ask(scene, scene.prompts[0].id)
        assert phone.get(f"/seat/questions/{later.id}").status_code == 200

    def test_a_draft_is_kept_without_scripts_until_it_is_sent(self, scene):
        phone, other, prompt = joined(scene), joined(scene), scene.prompts[0].id
        assert phone.send(prompt, text="Half a tho", keep="1").status_code == 303
        assert "Half a tho" in phone.page and "Half a tho" not in other.page
        phone.send(prompt, id=str(uuid4()), text="Half a thought, whole")
        with scene.house.sessions() as session:
            assert session.scalar(sa.select(AnswerDraft)) is None


class TestOthers:
    def test_no_word_of_others_is_in_any_answer_before_it_is_revealed(self, scene):
        phone, other, prompt = joined(scene), joined(scene, 1), scene.prompts[0].id
        with db.writing(scene.house.sessions) as session:
            session.get(Workshop, scene.id).moderated = False
        before = phone.version()
        other.send_json(prompt, id=str(uuid4()), text="Elm's own secret")
        assert phone.poll(before).status_code == 204
        seen = [phone.page, phone.poll("").text, phone.get(f"/seat/questions/{prompt}").text]
        seen += [phone.get(f"/seat/questions/{prompt}/answers").text]
        assert all("secret" not in page for page in seen)
        reveal(scene, prompt)
        told = phone.poll(before)
        assert told.status_code == 200 and "own secret" in told.text
        assert told.headers["X-Version"] == phone.version()

    def test_one_that_its_giver_hides_is_gone_at_once_and_comes_back(self, scene):
        phone, other, prompt, one = joined(scene), joined(scene, 1), scene.prompts[0], str(uuid4())
        with db.writing(scene.house.sessions) as session:
            session.get(Workshop, scene.id).moderated = False
        phone.send_json(prompt.id, id=one, text="Mine to hide")
        reveal(scene, prompt.id)
        assert "Mine to hide" in other.page
        before = other.version()
        assert phone.post(f"/seat/answers/{one}/hide", on="/seat").status_code == 303
        assert "Mine to hide" not in other.poll(before).text
        assert "You hid it." in phone.get("/seat/answers").text
        phone.post(f"/seat/answers/{one}/bring-back", on="/seat")
        assert "Mine to hide" in other.page


class TestPassages:
    def test_the_note_comes_first_and_a_stop_is_seen_at_the_next_poll(self, scene):
        phone = joined(scene)
        page, before = phone.page, phone.version()
        assert SAID in page and page.index("Tells of a clinic") < page.index(SAID)
        assert phone.poll(before).status_code == 204
        with db.writing(scene.house.sessions) as session:
            consent.stop(
                session, MACHINE, scene.story.id, scene.story.person_id, [Purpose.WORKSHOP], "web"
            )
        told = phone.poll(before)
        assert told.status_code == 200
        assert SAID not in told.text and "A card was taken away. That is all right." in told.text


class TestLeaving:
    def test_the_phone_forgets_and_the_answers_are_nobodys(self, scene):
        phone = joined(scene, first_name="Zephyrine", access_needs="A quiet room")
        phone.send_json(scene.prompts[0].id, id=str(uuid4()), text="Stays")
        assert "Zephyrine" in phone.get("/seat/me").text
        assert phone.post("/seat/leave", on="/seat/leave").location == "/left"
        assert phone.get("/seat").location == "/join"
        with scene.house.sessions() as session:
            assert session.scalar(sa.select(Participant)) is None
            kept = session.scalars(sa.select(Response)).one()
            assert (kept.text, kept.participant_id, kept.group_id) == (
                "Stays", None, scene.groups[0].id,
            )  # fmt: skip


def joined(scene, group: int = 0, **fields) -> Phone:
    phone = Phone(scene.app)
    with db.writing(scene.house.sessions) as session:
        session.execute(sa.update(type(scene.groups[0])).values(capacity=None))
    assert phone.join(scene.groups[group].id, **fields).status_code == 303
    return phone


def ask(scene, prompt_id: int) -> None:
    with db.writing(scene.house.sessions) as session:
        running.ask(session, scene.use, scene.id, prompt_id)


def reveal(scene, prompt_id: int) -> None:
    with db.writing(scene.house.sessions) as session:
        running.reveal(session, scene.use, scene.id, prompt_id, seen=True)


def plain(page: str, code: str) -> str:
    """A page without what is new in each: its token, and what was typed."""
    return re.sub(r'value="[^"]*"', "", page).replace(code, "")


@pytest.fixture
def scene(house):
    found = on_a_house(house)
    found.house, found.app = house, factories.make_app(house)
    return found
