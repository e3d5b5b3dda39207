"""Leading a workshop over HTTP: every button is a form, others see nothing of it, what is unread
is nowhere, and whoever looks on sees what anybody may."""

from __future__ import annotations

import re
from html import unescape
from uuid import uuid4

import pytest
from crawling import Person
from factories import Factory
from meetings.seated import CODE, SAID, Phone, on_a_house

from storybank import db
from storybank.consent.rules import Purpose
from storybank.people.models import Account
from storybank.people.rules import Role
from storybank.workshops.models import Workshop

UNREAD = "Zuleika from the corner shop"


class TestTheStage:
    def test_it_leads_a_workshop_with_buttons_that_need_no_script(self, lead, live, phone):
        page = lead.page
        assert f"{CODE[:3]} {CODE[3:]}" in page and 'aria-hidden="true"' in page
        assert "<title>A square to join" in page
        lead.act("ask", live.prompts[1].id)
        assert "Is it so for you?" in phone.page
        lead.act("part", live.parts[1].id)
        assert '<h2 id="stage-now-heading">Sharing' in lead.page
        lead.act("pause")
        assert "Paused" in lead.page
        lead.act("resume")
        lead.act("timer-stop")
        assert "stopped" in lead.page
        lead.act("timer-minute")
        lead.act("end")
        assert "The meeting is over" in lead.page
        lead.act("reopen")
        assert "The meeting is over" not in lead.page

    def test_names_stand_here_and_not_on_the_wall(self, lead, phone):
        assert "Bea" in lead.page and "a chair with arms" in lead.page
        assert "Bea" not in lead.get(lead.wall).text

    def test_polls_bring_nothing_until_something_is_new(self, lead, phone, live):
        for page, poll in ((lead.stage, lead.stage), (lead.wall, lead.wall)):
            version = re.search(r'data-version="([^"]*)"', lead.get(page).text)[1]
            same = lead.get(f"{poll}/now", v=version)
            assert (same.status_code, same.data) == (204, b"")
            phone.send(live.prompts[0].id, text="Tea", id=fresh())
            new = lead.get(f"{poll}/now", v=version)
            assert new.status_code == 200 and new.headers["X-Version"] != version
            assert "data-part" in new.text and "<html" not in new.text

    @pytest.mark.parametrize(
        ("fields", "status"),
        [({"do": "burn"}, 422), ({}, 422), ({"do": "ask"}, 422), ({"do": "ask", "thing": "x"}, 422),
         ({"do": "ask", "thing": 2**31 - 1}, 404), ({"do": "part", "thing": 2**40}, 422),
         ({"do": "reveal", "thing": "0"}, 404), ({"do": "start"}, 303)],
    )  # fmt: skip
    def test_what_no_button_sends_is_answered_with_a_sentence(self, lead, fields, status):
        assert lead.post(f"{lead.stage}/act", on=lead.stage, **fields).status_code == status

    def test_other_facilitators_find_nothing_there(self, app, house, lead, live):
        with db.writing(house.sessions) as session:
            Factory(session).actor(Role.FACILITATOR, email="other@example.org")
        other = Person(app, "other@example.org")
        for page in lead.pages:
            assert other.get(page).status_code == 404, page
        sent = other.post(f"{lead.stage}/act", do="end")
        assert sent.status_code == 404

    def test_its_pages_are_for_its_own_purpose(self, lead, live):
        assert lead.get(f"/meetings/teach/{live.id}/stage").status_code == 404


