"""Requests from the day they come to the day they end."""

from __future__ import annotations

from datetime import date, datetime

import pytest
import time_machine

from storybank import tables
from storybank.consent.models import UseRecord
from storybank.consent.rules import Purpose
from storybank.errors import BadInput, Conflict, NotFound, Refused
from storybank.mail.models import Message
from storybank.people import sealing
from storybank.people.rules import Role
from storybank.rights import recipients, requests, service
from storybank.rights.kinds import Exemption, ExtensionReason, Kind, Outcome, PauseReason
from storybank.rights.models import RightsRequest

NOVEMBER = datetime(2026, 11, 21, 9)
HARM = "The study would lose its only account of the second year."


def told(session) -> list[str]:
    return [row.subject for row in session.query(Message).order_by(Message.id)]


@pytest.fixture
def asked(session, ana):
    """Something Ana asked on 21 November 2026."""

    def ask(kind: Kind = Kind.ACCESS, words: str = "Please.", **more) -> RightsRequest:
        return service.ask(session, ana, kind, words, **more)

    with time_machine.travel(NOVEMBER, tick=False):
        yield ask


class TestAsk:
    def test_it_is_due_a_month_later_and_the_person_is_told_at_once(self, session, asked):
        request = asked()
        assert (request.received_on, request.due_on) == (date(2026, 11, 21), date(2026, 12, 21))
        assert request.acknowledged_at == NOVEMBER
        assert told(session) == ["We have your request"]

    def test_what_they_wrote_is_sealed(self, session, asked):
        request = asked(Kind.CORRECTION, "My sister is not called Bea.")
        assert b"Bea" not in request.words
        assert requests.texts(session, request).words == "My sister is not called Bea."

    def test_a_request_late_in_the_evening_of_summer_came_the_next_day(self, session, ana):
        with time_machine.travel(datetime(2026, 6, 30, 23, 30), tick=False):
            request = service.ask(session, ana, Kind.ACCESS, "")
        assert request.received_on == date(2026, 7, 1)

    def test_somebody_elses_story_is_not_there(self, a, session, asked):
        other = a.story()
        with pytest.raises(NotFound):
            asked(Kind.CORRECTION, "Mend it.", story_id=other.id)

    def test_to_put_something_right_they_say_what(self, asked):
        with pytest.raises(BadInput, match="what you want"):
            asked(Kind.CORRECTION, "  ")

    def test_only_a_storyteller_asks_for_themselves(self, session, steward):
        with pytest.raises(Refused):
            service.ask(session, steward, Kind.ACCESS, "")

    def test_a_number_is_never_given_twice(self, asked):
        assert len({asked().reference for _ in range(20)}) == 20


class TestRecord:
    def test_the_clock_began_on_the_day_it_came(self, session, ana, steward, asked):
        request = service.record(
            session, steward, Kind.ERASURE, "Delete it.", "phone", date(2026, 11, 2),
            person_id=ana.person_id,
        )  # fmt: skip
        assert request.due_on == date(2026, 12, 2)
        assert request.recorded_by == steward.account_id
        assert told(session) == ["We have your request"]

    def test_somebody_without_a_code_can_ask_too(self, session, steward, asked):
        request = service.record(
            session, steward, Kind.ACCESS, "I am in a story.", "letter", date(2026, 11, 20),
            contact="1 High Street",
        )  # fmt: skip
        assert request.person_id is None and told(session) == []
        assert request.acknowledged_at is None  # nobody has told them yet
        with pytest.raises(BadInput):
            service.record(session, steward, Kind.ACCESS, "", "letter", date(2026, 11, 20))

    def test_only_a_steward_writes_it_down(self, a, session, ana, asked):
        with pytest.raises(Refused):
            service.record(session, ana, Kind.ACCESS, "", "phone", date(2026, 11, 20))


class TestTakeBack:
    def test_it_ends_and_a_second_press_changes_nothing(self, session, ana, asked):
        request = asked()
        service.take_back(session, ana, request.id)
        first = request.closed_at
        service.take_back(session, ana, request.id)
        assert (request.outcome, request.closed_at) == ("withdrawn", first)

    def test_nobody_else_takes_it_back(self, a, session, asked):
        request = asked()
        other = a.story()
        stranger = a.actor(Role.STORYTELLER, person_id=other.person_id)
        with pytest.raises(NotFound):
            service.take_back(session, stranger, request.id)

    def test_what_was_answered_cannot_be_taken_back(self, session, ana, steward, asked):
        request = asked()
        service.answer(session, steward, request.id, Outcome.DONE)
        with pytest.raises(Conflict):
            service.take_back(session, ana, request.id)


