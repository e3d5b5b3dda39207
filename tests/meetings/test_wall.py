"""The wall: nothing before the reveal but counts, nothing unread ever, pictures with figures."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
import sqlalchemy as sa
from meetings.talking import Talk

from storybank.clock import now
from storybank.consent.rules import Purpose
from storybank.errors import Conflict, NotFound, Refused
from storybank.meetings import figures, rehearsing, state, voices, wall, watching
from storybank.meetings.models import Response
from storybank.meetings.wall import Filter


class TestBeforeTheReveal:
    def test_only_counts_are_there(self, talk):
        talk.said("Tea")
        talk.said("Not this", "held", talk.online)
        talk.said("Gone", "hidden")
        found = talk.wall()
        assert (found.answers, found.figure, found.revealed) == ((), None, False)
        assert found.received == 2
        assert found.by_group == (("Oak", "Room", 1), ("Elm", "Online", 1))

    def test_the_team_may_look_behind_it(self, talk):
        talk.said("Tea")
        assert [one.text for one in talk.wall(sees_all=True).answers] == ["Tea"]


class TestAfterIt:
    def test_what_was_let_through_is_there_the_latest_first(self, talk):
        first = talk.said("Tea")
        talk.said("Unread", "waiting")
        talk.said("Unkind", "held")
        last = talk.said("Summed up", verbatim=False, group=talk.online)
        talk.reveal()
        found = talk.wall()
        assert {one.id for one in found.answers} == {first, last}
        by_id = {one.id: one for one in found.answers}
        assert by_id[first].verbatim and not by_id[last].verbatim
        assert (by_id[last].group, by_id[last].mode) == ("Elm", "Online")

    def test_room_online_and_one_group(self, talk):
        talk.said("In the room")
        talk.said("Online", group=talk.online)
        talk.reveal()
        texts = [
            [one.text for one in talk.wall(only).answers]
            for only in (Filter("online"), Filter("room"), Filter(group_id=talk.online.id),
                         Filter("phone"), Filter(group_id=2**31 - 1))
        ]  # fmt: skip
        assert texts == [["Online"], ["In the room"], ["Online"], [], []]

    def test_a_long_wall_has_pages_that_say_how_many_there_are(self, session, talk):
        for number in range(wall.A_PAGE + 3):
            talk.said(f"Answer {number}")
        talk.reveal()
        first, last = talk.wall(), talk.wall(Filter(page=99))
        assert (len(first.answers), first.total, first.pages) == (60, 63, 2)
        assert (len(last.answers), last.page) == (3, 2)

    def test_a_question_that_was_neither_asked_nor_revealed_is_not_there(self, talk):
        other = talk.ask("open", "Still secret")
        assert talk.wall(prompt_id=other.id).prompt is talk.question
        assert [line.text for line in talk.wall().lines] == ["What helps?"]


class TestPictures:
    def test_stances(self):
        found = figures.stances({"same": 6, "different": 2})
        assert [(bar.count, bar.share) for bar in found.bars] == [(6, 75), (2, 25), (0, 0)]
        assert found.finding == "“Same for me” has most: 6 people."

    def test_a_scale_says_how_many_stand_high_and_low_and_the_middle(self):
        found = figures.scale(["No", "Yes"], {1: 1, 4: 2, 5: 2})
        assert found.finding == "4 of 5 chose 4 or 5, and 1 chose 1 or 2. The middle answer is 4."
        assert [bar.note for bar in found.bars] == ["No", "", "", "", "Yes"]
        assert figures.scale(["No", "Yes"], {}).people == 0

    def test_dots_and_ranks(self):
        dots = figures.dots(["A", "B"], [{"1": 1, "2": 2}, {"2": 1}, {"9": 5, "x": 1}, {}])
        assert [(bar.label, bar.count) for bar in dots.bars] == [("B", 3), ("A", 1)]
        ranks = figures.ranking(["A", "B", "C"], [{"1": 2, "2": 1, "3": 3}, {"2": 1}])
        assert [(bar.label, bar.count) for bar in ranks.bars] == [("B", 6), ("A", 2), ("C", 1)]
        assert ranks.bars[0].note == "put first by 2" and ranks.bars[0].share == 100

    def test_they_follow_the_groups_looked_at_and_leave_out_what_is_held(self, talk):
        scale = talk.ask("scale", "How far?", ["No", "Yes"])
        talk.said("", prompt_id=scale.id, value=5)
        talk.said("", prompt_id=scale.id, value=1, group=talk.online, status="waiting")
        talk.said("x", prompt_id=scale.id, value=3, status="held")
        talk.reveal(scale)
        assert counts(talk.wall(prompt_id=scale.id)) == [1, 0, 0, 0, 1]
        assert counts(talk.wall(Filter("online"), prompt_id=scale.id)) == [1, 0, 0, 0, 0]


class TestVoices:
    def test_groups_are_compared_by_their_answers(self, session, talk):
        for group in (talk.room, talk.room, talk.online):
            talk.said("x", group=group)
        found = voices.voices(session, talk.id)
        lines = voices.balance(found, [talk.room, talk.online], {talk.room.id: 4, None: 1})
        assert [(one.name, one.people, one.answers, one.share) for one in lines] == [
            ("Oak", 4, 2, 100), ("Elm", 0, 1, 50), ("In no group", 1, 0, 0)
        ]  # fmt: skip

    def test_small_counts_are_not_told_in_public(self):
        assert [voices.few(number) for number in (0, 1, 4, 5)] == [
            "0", "fewer than 5", "fewer than 5", "5"
        ]  # fmt: skip


class TestWatching:
    def test_a_new_link_ends_the_one_before_and_all_can_be_ended(self, session, talk):
        public = talk.a.use(talk.public)
        first = watching.make(session, talk.use, talk.id)
        second = watching.make(session, talk.use, talk.id)
        assert watching.watched(session, public, second)[0] is talk.workshop
        watching.end(session, talk.use, talk.id)
        for dead in (first, second, "", "x" * 5_000, "\ud800"):
            with pytest.raises(NotFound):
                watching.watched(session, public, dead)

    def test_a_closed_workshop_is_not_watched(self, session, talk):
        token = watching.make(session, talk.use, talk.id)
        talk.workshop.status = "closed"
        with pytest.raises(NotFound):
            watching.watched(session, talk.a.use(talk.public), token)
        with pytest.raises(Conflict):
            watching.make(session, talk.use, talk.id)


class TestRehearsing:
    def test_invented_people_answer_and_a_real_workshop_has_none(self, session, talk):
        with pytest.raises(Refused):
            rehearsing.fill(session, talk.use, talk.id)
        talk.workshop.rehearsal = True
        people, answers = rehearsing.fill(session, talk.use, talk.id)
        assert people >= 6 and answers >= 2
        assert session.scalar(sa.select(sa.func.count(Response.id))) == answers


class TestManyAnswers:
    def test_twelve_groups_and_1500_answers_are_on_the_wall_in_few_statements(self, session, talk):
        groups = [talk.group(f"Group {number}", "room") for number in range(12)]
        at = now()
        session.add_all(
            Response(
                id=f"{number:036d}", workshop_id=talk.id, prompt_id=talk.question.id, text="Tea",
                group_id=groups[number % 12].id, captured="self", status="shown", made_at=at,
                received_at=at + timedelta(seconds=number),
            )
            for number in range(1_500)
        )  # fmt: skip
        talk.reveal()
        session.expunge_all()
        asked = []
        count = lambda *args: asked.append(args[2])  # noqa: E731
        sa.event.listen(session.get_bind(), "before_cursor_execute", count)
        began = time.perf_counter()
        found = talk.wall()
        took = time.perf_counter() - began
        sa.event.remove(session.get_bind(), "before_cursor_execute", count)
        assert (found.total, found.pages, len(found.by_group)) == (1_500, 25, 14)
        assert len(asked) <= 8
        assert took < 1  # a tenth of it as a rule; the machine may be busy


def counts(found: wall.Wall) -> list[int]:
    return [bar.count for bar in found.figure.bars]


class Walled(Talk):
    public = Purpose.PUBLIC

    def wall(self, only: Filter | None = None, prompt_id: int | None = None, **more) -> wall.Wall:
        state.of(self.session, self.id).prompt_id = self.question.id
        return wall.wall(self.session, self.use, self.workshop, prompt_id, only or Filter(), **more)

    def reveal(self, prompt=None) -> None:
        (prompt or self.question).revealed_at = now()
        self.session.flush()

    def said(self, text: str, status: str = "shown", group=None, **more) -> str:
        prompt_id = more.pop("prompt_id", None)
        number = super().said(text, status, group, **more)
        if prompt_id:
            self.answer(number).prompt_id = prompt_id
            self.session.flush()
        return number


@pytest.fixture
def talk(a):
    return Walled(a)
