"""Ask me each time: asked unseen, for one workshop, before these people; no answer is no."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

import factories
import pytest
import time_machine
from crawling import Person
from sqlalchemy import select
from workshops.meeting import FIRST, SECOND, Meeting

from storybank import db
from storybank.clock import now
from storybank.coding import service as coding
from storybank.consent import asking as consent_asking
from storybank.consent import parties
from storybank.consent import service as consent
from storybank.consent.models import AskRequest
from storybank.consent.rules import EIGHT, Answer, Part, Purpose
from storybank.errors import BadInput, NotFound
from storybank.mail import service as mail
from storybank.mail.models import Message
from storybank.people.rules import Role
from storybank.stories import reading
from storybank.stories.asked import Stands
from storybank.stories.models import Story
from storybank.workshops import asking, cards, drawing, service

ASK = {Purpose.WORKSHOP: Answer.ASK}
MAY = datetime(2026, 5, 3, 9)


GOLDEN = Path(__file__).with_name("golden")


@pytest.fixture
def meeting(a) -> Meeting:
    return Meeting(a, audience=["Riverside Council"])


def theme(meeting: Meeting) -> drawing.Theme:
    found = drawing.theme(meeting.session, code="EN-PEER", family=None)
    assert found
    return found


def here(meeting: Meeting):
    return service.for_meeting(meeting.use, meeting.workshop)


def ask(meeting: Meeting, day: date | None = None) -> list[AskRequest]:
    return asking.ask(meeting.session, meeting.use, meeting.pack.id, theme(meeting), day)


def say(meeting: Meeting, request: AskRequest, said: Answer, person_id: int | None = None) -> None:
    story = meeting.session.get_one(Story, request.story_id)
    steward = meeting.a.use(Purpose.KEEP).actor
    consent_asking.answer_ask(
        meeting.session, steward, request.id, person_id or story.person_id, said,
        meeting.a.proof(), "phone",
    )  # fmt: skip


def stands(meeting: Meeting) -> list[Stands]:
    use = here(meeting)
    return [
        line.asking.stands for line in asking.asked_for(meeting.session, use, meeting.workshop.id)
    ]


class TestAskable:
    def test_they_are_counted_and_not_a_word_is_shown(self, meeting):
        place = meeting.passage(FIRST, answers=ASK)
        meeting.passage(SECOND)
        meeting.passage(SECOND, answers={Purpose.WORKSHOP: Answer.NO})
        assert list(asking.askable(meeting.session, here(meeting), theme(meeting))) == [place]
        shown = drawing.candidates(
            meeting.session, here(meeting), meeting.pack.id, theme(meeting), 1
        )
        assert [one.excerpt.words for one in shown.candidates] == [SECOND]

    def test_what_would_not_be_shown_after_a_yes_is_not_asked_for(self, meeting):
        meeting.passage(FIRST, answers=ASK, not_for=["riverside council"])
        stopped = meeting.passage(FIRST, answers=ASK)
        meeting.stop(stopped)
        assert asking.askable(meeting.session, here(meeting), theme(meeting)) == {}


class TestAsk:
    def test_a_yes_lets_these_words_into_this_workshop_alone(self, meeting):
        place = meeting.passage(FIRST, answers=ASK)
        [request] = ask(meeting)
        assert (request.event, request.audience) == (
            f"workshop-{meeting.workshop.id}", ["Riverside Council"],
        )  # fmt: skip
        assert meeting.draw(place) == [] and stands(meeting) == [Stands.WAITING]
        say(meeting, request, Answer.YES)
        assert stands(meeting) == [Stands.YES]
        shown = drawing.candidates(
            meeting.session, here(meeting), meeting.pack.id, theme(meeting), 1
        )
        assert [one.excerpt.words for one in shown.candidates] == [FIRST]
        assert drawing.drawable(meeting.session, here(meeting), [place]) == [place]
        assert len(meeting.draw(place)) == 1 and meeting.places() == [place]
        other = Meeting(meeting.a, audience=["Riverside Council"])
        assert other.draw(place) == []

    def test_others_in_the_room_put_it_out_again_until_they_are_asked_about(self, meeting):
        place = meeting.passage(FIRST, answers=ASK)
        [request] = ask(meeting)
        say(meeting, request, Answer.YES)
        meeting.draw(place)
        who = ["Riverside Council", "The board"]
        service.change_audience(meeting.session, meeting.use, meeting.workshop.id, who)
        assert meeting.places() == []
        meeting.clean(place)
        [line] = asking.asked_for(meeting.session, here(meeting), meeting.workshop.id)
        assert line.audience_changed
        [again] = ask(meeting)
        assert again.id != request.id
        say(meeting, again, Answer.YES)
        assert len(meeting.draw(place)) == 1 and meeting.places() == [place]

    def test_a_change_of_mind_takes_it_out(self, meeting):
        place = meeting.passage(FIRST, answers=ASK)
        [request] = ask(meeting)
        say(meeting, request, Answer.YES)
        meeting.draw(place)
        say(meeting, request, Answer.NO)
        assert meeting.places() == [] and stands(meeting) == [Stands.NO]

    def test_no_and_no_answer_are_not_asked_again(self, meeting):
        with time_machine.travel(MAY, tick=False):
            meeting.passage(FIRST, answers=ASK)
            [request] = ask(meeting)
            say(meeting, request, Answer.NO)
            meeting.passage(SECOND, answers=ASK)
            [second] = ask(meeting)
            assert ask(meeting) == []
        with time_machine.travel(second.answer_by, tick=False):
            later = service.for_meeting(
                type(meeting.use)(meeting.use.actor, meeting.use.purpose, now()), meeting.workshop
            )
            lines = asking.asked_for(meeting.session, later, meeting.workshop.id)
            assert [line.asking.stands for line in lines] == [Stands.PASSED, Stands.NO]
            assert asking.askable(meeting.session, later, theme(meeting)) == {}
        with time_machine.travel(second.answer_by - timedelta(seconds=1), tick=False):
            later = type(meeting.use)(meeting.use.actor, meeting.use.purpose, now())
            lines = asking.asked_for(meeting.session, later, meeting.workshop.id)
            assert lines[0].asking.stands is Stands.WAITING

    def test_everybody_who_told_it_must_say_yes(self, meeting):
        place = meeting.passage(FIRST, answers=ASK)
        session, steward = meeting.session, meeting.a.use(Purpose.KEEP).actor
        second = meeting.a.story().person_id
        parties.join(
            session, steward, place.story_id, second, Part.CO_TELLER, meeting.a.proof(), "paper"
        )
        consent.give(
            session, steward, place.story_id, second, dict.fromkeys(EIGHT, Answer.YES),
            meeting.a.proof(), "paper",
        )  # fmt: skip
        [request] = ask(meeting)
        say(meeting, request, Answer.YES)
        [line] = asking.asked_for(session, here(meeting), meeting.workshop.id)
        assert line.asking.missing == (second,) and meeting.draw(place) == []
        say(meeting, request, Answer.YES, second)
        assert stands(meeting) == [Stands.YES] and len(meeting.draw(place)) == 1

    def test_a_few_at_a_time_and_fewer_of_one_storyteller(self, meeting):
        text = " ".join(f"We met {n} times." for n in range(20))
        story = meeting.a.story(text, answers=ASK)
        for n in range(5):
            meeting.code(meeting.a.place(story, f"We met {n} times.", text))
        for _ in range(12):
            meeting.passage(FIRST, answers=ASK)
        made = ask(meeting)
        assert len(made) == asking.AT_ONCE
        made += ask(meeting)
        assert sum(one.story_id == story.id for one in made) <= 2 * asking.OF_ONE_PERSON

    def test_called_off_nobody_has_to_answer(self, meeting):
        meeting.passage(FIRST, answers=ASK)
        [request] = ask(meeting)
        asking.call_off(meeting.session, meeting.use, meeting.workshop.id, request.id)
        assert stands(meeting) == [Stands.CALLED_OFF]
        other = Meeting(meeting.a)
        with pytest.raises(NotFound):
            asking.call_off(meeting.session, meeting.use, other.workshop.id, request.id)


class TestDays:
    @pytest.mark.parametrize(
        ("held_on", "last"),
        [
            (date(2026, 9, 1), date(2026, 5, 17)), (date(2026, 5, 12), date(2026, 5, 9)),
            (date(2026, 5, 6), date(2026, 5, 5)), (date(2026, 5, 5), date(2026, 5, 4)),
        ],
    )  # fmt: skip
    def test_two_weeks_or_three_days_before(self, meeting, held_on, last):
        meeting.workshop.held_on = held_on
        assert asking.default_day(meeting.workshop, MAY) == last
        assert asking.check_last_day(last, meeting.workshop, MAY) == last

    @pytest.mark.parametrize(
        ("held_on", "day"),
        [
            (date(2026, 5, 4), date(2026, 5, 3)), (date(2026, 5, 1), date(2026, 4, 28)),
            (date(2026, 9, 1), date(2026, 5, 3)), (date(2026, 9, 1), date(2026, 9, 1)),
        ],
    )  # fmt: skip
    def test_nobody_is_asked_for_an_answer_they_cannot_give(self, meeting, held_on, day):
        meeting.workshop.held_on = held_on
        with pytest.raises(BadInput):
            asking.check_last_day(day, meeting.workshop, MAY)


class TestLetter:
    def test_one_for_each_who_must_agree_with_no_word_of_the_story(self, meeting):
        with time_machine.travel(MAY, tick=False):
            place = meeting.passage(FIRST, answers=ASK)
            story = meeting.session.get_one(Story, place.story_id)
            meeting.a.actor(Role.STORYTELLER, person_id=story.person_id)
            [request] = ask(meeting)
        about = Message.about == f"ask:{request.id}"
        [letter] = meeting.session.scalars(select(Message).where(about))
        assert letter.person_id == story.person_id
        text = mail.text_of(meeting.session, letter)
        text = text.replace(f"asks/{request.id}", "asks/7")
        assert f"{letter.subject}\n\n{text}" == (GOLDEN / "asked.txt").read_text()


class TestPages:
    def test_from_the_theme_to_the_answers(self, house, app):
        with db.writing(house.sessions) as session:
            a = factories.Factory(session)
            story = a.story(answers=ASK)
            coding.apply(session, a.use(Purpose.STUDY), a.place(story, FIRST), [a.code().id])
            a.actor(Role.FACILITATOR, email="ann@example.org")
        ann = Person(app, "ann@example.org")
        form = {"title": "Being heard", "question": "What helps?", "held_on": "2099-05-01"}
        ann.post(
            "/workshops/new", on="/workshops/new", purpose="workshop", audience="A clinic", **form
        )
        new = "/workshops/1/packs/new"
        ann.post(new, on=new, title="A pack", use_until="2099-06-01")
        draw, send = "/packs/workshop/1/draw", "/packs/workshop/1/ask"
        page = ann.get(draw, code="EN-PEER").text
        assert "1 more passage on this theme" in page and FIRST not in page
        late = ann.post(send, on=draw, code="EN-PEER", answer_by="2099-06-01")
        assert late.status_code == 422 and "Choose a day before the workshop." in late.text
        assert ann.post(send, on=draw, code="EN-PEER", answer_by="soon").status_code == 422
        assert ann.post(send, on=draw).status_code == 422
        sent = ann.post(send, on=draw, code="EN-PEER", answer_by="")
        assert sent.status_code == 303
        asked = ann.get(sent.location).text
        assert "Waiting" in asked and FIRST not in asked
        assert "more passage" not in ann.get(draw, code="EN-PEER").text
        assert ann.get("/asks/teach/1").status_code == 404
        off = ann.post("/asks/workshop/1/1/call-off", on=draw)
        assert off.status_code == 303 and "Called off" in ann.get(off.location).text


def test_reading_never_needs_the_words(meeting):
    place = meeting.passage(FIRST, answers=ASK)
    assert reading.excerpts(meeting.session, here(meeting), [place]) == []
    assert coding.with_codes(meeting.session, here(meeting), [meeting.a.code().id]) == []
    assert cards.view(meeting.session, meeting.use, meeting.pack.id).cards == ()
