"""Leading a workshop: start, parts and their timer, questions, reveal, pause, end; what screens
showed is written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from meetings.seated import meeting_in
from meetings.talking import Talk

from storybank.clock import now
from storybank.consent.models import UseRecord
from storybank.consent.rules import Purpose
from storybank.errors import BadInput, Conflict, NotFound
from storybank.meetings import agenda, running, state
from storybank.meetings.models import Participant
from storybank.meetings.team import meeting_for
from storybank.portal.where import been_used
from storybank.rights.recipients import make_recall_tasks
from storybank.workshops.service import for_meeting


class TestStarting:
    def test_the_usual_plan_is_laid_out_and_its_first_part_runs(self, session, live):
        live.open()
        running.start(session, live.use, live.id)
        stands = state.of(session, live.id)
        first = agenda.agenda(session, live.id).segments[0]
        assert (live.workshop.status, stands.segment_id) == ("live", first.id)
        left = running.seconds_left(stands, now())
        assert first.minutes * 60 - 5 <= left <= first.minutes * 60

    def test_twice_is_as_good_as_once(self, session, live):
        live.open()
        running.start(session, live.use, live.id)
        version = live.version
        running.start(session, live.use, live.id)
        assert live.version == version

    def test_the_pack_is_asked_again_and_says_which_cards_left(self, session, live):
        live.open()
        assert running.start(session, live.use, live.id) == running.Started(1, ())
        live.a.stop(live.story, Purpose.WORKSHOP)
        assert running.start(session, live.use, live.id) == running.Started(0, (1,))

    @pytest.mark.parametrize("status", ["draft", "synthesis", "closed"])
    def test_one_that_is_not_open_does_not_start(self, session, live, status):
        live.workshop.status = status
        with pytest.raises(Conflict):
            running.start(session, live.use, live.id)


class TestLeading:
    def test_the_next_part_has_a_full_timer_and_no_question(self, session, live):
        other = live.parts[1]
        running.enter(session, live.use, live.id, other.id)
        stands = state.of(session, live.id)
        assert (stands.segment_id, stands.prompt_id) == (other.id, None)
        assert running.seconds_left(stands, now()) > 19 * 60
        version = live.version
        running.enter(session, live.use, live.id, other.id)  # pressed twice
        assert live.version == version

    def test_the_timer_stops_starts_and_grows(self, session, live):
        stands = state.of(session, live.id)
        stands.timer_ends_at = now() + timedelta(seconds=90)
        running.timer(session, live.use, live.id, "stop")
        assert stands.timer_ends_at is None and 88 <= stands.timer_left <= 90
        running.timer(session, live.use, live.id, "minute")
        assert 148 <= stands.timer_left <= 150
        running.timer(session, live.use, live.id, "start")
        running.timer(session, live.use, live.id, "start")
        assert 147 <= running.seconds_left(stands, now()) <= 150
        with pytest.raises(BadInput):
            running.timer(session, live.use, live.id, "back")

    def test_a_pause_stops_the_timer_and_going_on_starts_it(self, session, live):
        stands = state.of(session, live.id)
        stands.timer_ends_at = now() + timedelta(seconds=90)
        running.pause(session, live.use, live.id, paused=True)
        assert stands.paused_at and stands.timer_ends_at is None
        running.pause(session, live.use, live.id, paused=False)
        assert stands.paused_at is None and stands.timer_ends_at

    def test_a_question_of_another_part_leads_there(self, session, live):
        prompt = live.prompts[2]
        prompt.segment_id = live.parts[1].id
        running.ask(session, live.use, live.id, prompt.id)
        stands = state.of(session, live.id)
        assert (stands.segment_id, stands.prompt_id) == (live.parts[1].id, prompt.id)
        running.ask(session, live.use, live.id, None)
        assert stands.prompt_id is None

    def test_all_that_is_led_is_refused_in_one_that_does_not_run(self, session, live):
        live.workshop.status = "open"
        for act in (
            lambda: running.enter(session, live.use, live.id, live.parts[1].id),
            lambda: running.ask(session, live.use, live.id, live.prompts[1].id),
            lambda: running.pause(session, live.use, live.id, paused=True),
            lambda: running.end(session, live.use, live.id),
            lambda: running.reopen(session, live.use, live.id),
            lambda: running.reveal(session, live.use, live.id, live.prompts[0].id, seen=True),
        ):
            with pytest.raises(Conflict):
                act()

    def test_a_question_of_another_workshop_is_not_there(self, session, live):
        other = meeting_in(live.a, code=None)
        with pytest.raises(NotFound):
            running.ask(session, live.use, live.id, other.prompts[0].id)


class TestEnding:
    def test_it_is_brought_together_and_the_day_of_wiping_stands(self, session, live):
        [person] = live.joined(1)
        running.end(session, live.use, live.id)
        day = now().date() + timedelta(days=live.workshop.keep_days)
        session.refresh(person)
        assert (live.workshop.status, live.workshop.wipe_on) == ("synthesis", day)
        assert person.wipe_on == day
        assert state.of(session, live.id).prompt_id is None

    def test_it_can_go_on(self, session, live):
        running.end(session, live.use, live.id)
        running.reopen(session, live.use, live.id)
        assert live.workshop.status == "live"
        live.workshop.status = "closed"
        with pytest.raises(Conflict):
            running.reopen(session, live.use, live.id)


class TestTheTeam:
    def test_nobody_else_sees_it_and_helpers_do(self, session, a):
        talk = Talk(a)
        assert meeting_for(session, talk.use, talk.id)[0] is talk.workshop
        assert meeting_for(session, talk.helper(), talk.id)[0] is talk.workshop
        for use in (a.use(Purpose.WORKSHOP), a.use(Purpose.TEACH)):
            with pytest.raises(NotFound):
                meeting_for(session, use, talk.id)


class TestScreens:
    def test_a_passage_is_written_down_once_with_who_was_there(self, session, live):
        live.joined(3)
        state.of(session, live.id).prompt_id = None
        for prompt in (live.prompts[0], live.prompts[1], live.prompts[0]):
            running.ask(session, live.use, live.id, prompt.id)
        [record] = session.scalars(sa.select(UseRecord))
        assert (record.story_id, record.medium, record.place) == (
            live.story.id, "screen", "Being heard"
        )  # fmt: skip
        assert (record.copies, record.audience_size) == (1, 3)
        live.joined(2)
        running.end(session, live.use, live.id)
        session.refresh(record)
        assert record.audience_size == 5

    def test_its_storyteller_sees_it(self, session, live):
        running.ask(session, live.use, live.id, live.prompts[1].id)
        running.ask(session, live.use, live.id, live.prompts[0].id)
        own = live.a.use(Purpose.KEEP)
        [event] = been_used(session, own, live.story.id)
        assert event.how == "Shown on screens"
        assert make_recall_tasks(session, live.story.id, None, "recall") == []  # nothing to collect

    def test_nothing_is_written_down_of_a_rehearsal_or_of_what_may_not_be_shown(
        self, session, live
    ):
        state.of(session, live.id).prompt_id = None
        live.a.stop(live.story, Purpose.WORKSHOP)
        running.ask(session, live.use, live.id, live.prompts[0].id)
        live.workshop.rehearsal = True
        running.ask(session, live.use, live.id, None)
        running.ask(session, live.use, live.id, live.prompts[0].id)
        assert session.scalars(sa.select(UseRecord)).all() == []


@pytest.fixture
def live(a):
    """A live workshop with a frozen card, questions of each kind and two groups."""
    return Live(a)


class Live:
    def __init__(self, a) -> None:
        self.a, self.session = a, a.session
        vars(self).update(vars(meeting_in(a, code=None)))
        self.before = for_meeting(self.use, self.workshop)

    @property
    def version(self) -> int:
        self.session.expire_all()
        return state.of(self.session, self.id).version

    def open(self) -> None:
        """As it is before it starts, with no plan of its own."""
        self.workshop.status = "open"
        stands = state.of(self.session, self.id)
        stands.segment_id = stands.prompt_id = stands.started_at = None
        for row in (*self.parts, *self.prompts):
            row.removed_at = now()
        self.session.flush()

    def joined(self, count: int) -> list[Participant]:
        some = [
            Participant(
                workshop_id=self.id, group_id=self.groups[0].id, joined_at=now(),
                token_hash=f"{self.id}-{number}-{now()}",
            )
            for number in range(count)
        ]  # fmt: skip
        self.session.add_all(some)
        self.session.flush()
        return some