class TestClock:
    """R9: the clock can stop for identity or clarification."""

    def test_the_days_it_stood_still_are_added(self, session, steward, asked):
        request = asked()
        with time_machine.travel(datetime(2026, 11, 25, 9), tick=False):
            service.pause(session, steward, request.id, PauseReason.IDENTITY)
        with time_machine.travel(datetime(2026, 12, 2, 9), tick=False):
            [one] = requests.still_open(session, date(2026, 12, 2))
            assert one.paused_for is PauseReason.IDENTITY and one.left is None
            service.start(session, steward, request.id)
        # 21 December and seven days is the 28th, a holiday.
        assert request.due_on == date(2026, 12, 29)
        assert told(session)[1:] == ["We need something from you", "We can go on now"]

    def test_it_stops_once_at_a_time_and_not_when_it_is_late(self, session, steward, asked):
        request = asked()
        service.pause(session, steward, request.id, PauseReason.CLARIFICATION)
        with pytest.raises(Conflict):
            service.pause(session, steward, request.id, PauseReason.IDENTITY)
        service.start(session, steward, request.id)
        with pytest.raises(Conflict):
            service.start(session, steward, request.id)
        with (
            time_machine.travel(datetime(2026, 12, 22, 9), tick=False),
            pytest.raises(Refused, match="late"),
        ):
            service.pause(session, steward, request.id, PauseReason.IDENTITY)

    def test_an_end_ends_the_pause_too(self, session, steward, asked):
        request = asked()
        service.pause(session, steward, request.id, PauseReason.IDENTITY)
        service.answer(session, steward, request.id, Outcome.DONE)
        assert requests.standing(session, request, date(2026, 11, 21)).paused_for is None


class TestExtend:
    """R9: up to two months more, with a reason, told before the answer was due."""

    def test_the_person_is_told_why_and_until_when(self, session, steward, asked):
        request = asked()
        service.extend(session, steward, request.id, 2, ExtensionReason.COMPLEX)
        assert request.due_on == request.extended_to == date(2027, 2, 22)
        assert request.told_of_extension_at == NOVEMBER
        message = session.query(Message).order_by(Message.id.desc()).first()
        text = sealing.unseal(session, message.body)
        assert "22 February 2027" in text and ExtensionReason.COMPLEX.sentence in text

    def test_on_the_day_it_is_due_it_is_too_late(self, session, steward, asked):
        request = asked()
        with (
            time_machine.travel(datetime(2026, 12, 21, 9), tick=False),
            pytest.raises(Refused, match="too late"),
        ):
            service.extend(session, steward, request.id, 1, ExtensionReason.MANY)
        assert request.extended_to is None

    def test_whom_the_house_cannot_write_to_a_steward_tells_first(self, session, steward, asked):
        request = service.record(
            session, steward, Kind.ACCESS, "", "phone", date(2026, 11, 20), contact="Phone 1"
        )
        with pytest.raises(Refused, match="Tell the person"):
            service.extend(session, steward, request.id, 1, ExtensionReason.MANY)
        session.refresh(request)
        service.extend(session, steward, request.id, 1, ExtensionReason.MANY, told=True)
        assert request.told_of_extension_at == NOVEMBER


class TestAnswer:
    def test_the_answer_is_told_and_counts_at_once(self, session, steward, asked):
        request = asked()
        service.answer(session, steward, request.id, Outcome.DONE, "Here it is.")
        assert (request.outcome, request.closed_by) == ("done", steward.account_id)
        assert told(session)[-1] == "We have an answer for you"
        assert requests.texts(session, request).answer == "Here it is."

    def test_what_has_ended_stays_as_it_is(self, session, steward, asked):
        request = asked()
        service.answer(session, steward, request.id, Outcome.DONE)
        for act in (
            lambda: service.answer(session, steward, request.id, Outcome.DONE),
            lambda: service.pause(session, steward, request.id, PauseReason.IDENTITY),
            lambda: service.extend(session, steward, request.id, 1, ExtensionReason.MANY),
        ):
            with pytest.raises(Conflict):
                act()

    def test_nobody_but_a_steward_answers(self, a, session, ana, asked):
        request = asked()
        for actor in (ana, a.researcher(), a.actor(Role.ADMINISTRATOR)):
            with pytest.raises(Refused):
                service.answer(session, actor, request.id, Outcome.DONE)


