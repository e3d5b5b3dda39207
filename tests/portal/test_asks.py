"""Questions to a storyteller: the exact words, the event, who will be there, the name, the day."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import factories
import pytest
import time_machine
from crawling import Person
from portal.room import read_lines
from portal.test_pages import press
from sqlalchemy import select

from storybank import db
from storybank.clock import now
from storybank.coding import service as coding
from storybank.consent.models import AskRequest
from storybank.consent.rules import Answer, NameStyle, Purpose, Use
from storybank.people.rules import Role
from storybank.stories import reading
from storybank.stories.models import Story
from storybank.workshops import asking, drawing, service

FIRST = "I rang the clinic on Monday."
MAY = datetime(2026, 5, 3, 9)


@pytest.fixture
def asked(room):
    """Somebody who was asked about a sentence, on the third of May: browser, story, asking."""
    with time_machine.travel(MAY, tick=False):
        ana, number = room.teller(
            name="Ana", style=NameStyle.FIRST, answers={Purpose.WORKSHOP: Answer.ASK}
        )
        with db.writing(room.house.sessions) as session:
            a = factories.Factory(session)
            story = session.get_one(Story, number)
            place = a.place(story, FIRST)
            coding.apply(session, a.use(Purpose.STUDY), place, [a.code().id])
            use = a.use(Purpose.WORKSHOP)
            meeting = service.plan(
                session, use, title="Being heard", question="What helps?",
                held_on=date(2026, 6, 1), purpose=Purpose.WORKSHOP, audience=["Hilltop Clinic"],
            )  # fmt: skip
            pack = service.new_pack(
                session, use, meeting.id, title="A pack", use_until=date(2026, 7, 1)
            )
            theme = drawing.theme(session, code="EN-PEER", family=None)
            [request] = asking.ask(session, use, pack.id, theme)
            return ana, number, request.id


def let_out(room) -> list[str]:
    """What the workshop may show of it now."""
    with db.writing(room.house.sessions) as session:
        request = session.scalars(select(AskRequest)).one()
        a = factories.Factory(session)
        use = Use.claim(a.actor(Role.FACILITATOR), Purpose.WORKSHOP, now())
        meeting = service.workshop(session, 1)
        place = reading.Excerpt(
            request.story_id, request.version, request.start, request.end, "", "", ""
        ).place
        here = service.for_meeting(use, meeting)
        return [one.words for one in reading.excerpts(session, here, [place])]


class TestAsk:
    @time_machine.travel(MAY, tick=False)
    def test_it_shows_all_that_a_yes_would_be_to(self, asked):
        ana, _, ask_id = asked
        lines = read_lines(ana.get(f"/my/asks/{ask_id}").text)
        for line in (FIRST, "Ana", "Being heard", "1 June 2026", "Hilltop Clinic"):
            assert line in lines, line
        assert "Please answer by 17 May 2026." in " ".join(lines)
        assert "Being heard, 1 June 2026" in ana.get("/my/asks").text

    @time_machine.travel(MAY, tick=False)
    def test_a_yes_then_a_no_then_a_yes(self, room, asked):
        ana, _, ask_id = asked
        page = f"/my/asks/{ask_id}"
        assert let_out(room) == []
        receipt = press(ana, page, "Yes, you can use it")
        assert "You said yes." in ana.get(receipt).text and let_out(room) == [FIRST]
        press(ana, page, "No, do not use it")
        assert let_out(room) == []
        press(ana, page, "Yes, you can use it")
        assert let_out(room) == [FIRST]

    def test_no_answer_by_the_day_is_no(self, room, asked):
        ana, _, ask_id = asked
        with time_machine.travel(datetime(2026, 5, 18, 9), tick=False):
            late = Person(room.app, ana.email)
            page = late.get(f"/my/asks/{ask_id}").text
            assert "You did not answer, so it is a no." in " ".join(read_lines(page))
            assert "Yes, you can use it" not in page and let_out(room) == []
            assert late.post(f"/my/asks/{ask_id}", on="/my", answer="yes").status_code == 409

    def test_after_the_day_a_yes_can_still_be_taken_back_while_it_is_ahead(self, room, asked):
        ana, _, ask_id = asked
        with time_machine.travel(MAY, tick=False):
            press(ana, f"/my/asks/{ask_id}", "Yes, you can use it")
        with time_machine.travel(datetime(2026, 5, 30, 9), tick=False):
            late = Person(room.app, ana.email)
            press(late, f"/my/asks/{ask_id}", "No, do not use it")
            assert let_out(room) == []
            assert "Yes, you can use it" not in late.get(f"/my/asks/{ask_id}").text

    @time_machine.travel(MAY, tick=False)
    def test_another_name_is_another_question(self, room, asked):
        ana, number, ask_id = asked
        with db.writing(room.house.sessions) as session:
            story = session.get_one(Story, number)
            factories.consent.give(
                session, factories.MACHINE, number, story.person_id, {},
                factories.Factory(session).proof(), "paper", name_style=NameStyle.NONE,
            )  # fmt: skip
        page = ana.get(f"/my/asks/{ask_id}").text
        assert "Something has changed" in page and FIRST not in page
        assert ana.post(f"/my/asks/{ask_id}", on="/my", answer="yes").status_code == 409

    def test_it_is_nobody_elses(self, room, asked):
        _, _, ask_id = asked
        ben, _ = room.teller("ben@example.org")
        assert ben.get(f"/my/asks/{ask_id}").status_code == 404
        assert ben.post(f"/my/asks/{ask_id}", on="/my", answer="no").status_code == 404
        assert "Being heard" not in ben.get("/my/asks").text
        assert ben.post("/my/asks/1", on="/my", answer="perhaps").status_code == 422


class TestByPhone:
    @time_machine.travel(MAY, tick=False)
    def test_a_steward_reads_it_out_and_writes_the_answer_down(self, room, asked):
        _, number, ask_id = asked
        steward = room.somebody(Role.STEWARD, "steward@example.org")
        assert f"Story {number}, for Being heard" in steward.get("/steward/asks").text
        page = f"/steward/asks/{ask_id}"
        assert FIRST in steward.get(page).text
        form = {"person": 1, "answer": "yes", "channel": "phone", "evidence": "witness_note"}
        for wrong in (
            {"person": 99}, {"answer": "perhaps"}, {"channel": "owl"}, {"note": ""},
            {"note": "Said so.", "evidence": "rumour"},
        ):  # fmt: skip
            answer = steward.post(page, on=page, **form | {"note": "Said yes to me."} | wrong)
            assert answer.status_code == 422, wrong
        assert let_out(room) == []
        assert steward.post(page, on=page, note="Said yes.", **form).status_code == 303
        assert let_out(room) == [FIRST]
        assert steward.post(page, on=page, **form | {"answer": "no"}).status_code == 303
        assert let_out(room) == []

    def test_nobody_else_may(self, room, asked):
        for role in (Role.RESEARCHER, Role.FACILITATOR, Role.ADMINISTRATOR):
            somebody = room.somebody(role, f"{role}@example.org")
            assert somebody.get("/steward/asks").status_code == 403
            assert somebody.post("/steward/asks/1", on="/me", answer="yes").status_code == 403


def test_days_are_days_of_this_country(asked, room):
    with db.writing(room.house.sessions) as session:
        request = session.get_one(AskRequest, asked[2])
        assert request.answer_by - timedelta(seconds=1) == datetime(2026, 5, 17, 22, 59, 59)