class TestTheWall:
    def test_answers_stand_there_once_read_and_revealed(self, lead, phone, live):
        prompt = live.prompts[0].id
        phone.send(prompt, text=UNREAD, id=fresh())
        for step in ("nothing", "reveal"):
            if step == "reveal":
                lead.act("reveal", prompt)
            assert UNREAD not in lead.get(lead.wall).text
            assert UNREAD not in lead.page
        [number] = lead.queue()
        lead.decide(f"show {number}")
        assert UNREAD in lead.get(lead.wall).text
        lead.decide(f"hold {number}", **{f"reason-{number}": "names somebody"})
        assert UNREAD not in lead.get(lead.wall).text
        assert "It names somebody." in phone.get("/seat/answers").text

    def test_a_passage_stopped_in_the_middle_is_gone_with_a_kind_line(self, house, lead, live):
        assert SAID in lead.get(lead.wall).text
        version = re.search(r'data-version="([^"]*)"', lead.get(lead.wall).text)[1]
        with db.writing(house.sessions) as session:
            Factory(session).stop(session.merge(live.story), Purpose.WORKSHOP)
        new = lead.get(f"{lead.wall}/now", v=version)
        assert SAID not in new.text and "taken away. That is all right." in new.text

    def test_what_is_typed_is_never_mark_up(self, lead, phone, live):
        phone.send(live.prompts[0].id, text="<script>alert(1)</script>{{7*7}}", id=fresh())
        [number] = lead.queue()
        lead.decide(f"show {number}")
        lead.act("reveal", live.prompts[0].id)
        for page in (lead.get(lead.wall), lead.get(f"{lead.base}/moderation", status="shown")):
            assert "&lt;script&gt;" in page.text and "<script>alert" not in page.text


class TestReadingAnswers:
    def test_a_page_at_once_and_a_reason_is_asked_for(self, lead, phone, live):
        for number in range(3):
            phone.send(live.prompts[0].id, text=f"Answer {number}", id=fresh())
        ids = lead.queue()
        assert len(ids) == 3
        refused = lead.decide("hold", answer=ids)
        assert refused.status_code == 422 and "Choose why" in refused.text
        assert lead.decide("show", answer=ids).status_code == 303
        assert lead.queue() == []
        assert lead.decide("show").status_code == 422

    def test_the_log_leaves_as_a_file_without_words(self, lead, phone, live):
        phone.send(live.prompts[0].id, text=UNREAD, id=fresh())
        lead.decide(f"show {lead.queue()[0]}")
        for kind in ("csv", "xlsx"):
            file = lead.get(f"{lead.base}/moderation/log", **{"as": kind})
            assert file.status_code == 200 and "attachment" in file.headers["Content-Disposition"]
            assert UNREAD.encode() not in file.data
        assert "Shown" in lead.get(f"{lead.base}/moderation/log").text

    def test_it_is_switched_off_only_knowingly(self, house, lead, live):
        page = f"{lead.base}/moderation/policy"
        assert lead.post(page, on=page, do="off").status_code == 422
        assert lead.post(page, on=page, do="off", sure="yes").status_code == 303
        assert "Moderation is off" in lead.page
        with house.sessions() as session:
            assert not session.get_one(Workshop, live.id).moderated


class TestPlanning:
    def test_groups_and_questions_are_made_on_pages(self, lead, live):
        groups, prompts = f"/workshops/{live.id}/groups", f"/workshops/{live.id}/prompts"
        made = lead.post(f"{groups}/new", on=f"{groups}/new", name="Fern", mode="phone")
        assert made.status_code == 303 and "Fern" in lead.get(groups).text
        bad = lead.post(f"{groups}/new", on=f"{groups}/new", name="", mode="ship", capacity="many")
        assert bad.status_code == 422 and "Error:" in bad.text
        form = {"kind": "dots", "text": "Where?", "options": "A\nB", "segment": live.parts[0].id}
        assert lead.post(f"{prompts}/new", on=f"{prompts}/new", **form).status_code == 303
        assert "Where?" in lead.get(prompts).text
        part = f"/workshops/{live.id}/parts/new"
        assert lead.post(part, on=part, kind="share", title="Tea", minutes="x").status_code == 422
        assert lead.post(part, on=part, kind="share", title="Tea", minutes="9").status_code == 303
        assert lead.post(prompts, on=prompts, do="choose", template="jury").status_code == 303
        assert "The jury’s answer" in unescape(lead.get(prompts).text).replace("'", "’")