class TestRefusal:
    """R11, R12: erasure is refused by two people, with the exemption and the harm written down."""

    def refuse(self, session, steward, request, **more):
        said = {"exemption": Exemption.RESEARCH, "harm": HARM} | more
        return service.answer(
            session, steward, request.id, Outcome.REFUSED, "We can not delete it.", **said
        )

    def test_one_steward_alone_refuses_nothing(self, session, steward, asked):
        request = asked(Kind.ERASURE)
        self.refuse(session, steward, request)
        assert (request.outcome, request.closed_at) == (None, None)
        assert told(session) == ["We have your request"]
        with pytest.raises(Refused, match="Another steward"):
            service.sign_off(session, steward, request.id)
        assert request.outcome is None

    def test_a_second_one_agrees_and_then_the_person_is_told(
        self, session, steward, other_steward, asked
    ):
        request = asked(Kind.OBJECTION)
        self.refuse(session, steward, request)
        service.sign_off(session, other_steward, request.id)
        assert request.outcome == "refused"
        assert request.signed_off_by == other_steward.account_id
        assert told(session)[-1] == "We have an answer for you"
        texts = requests.texts(session, request, notes=True)
        assert texts.harm == HARM and HARM.encode() not in request.harm_statement

    def test_sent_back_it_is_open_as_before(self, session, steward, other_steward, asked):
        request = asked(Kind.ERASURE)
        self.refuse(session, steward, request)
        service.send_back(session, other_steward, request.id)
        assert (request.proposed_outcome, request.exemption) == (None, None)
        with pytest.raises(Conflict):
            service.sign_off(session, other_steward, request.id)

    def test_research_is_a_reason_for_one_request_never_for_all(
        self, session, steward, other_steward, asked
    ):
        """R12: no column, no setting and no file turns it on for more than one request."""
        first, second = asked(Kind.ACCESS), asked(Kind.ACCESS)
        self.refuse(session, steward, first)
        service.sign_off(session, other_steward, first.id)
        assert second.exemption is None and second.outcome is None
        named = {
            f"{table.name}.{column.name}"
            for table in tables.metadata.tables.values()
            for column in table.columns
            if "exempt" in column.name
        }
        assert named == {"rights_request.exemption"}

    def test_an_administrator_cannot_agree(self, a, session, steward, asked):
        request = asked(Kind.ERASURE)
        self.refuse(session, steward, request)
        with pytest.raises(Refused):
            service.sign_off(session, a.actor(Role.ADMINISTRATOR), request.id)


class TestComplain:
    """R10: without signing in; acknowledged within 30 days."""

    def test_anybody_may_and_a_person_reads_it(self, session, steward, asked):
        request = service.complain(session, "You were late.", "")
        [one] = requests.still_open(session, date(2026, 12, 20))
        assert one.to_acknowledge and one.acknowledge_by == date(2026, 12, 21)
        assert one.left == 1
        service.acknowledge(session, steward, request.id)
        assert request.acknowledged_at is not None

    def test_a_storytellers_complaint_is_acknowledged_by_a_person_too(
        self, session, steward, asked
    ):
        request = asked(Kind.COMPLAINT, "You were late.")
        assert request.acknowledged_at is None
        service.acknowledge(session, steward, request.id)
        assert told(session) == ["We have your complaint", "We have read your complaint"]

    def test_it_says_something_and_not_a_book(self, session):
        for words in (" ", "x" * 5_001):
            with pytest.raises(BadInput):
                service.complain(session, words, "")

    def test_its_number_finds_it_however_it_is_read_out(self, session, asked):
        request = service.complain(session, "You were late.", "")
        plain = request.reference.replace("-", " ").lower()
        assert requests.with_reference(session, f" {plain}") is request
        assert requests.with_reference(session, "AAAA-AAAA") is None


class TestWaiting:
    def test_what_is_late_comes_first_and_what_stands_still_last(self, session, steward, asked):
        ids = {}
        for kind, day in ((Kind.ACCESS, 20), (Kind.CORRECTION, 2), (Kind.ERASURE, 10)):
            ids[kind] = service.record(
                session, steward, kind, "Words.", "phone", date(2026, 11, day), contact="Jo"
            ).id
            service.acknowledge(session, steward, ids[kind])
        service.pause(session, steward, ids[Kind.CORRECTION], PauseReason.IDENTITY)
        with time_machine.travel(datetime(2026, 12, 12, 9), tick=False):
            rows = service.waiting(session, date(2026, 12, 12))
        assert [row.request_id for row in rows] == [
            ids[Kind.ERASURE], ids[Kind.ACCESS], ids[Kind.CORRECTION],
        ]  # fmt: skip
        assert [row.left for row in rows] == [-2, 9, None]
        assert "Words" not in str(rows) and "Jo" not in str(rows)


