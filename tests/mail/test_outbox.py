"""What is put in the outbox, where it stands from the first, and what a steward can say of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from storybank.clock import now
from storybank.errors import BadInput, Conflict, NotFound
from storybank.jobs.models import Job
from storybank.mail import service
from storybank.mail.models import Message
from storybank.mail.rules import Act, State
from storybank.people import identity
from storybank.people import service as people
from storybank.people.identity_rules import Channel, Details
from storybank.people.rules import MACHINE, Role

SAID = {"subject": "Your receipt", "body": "Here is a note of your choices.", "about": "receipt:1"}
ADA = Details(
    legal_name="Ada Nkemelu-Rossi", email="ada@example.org", address="1 Low Road",
    phone="07700900123", trusted_person="Jo Park", trusted_contact="jo@example.org",
)  # fmt: skip


@pytest.fixture
def person(session):
    """``person(email="", preferred_channel="letter")``: Ada, but for these details."""

    def make(**other) -> int:
        made = people.new_person(session)
        if other is not None:
            details = Details(**{**vars(ADA), **other})
            identity.save_details(session, MACHINE, made.id, details)
        return made.id

    return make


def promised(session) -> list[int]:
    jobs = session.scalars(sa.select(Job).where(Job.name == service.SEND).order_by(Job.id))
    return [job.args["message_id"] for job in jobs]


class TestSend:
    def test_the_message_and_its_promise_are_kept_together(self, session, person):
        who = person()
        with session.begin_nested() as act:
            service.send(session, person_id=who, **SAID)
            act.rollback()
        assert (session.scalars(sa.select(Message)).all(), promised(session)) == ([], [])
        kept = service.send(session, person_id=who, **SAID)
        assert promised(session) == [kept.id]
        assert (kept.state, kept.tries, kept.sent_at) == (State.WAITING, 0, None)

    @pytest.mark.parametrize(
        ("details", "state"),
        [
            ({}, State.WAITING),
            ({"email": ""}, State.TO_POST),
            ({"preferred_channel": Channel.LETTER}, State.TO_POST),
            ({"preferred_channel": Channel.SMS}, State.TO_TELL),
            ({"preferred_channel": Channel.CALL}, State.TO_TELL),
            ({"preferred_channel": Channel.TRUSTED}, State.TO_TELL),
        ],
    )
    def test_it_goes_the_way_the_person_asked_for(self, session, person, details, state):
        kept = service.send(session, person_id=person(**details), **SAID)
        assert kept.state == state
        assert promised(session) == ([kept.id] if state is State.WAITING else [])

    def test_somebody_of_whom_nothing_is_known_gets_a_letter(self, session):
        who = people.new_person(session).id
        assert service.send(session, person_id=who, **SAID).state == State.TO_POST

    def test_somebody_who_only_gave_an_address_to_sign_in_gets_an_email(self, session):
        who = people.new_person(session).id
        people.add_account(session, "eve@example.org", [Role.STORYTELLER], person_id=who)
        assert service.send(session, person_id=who, **SAID).state == State.WAITING

    def test_an_account_that_is_closed_gets_nothing(self, session):
        account = people.add_account(session, "eve@example.org", [Role.MEMBER])
        assert service.send(session, account_id=account.id, **SAID).state == State.WAITING
        people.disable(session, account)
        assert service.send(session, account_id=account.id, **SAID) is None

    def test_neither_address_nor_text_stands_in_the_table(self, session, person):
        kept = service.send(session, person_id=person(), **SAID, to="new@example.org")
        row = session.execute(sa.text("SELECT * FROM message")).one()
        told = " ".join(
            bytes(x).decode() if isinstance(x, bytes | memoryview) else str(x) for x in row
        )
        for word in ("ada@", "new@", "Nkemelu", "Low Road", "choices"):
            assert word not in told
        assert service.text_of(session, kept) == "Here is a note of your choices.\n"

    @pytest.mark.parametrize(
        "subject",
        ["Hello\r\nBcc: eve@example.org", "Hello\nyou", "a\x00b", "a\u2028b", " ", "x" * 151],
    )
    def test_a_subject_is_one_line(self, session, person, subject):
        with pytest.raises(BadInput):
            service.send(session, person_id=person(), **SAID | {"subject": subject})

    @pytest.mark.parametrize("about", ["receipt:12\n", "A story about Ada", "", "x" * 51, "é:1"])
    def test_what_it_is_about_is_a_key(self, session, person, about):
        with pytest.raises(BadInput):
            service.send(session, person_id=person(), **SAID | {"about": about})

    def test_a_body_loses_what_cannot_be_seen_and_keeps_its_lines(self, session, person):
        body = "\r\nDear \x00Ada\x1b[31m,\r\n\r\n.\rA\u200db\tc\u202e \n"
        kept = service.send(session, person_id=person(), **SAID | {"body": body})
        assert service.text_of(session, kept) == "Dear Ada[31m,\n\n.\nA\u200db c\n"

    @pytest.mark.parametrize("body", ["", " \n\x00\n", "x" * 20_001])
    def test_a_body_says_something_and_has_an_end(self, session, person, body):
        with pytest.raises(BadInput):
            service.send(session, person_id=person(), **SAID | {"body": body})

    def test_without_keys_the_act_stands_and_no_letter_is_written(self, session, person):
        who, sealer = person(), session.info.pop("sealer")
        try:
            assert service.send(session, person_id=who, **SAID) is None
        finally:
            session.info["sealer"] = sealer

    @pytest.mark.parametrize("who", [{}, {"person_id": 1, "account_id": 1}])
    def test_it_is_for_one_person_or_one_account(self, session, who):
        with pytest.raises(ValueError, match="one person or"):
            service.send(session, **who, **SAID)


class TestLink:
    def test_it_begins_as_the_house_is_told_to_the_world(self, monkeypatch):
        monkeypatch.setenv("STORYBANK_PUBLIC_URL", "https://stories.example.org/")
        assert service.link("/my/receipts/3") == "https://stories.example.org/my/receipts/3"

    def test_where_nothing_was_said_it_is_this_machine(self, monkeypatch):
        monkeypatch.delenv("STORYBANK_PUBLIC_URL", raising=False)
        assert service.link("/my") == "http://localhost:8000/my"


class TestSay:
    @pytest.fixture
    def standing(self, session, person):
        """``standing(State.FAILED)``: a message that stands there."""

        def make(state: State, **more) -> Message:
            who = more or {"person_id": person()}
            kept = service.send(session, **who, **SAID)
            kept.state = state
            session.flush()
            return kept

        return make

    @pytest.mark.parametrize(
        ("before", "act", "after"),
        [
            (State.TO_POST, Act.POSTED, State.POSTED),
            (State.POSTED, Act.NOT_POSTED, State.TO_POST),
            (State.TO_TELL, Act.TOLD, State.TOLD),
            (State.TOLD, Act.NOT_TOLD, State.TO_TELL),
            (State.SENT, Act.CAME_BACK, State.BOUNCED),
            (State.POSTED, Act.CAME_BACK, State.BOUNCED),
            (State.BOUNCED, Act.POST_IT, State.TO_POST),
            (State.FAILED, Act.TRY_AGAIN, State.WAITING),
            (State.KEPT, Act.TRY_AGAIN, State.WAITING),
        ],
    )
    def test_each_act_leads_on(self, session, standing, before, act, after):
        kept = standing(before)
        assert service.say(session, kept.id, act).state == after
        assert (kept.sent_at is not None) == (after in (State.POSTED, State.TOLD))

    def test_to_try_again_promises_and_counts_anew(self, session, standing):
        kept = standing(State.FAILED)
        kept.tries = 7
        before = len(promised(session))
        service.say(session, kept.id, Act.TRY_AGAIN)
        assert (kept.tries, kept.last_problem, len(promised(session))) == (0, None, before + 1)

    @pytest.mark.parametrize(
        ("before", "act"),
        [
            (State.SENT, Act.TRY_AGAIN), (State.WAITING, Act.POSTED), (State.TO_POST, Act.TOLD),
            (State.WAITING, Act.CAME_BACK), (State.SENT, Act.POST_IT),
        ],
    )  # fmt: skip
    def test_what_has_moved_on_is_a_conflict(self, session, standing, before, act):
        with pytest.raises(Conflict):
            service.say(session, standing(before).id, act)

    def test_what_goes_to_an_account_is_never_printed(self, session, standing):
        account = people.add_account(session, "eve@example.org", [Role.MEMBER])
        with pytest.raises(Conflict):
            service.say(session, standing(State.FAILED, account_id=account.id).id, Act.POST_IT)

    def test_there_is_no_such_message(self, session):
        with pytest.raises(NotFound):
            service.say(session, 999_999, Act.POSTED)


class TestForget:
    def test_nothing_to_this_person_is_left_and_all_to_others_is(self, session, person):
        ada, bea = person(), person(email="bea@example.org")
        gone = [service.send(session, person_id=ada, **SAID).id for _ in range(2)]
        kept = service.send(session, person_id=bea, **SAID).id
        assert service.forget(session, ada) == 2
        assert session.scalars(sa.select(Message.id)).all() == [kept]
        job = session.scalars(sa.select(Job).where(Job.name == service.FORGET)).one()
        assert job.args == {"message_ids": gone}


class TestSweep:
    def test_what_lost_its_promise_gets_a_new_one_once(self, session, person):
        kept = service.send(session, person_id=person(), **SAID)
        session.execute(sa.delete(Job))
        service.sweep(session)
        assert promised(session) == []  # it may be on its way just now
        kept.next_try_at = now() - timedelta(minutes=11)
        session.flush()
        service.sweep(session)
        service.sweep(session)
        assert promised(session) == [kept.id]
