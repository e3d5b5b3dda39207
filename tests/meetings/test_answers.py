"""Answers and seats, as both databases keep them: once, where they belong, and for how long."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest
import sqlalchemy as sa
from meetings.seated import CODE, meeting_in

from storybank import db
from storybank.backups import finishing
from storybank.backups.models import Restoration
from storybank.clock import now
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.meetings import (
    answering,
    asked,
    drafting,
    joining,
    moderating,
    others,
    running,
    seats,
    state,
    wiping,
)
from storybank.meetings.answer_rules import Asked, check, clean_words
from storybank.meetings.models import AnswerDraft, Participant, Response
from storybank.meetings.seats import Seat
from storybank.workshops.models import Workshop


class TestACode:
    def test_it_is_read_as_people_type_it(self):
        for typed in ("k7m4qx", " K7M-4QX ", "k7m\u20134qx", "\uff2b7m4qx", "K 7 M 4 Q X"):
            assert joining.typed(typed) == CODE
        assert joining.typed("oil01l") == "OIIOII"

    def test_it_opens_only_what_may_be_joined(self, scene):
        for status, opens in (("open", True), ("synthesis", True), ("draft", False),
                              ("closed", False)):  # fmt: skip
            scene.workshop.status = status
            scene.session.flush()
            if opens:
                assert joining.find(scene.session, CODE).id == scene.id
            else:
                with pytest.raises(NotFound):
                    joining.find(scene.session, CODE)
        for wrong in ("", "K7M4Q", "K7M4QXX", "\0\ud800", "9" * 5_000):
            with pytest.raises(NotFound):
                joining.find(scene.session, wrong)

    def test_a_group_is_asked_for_and_takes_no_more_than_it_holds(self, scene):
        with pytest.raises(BadInput):
            joining.join(scene.session, CODE)
        joining.join(scene.session, CODE, group_id=scene.groups[1].id, kind="nonsense")
        with pytest.raises(Conflict):
            joining.join(scene.session, CODE, group_id=scene.groups[1].id)
        with pytest.raises(BadInput):
            joining.join(scene.session, CODE, group_id=scene.groups[0].id, first_name="x" * 41)


class TestAnAnswer:
    def test_the_same_id_is_the_same_answer_and_an_older_sending_changes_nothing(self, scene):
        one, seat = str(uuid4()), scene.sit()
        scene.say(seat, "First", id=one, made_at=now() - timedelta(minutes=3))
        scene.say(seat, "Second", id=one.upper(), made_at=now() - timedelta(minutes=1))
        scene.say(seat, "First", id=one, made_at=now() - timedelta(minutes=3))
        [kept] = answering.mine(scene.session, seat)
        assert (kept.text, kept.status) == ("Second", "waiting")
        assert kept.made_at <= kept.received_at or kept.changed_at

    def test_an_id_of_somebody_else_or_no_id_at_all_is_refused(self, scene):
        one, seat, other = str(uuid4()), scene.sit(), scene.sit()
        scene.say(seat, "Mine", id=one)
        with pytest.raises(Refused):
            scene.say(other, "Mine too", id=one)
        with pytest.raises(NotFound):
            answering.hide(scene.session, other, one)
        with pytest.raises(BadInput):
            scene.say(other, "Words", id="1; drop table")

    def test_of_a_scale_each_has_one_and_a_second_takes_its_place(self, scene):
        seat, scale = scene.sit(), scene.prompts[2]
        scene.go_to(scale)
        for value in (2, 5):
            answering.answer(scene.session, seat, scale.id, id=str(uuid4()), value=value)
        assert [one.value for one in answering.mine(scene.session, seat)] == [5]

    def test_a_changed_one_goes_back_to_be_read_and_a_hidden_one_stays_hidden(self, scene):
        one, seat = str(uuid4()), scene.sit()
        scene.say(seat, "As it was", id=one)
        moderating.decide(scene.session, scene.use, scene.id, [one], "show")
        scene.say(seat, "As it was", id=one)
        assert scene.status(one) == "shown"
        scene.say(seat, "Another thing", id=one)
        assert scene.status(one) == "waiting"
        moderating.decide(scene.session, scene.use, scene.id, [one], "hold", "unkind")
        answering.hide(scene.session, seat, one)
        scene.say(seat, "While hidden", id=one)
        assert scene.status(one) == "hidden"
        answering.bring_back(scene.session, seat, one)
        assert scene.status(one) == "waiting"

    def test_phones_hear_of_it_only_when_they_may_see_it(self, scene):
        seat, stands = scene.sit(), state.of(scene.session, scene.id)
        scene.workshop.moderated = False
        scene.say(seat, "Before")
        scene.session.refresh(stands)
        before = stands.version
        assert others.others(scene.session, scene.prompts[0]) is None
        scene.prompts[0].revealed_at = now()
        scene.say(seat, "After")
        scene.session.refresh(stands)
        assert stands.version == before + 1
        told = others.others(scene.session, scene.prompts[0], 1)
        assert told and [one.text for one in told.said] == ["After"] and told.words == 2

    def test_none_is_taken_when_the_workshop_is_closed(self, scene):
        seat = scene.sit()
        scene.workshop.status = "closed"
        with pytest.raises(Conflict):
            scene.say(seat, "Late")

    def test_far_too_many_are_refused(self, scene):
        seat = scene.sit()
        for number in range(20):
            scene.say(seat, f"Answer {number}")
        with pytest.raises(Conflict):
            scene.say(seat, "One more")

    @pytest.mark.parametrize(
        ("asked_for", "given", "says"),
        [
            (Asked("open"), {"text": " \n\t "}, "Write your answer"),
            (Asked("open", max_len=3), {"text": "four"}, "1 letter too long"),
            (Asked("same"), {"stance": "never"}, "Choose one"),
            (Asked("same"), {"stance": "adds"}, "Write what you want to add"),
            (Asked("scale"), {"value": 6}, "from 1 to 5"),
            (Asked("dots", ("a", "b"), 3), {"choices": {"1": 2, "2": 2}}, "you used 4"),
            (Asked("dots", ("a", "b"), 3), {"choices": {"1": 5, "2": -3}}, "from 0 up"),
            (Asked("dots", ("a",), 3), {"choices": {"7": 1}}, "has changed"),
            (Asked("rank", ("a", "b")), {"choices": {"1": 1, "2": 1}}, "the same number"),
            (Asked("rank", ("a", "b")), {"choices": {"1": 3}}, "from 1 to 2"),
            (Asked("rank", ("a", "b")), {"choices": {}}, "at least one"),
        ],
    )  # fmt: skip
    def test_what_a_question_does_not_take_is_told_in_a_sentence(self, asked_for, given, says):
        every = {"text": "", "stance": None, "value": None, "choices": None} | given
        with pytest.raises(BadInput, match=says):
            check(asked_for, **every)

    def test_words_come_in_one_shape(self):
        assert clean_words("\ud800 a\0b \r\n\r\n\r\n\r\nc  ") == "ab\n\nc"


class TestWiping:
    def test_on_the_day_nothing_of_anybody_is_left_but_their_answers(self, scene):
        seat = scene.sit(first_name="Zephyrine", access_needs="A quiet room", kind="practice")
        scene.say(seat, "What helped")
        drafting.keep(scene.session, seat, scene.prompts[0].id, "Half a", None)
        day = seat.participant.wipe_on
        assert day == scene.workshop.held_on + timedelta(days=scene.workshop.keep_days)
        assert wiping.wipe(scene.session, day - timedelta(days=1)) == 0
        assert not list(wiping.overdue(scene.session, day))
        [late] = wiping.overdue(scene.session, day + timedelta(days=1))
        assert "1 who took part" in late
        assert (wiping.wipe(scene.session, day), wiping.wipe(scene.session, day)) == (1, 0)
        for table in (Participant, AnswerDraft):
            assert scene.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
        kept = scene.session.scalars(sa.select(Response)).one()
        assert (kept.participant_id, kept.kind, kept.group_id, kept.text) == (
            None, "practice", scene.groups[0].id, "What helped",
        )  # fmt: skip

    def test_the_day_counts_from_when_somebody_joins_a_workshop_that_goes_on(self):
        meeting = Workshop(held_on=date(2026, 1, 1), keep_days=30, wipe_on=date(2026, 1, 31))
        assert wiping.day_for(meeting, date(2026, 3, 1)) == date(2026, 3, 31)
        assert wiping.day_for(meeting, date(2026, 1, 2)) == date(2026, 1, 31)
        far = Workshop(held_on=date.max, keep_days=10**6)
        assert wiping.day_for(far, date(2026, 1, 1)) == date.max

    def test_it_is_promised_once_it_is_due_and_a_seat_ends_with_its_day(self, house):
        with db.writing(house.sessions) as session:
            from factories import Factory

            found = meeting_in(Factory(session))
            one, _ = joining.join(session, CODE, group_id=found.groups[0].id)
            one.wipe_on = now().date()
            assert seats.is_over(one.wipe_on)
            wiping.promise(session, now())
        house.runner.drain()
        with db.writing(house.sessions) as session:
            assert session.scalar(sa.select(Participant)) is None
            # An older backup has them again: what finishes a restore wipes them before it opens.
            one, _ = joining.join(session, CODE, group_id=found.groups[0].id)
            one.wipe_on = now().date()
            session.add(
                Restoration(
                    backup_made_at=now(), restored_at=now(), ledger_lines=1, ledger_hash="-"
                )
            )
        finishing.finish(house.sessions, None, lambda session: None)
        with house.sessions() as session:
            assert session.scalar(sa.select(Participant)) is None


class TestQuestions:
    def test_one_that_was_put_stays_open_when_another_is_asked_and_others_are_not_there(
        self, scene
    ):
        for number in (2, 1):
            running.ask(scene.session, scene.use, scene.id, scene.prompts[number].id)
        found = asked.questions(scene.session, scene.id)
        assert [one.text for one in found.all] == [
            "Is it so for you?", "Do you feel heard?", "What helps?",
        ]  # fmt: skip
        running.end(scene.session, scene.use, scene.id)
        assert len(asked.questions(scene.session, scene.id).all) == 3


@pytest.fixture
def scene(session, a) -> SimpleNamespace:
    found = meeting_in(a)
    found.session = session

    def sit(**about) -> Seat:
        about.setdefault("group_id", found.groups[0].id)
        one, _ = joining.join(session, CODE, **about)
        return Seat(one, found.workshop, seats.use_of(found.workshop))

    def say(seat: Seat, text: str, **more) -> Response:
        more.setdefault("id", str(uuid4()))
        return answering.answer(session, seat, found.prompts[0].id, text=text, **more)

    def go_to(prompt) -> None:
        state.of(session, found.id).prompt_id = prompt.id
        session.flush()

    found.sit, found.say, found.go_to = sit, say, go_to
    found.status = lambda number: session.get_one(Response, number).status
    return found