class TestNotes:
    def test_they_are_sealed_and_read_by_stewards(self, session, steward, asked):
        request = asked()
        note = service.add_note(session, steward, request.id, "Rang twice.")
        assert b"Rang" not in note.text
        assert requests.texts(session, request).notes == ()
        [found] = requests.texts(session, request, notes=True).notes
        assert found.text == "Rang twice."


class TestForget:
    def test_the_words_go_and_the_fact_stays(self, session, ana, steward, asked):
        request = asked(Kind.CORRECTION, "My name is wrong.")
        service.add_note(session, steward, request.id, "Rang.")
        service.answer(session, steward, request.id, Outcome.DONE, "Mended.")
        assert service.forget(session, ana.person_id) == 1
        session.expire_all()
        texts = requests.texts(session, request, notes=True)
        assert (texts.words, texts.answer, texts.notes) == ("", "", ())
        assert (request.kind, request.outcome) == ("correction", "done")


class TestRecipients:
    """R13: who was given parts is told about a correction or an erasure."""

    def printing(self, session, story, **more) -> UseRecord:
        said = {
            "version": 1, "start": 0, "end": 28, "use": "workshop", "medium": "print",
            "place": "Tea and talk", "reference": "7KQ2M4", "name_style": "none", "copies": 12,
            "at": NOVEMBER,
        }  # fmt: skip
        row = UseRecord(story_id=story.id, **said | more)
        session.add(row)
        session.flush()
        return row

    def test_each_event_is_one_recipient_however_many_parts_it_had(self, a, session):
        story = a.story()
        self.printing(session, story)
        self.printing(session, story, start=30, end=40, copies=3)
        self.printing(session, story, use="decide", place="Board", reference="ABC")
        found = recipients.recipients_of(session, story.id)
        assert [(one.place, one.copies) for one in found] == [("Tea and talk", 12), ("Board", 12)]
        only = recipients.recipients_of(session, story.id, [Purpose.DECIDE])
        assert [one.place for one in only] == ["Board"]

    def test_an_erasure_makes_one_task_for_each_once(self, a, session, steward):
        story, other = a.story(), a.story()
        self.printing(session, story)
        self.printing(session, story, place="Board", reference="ABC")
        self.printing(session, other)
        made = service.make_recall_tasks(session, story.id, None, "erasure")
        assert len(made) == 2
        assert service.make_recall_tasks(session, story.id, None, "erasure") == []
        assert recipients.count_open(session) == 2
        recipients.tick(session, steward, made[0].id)
        [left] = recipients.tasks(session, done=False)
        assert left.recipient.place == "Board"

    def test_a_stop_of_one_use_recalls_what_was_let_out_for_it(self, a, session):
        story = a.story()
        self.printing(session, story)
        self.printing(session, story, use="decide", place="Board", reference="ABC")
        [task] = service.make_recall_tasks(session, story.id, [Purpose.DECIDE], "recall")
        [shown] = recipients.tasks(session, done=False)
        assert (shown.id, shown.recipient.place) == (task.id, "Board")

    def test_each_correction_is_told_anew(self, a, session, steward):
        story = a.story()
        self.printing(session, story)
        [first] = service.make_recall_tasks(session, story.id, None, "correction")
        assert service.make_recall_tasks(session, story.id, None, "correction") == []
        recipients.tick(session, steward, first.id)
        assert len(service.make_recall_tasks(session, story.id, None, "correction")) == 1

    def test_a_correction_that_is_done_makes_the_tasks_itself(self, a, session, ana, steward):
        story = session.query(tables.stories.Story).filter_by(person_id=ana.person_id).one()
        self.printing(session, story)
        request = service.ask(session, ana, Kind.CORRECTION, "Mend it.", story_id=story.id)
        service.answer(session, steward, request.id, Outcome.DONE, "Mended.")
        [task] = recipients.tasks(session, done=False)
        assert task.kind is recipients.TaskKind.CORRECTION

    def test_only_a_steward_ticks(self, a, session, ana):
        story = a.story()
        self.printing(session, story)
        [task] = service.make_recall_tasks(session, story.id, None, "recall")
        with pytest.raises(Refused):
            recipients.tick(session, ana, task.id)
        with pytest.raises(NotFound):
            recipients.tick(session, a.actor(Role.STEWARD), 2**31 - 1)