class TestUndoing:
    def test_what_was_said_to_be_done_is_taken_back_from_where_it_was_said(self, lead, phone, live):
        groups = f"/workshops/{live.id}/groups"
        lead.post(f"{groups}/new", on=f"{groups}/new", name="Fern", mode="phone")
        assert 'action="/workshops/undo"' in lead.get(groups).text
        back = lead.post("/workshops/undo", on=groups, workshop=live.id)
        assert back.location == groups and "Fern" not in lead.get(groups).text
        again = lead.post("/workshops/redo", on=groups, workshop=live.id)
        assert again.location == groups and "Fern" in lead.get(groups).text
        phone.send(live.prompts[0].id, text="Tea", id=fresh())
        lead.decide(f"show {lead.queue()[0]}")
        assert lead.queue() == []
        lead.post("/workshops/undo", on=groups)
        assert len(lead.queue()) == 1
        nothing = lead.post("/workshops/undo", on=groups, workshop=2**31 - 1)
        assert nothing.status_code == 303


class TestWatching:
    def test_observers_see_what_anybody_may_and_the_link_can_end(
        self, app, house, lead, phone, live
    ):
        prompt = live.prompts[0].id
        phone.send(prompt, text="Tea and time", id=fresh())
        lead.decide(f"show {lead.queue()[0]}")
        made = lead.post(f"{lead.stage}/observers", on=lead.stage, do="make").text
        link = "/watch/" + re.search(r"/watch/([\w-]+)", made)[1]
        assert link not in lead.page
        visitor = Person(app)
        before = visitor.get(link).text
        assert SAID in before and "Tea and time" not in before
        lead.act("reveal", prompt)
        after = visitor.get(link).text
        assert "Tea and time" in after and "Bea" not in after and "Oak" not in after
        with db.writing(house.sessions) as session:
            Factory(session).stop(session.merge(live.story), Purpose.PUBLIC)
        last = visitor.get(f"{link}/now", v="old").text
        assert SAID not in last and "given for the workshop, and not for everybody" in last
        assert visitor.get(f"{link}x").status_code == 404
        lead.post(f"{lead.stage}/observers", on=lead.stage, do="end")
        assert visitor.get(link).status_code == visitor.get(f"{link}/now").status_code == 404


class Lead(Person):
    """Whoever runs the workshop, at a browser."""

    base = ""

    @property
    def stage(self) -> str:
        return f"{self.base}/stage"

    @property
    def wall(self) -> str:
        return f"{self.base}/wall"

    @property
    def pages(self) -> list[str]:
        ends = ("stage", "stage/now", "wall", "wall/now", "code", "moderation", "moderation/log",
                "moderation/policy")  # fmt: skip
        plan = "/workshops/" + self.base.rpartition("/")[2]
        return [f"{self.base}/{end}" for end in ends] + [
            f"{plan}/groups", f"{plan}/prompts", f"{plan}/parts/new", f"{plan}/prompts/new"
        ]  # fmt: skip

    @property
    def page(self) -> str:
        return self.get(self.stage).text

    def act(self, do: str, thing: int | None = None) -> None:
        answer = self.post(f"{self.stage}/act", on=self.stage, do=do, thing=thing or "")
        assert answer.status_code == 303, answer.text

    def queue(self) -> list[str]:
        page = self.get(f"{self.base}/moderation").text
        return re.findall(r'id="answer-([\w-]+)"', page)

    def decide(self, do: str, **fields):
        page = f"{self.base}/moderation"
        return self.post(page, on=page, do=do, **fields)


def fresh() -> str:
    return str(uuid4())


@pytest.fixture
def live(house):
    return on_a_house(house)


@pytest.fixture
def lead(app, house, live):
    with house.sessions() as session:
        email = session.get_one(Account, live.use.actor.account_id).email
    person = Lead(app, email)
    person.base = f"/meetings/workshop/{live.id}"
    return person


@pytest.fixture
def phone(app, live):
    person = Phone(app)
    answer = person.join(live.groups[0].id, first_name="Bea", access_needs="a chair with arms")
    assert answer.status_code == 303
    return person
