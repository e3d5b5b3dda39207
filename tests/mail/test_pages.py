"""The steward's outbox."""

from __future__ import annotations

import re

import factories
import pytest
import sqlalchemy as sa
from crawling import Person
from mail.conftest import TEXT

from storybank import db
from storybank.mail.models import Message
from storybank.mail.rules import Problem, State
from storybank.people import identity
from storybank.people.identity_rules import Channel, Details
from storybank.people.models import Account
from storybank.people.rules import GIVEN_TO_ACCOUNTS, Role

BY_POST = Details(
    legal_name="Ada Nkemelu-Rossi", address="1 Low Road\nLeeds", preferred_channel=Channel.LETTER,
    preferred_format="large_print",
)  # fmt: skip
BY_PHONE = Details(
    legal_name="Bea Lind", phone="07700900123", preferred_channel=Channel.CALL
)  # fmt: skip


@pytest.fixture
def app(outbox):
    return factories.make_app(outbox.house)


@pytest.fixture
def somebody(app, outbox):
    def come(role: Role) -> Person:
        with db.writing(outbox.house.sessions) as session:
            factories.Factory(session).actor(role, email=f"{role}@example.org")
        return Person(app, f"{role}@example.org")

    return come


@pytest.fixture
def steward(somebody) -> Person:
    return somebody(Role.STEWARD)


@pytest.fixture
def standing(outbox):
    """``standing(State.FAILED, Problem.REFUSED)``: the number of a message that stands there."""

    def make(state: State, problem: Problem | None = None, **more) -> int:
        number = outbox.put(**more)
        with db.writing(outbox.house.sessions) as session:
            session.execute(
                sa.update(Message)
                .where(Message.id == number)
                .values(state=state.value, last_problem=problem and problem.value)
            )
        return number

    return make


def counted(page: str) -> dict[str, int]:
    found = re.findall(r"show=([\w-]+)\"[^>]*>[^<]+<span class=\"sb-filter__count\">(\d+)", page)
    return {name: int(count) for name, count in found}


class TestOutbox:
    @pytest.mark.parametrize("role", [one for one in GIVEN_TO_ACCOUNTS if one != Role.STEWARD])
    def test_only_a_steward_comes_in(self, somebody, outbox, role):
        number = outbox.put()
        person = somebody(role)
        assert person.get("/mail").status_code == 403
        assert person.get(f"/mail/{number}").status_code == 403
        assert person.post(f"/mail/{number}", act="try again").status_code == 403

    def test_a_visitor_signs_in_first(self, app):
        assert Person(app).get("/mail").location == "/sign-in?next=/mail"

    def test_it_counts_each_part_and_opens_at_what_needs_hands(self, steward, outbox, standing):
        standing(State.FAILED, Problem.REFUSED)
        standing(State.BOUNCED)
        standing(State.SENT)
        outbox.put()
        outbox.put(person_id=outbox.person(BY_POST))
        page = steward.get("/mail").text
        assert counted(page) == {
            "to-post": 1, "to-tell": 0, "not-delivered": 2, "waiting": 1, "gone": 1,
        }  # fmt: skip
        assert "Print it and post it." in page
        page = steward.get("/mail", show="not-delivered").text
        assert "It could not be sent. The address was refused." in page

    def test_it_shows_no_address_no_name_and_no_text(self, steward, outbox):
        outbox.put()
        page = steward.get("/mail", show="waiting").text
        assert "ST-0001" in page
        for word in ("ada@", "Nkemelu", "Low Road", "a note of your choices"):
            assert word not in page

    def test_with_many_there_are_pages(self, steward, outbox):
        who = outbox.person()
        for _ in range(26):
            outbox.put(person_id=who)
        assert steward.get("/mail", show="waiting").text.count("sb-list__facts") == 25
        assert steward.get("/mail", show="waiting", page=2).text.count("sb-list__facts") == 1
        for odd in ("0", "99", "x", "-1"):
            assert steward.get("/mail", show="waiting", page=odd).status_code == 200

    def test_nobody_says_that_there_is_no_server_where_there_is_one(self, steward):
        assert "No mail server is set" not in steward.get("/mail").text


class TestWithoutServer:
    @pytest.fixture
    def outbox(self, moved_in):
        return moved_in()

    def test_the_steward_is_told(self, steward, outbox):
        outbox.put()
        outbox.drain()
        page = steward.get("/mail").text
        assert "No mail server is set" in page
        assert "1 message lies there now" in page
        assert "so it lies in the mail folder as a file" in page


class TestSendKept:
    def test_with_a_server_all_that_lay_there_goes(self, steward, outbox, post, standing):
        numbers = [standing(State.KEPT), standing(State.KEPT)]
        failed = standing(State.FAILED, Problem.REFUSED)
        page = steward.get("/mail", show="not-delivered").text
        assert "2 messages lie in the mail folder" in page
        assert steward.post("/mail/send-kept", on="/mail").status_code == 303
        outbox.drain()
        assert [outbox.state(one)[0] for one in numbers] == [State.SENT] * 2
        assert outbox.state(failed)[0] == State.FAILED
        assert len(post.taken) == 2


class TestMessage:
    def test_a_letter_has_name_address_and_text_in_print_of_the_size_asked_for(
        self, steward, outbox
    ):
        number = outbox.put(person_id=outbox.person(BY_POST))
        page = steward.get(f"/mail/{number}").text
        letter = page.split('<article class="')[1].split("</article>")[0]
        assert letter.startswith("sb-letter sb-letter--large")
        assert "Ada Nkemelu-Rossi\n1 Low Road\nLeeds" in letter
        assert all(part in letter for part in TEXT.split("\n\n"))

    def test_who_was_shown_whose_address_is_written_down(self, steward, outbox):
        who = outbox.person(BY_POST)
        steward.get(f"/mail/{outbox.put(person_id=who)}")
        with outbox.house.sessions() as session:
            (seen,) = identity.readings(session, who)
            name = session.scalar(
                sa.select(Account.name).where(Account.email.startswith("steward"))
            )
        assert (seen.who, seen.act) == (name, "read")

    def test_what_is_to_be_told_comes_with_how(self, steward, outbox):
        number = outbox.put(person_id=outbox.person(BY_PHONE))
        page = steward.get(f"/mail/{number}").text
        assert "By phone on 07700900123." in page
        assert "Ask for Bea Lind, and for nobody else." in page
        assert "a note of your choices" in page

    @pytest.mark.parametrize("state", [State.WAITING, State.FAILED, State.BOUNCED, State.SENT])
    def test_an_email_is_shown_to_nobody(self, steward, standing, outbox, state):
        number = standing(state)
        page = steward.get(f"/mail/{number}").text
        for word in ("ada@", "Nkemelu", "a note of your choices"):
            assert word not in page

    def test_a_name_cannot_become_part_of_the_page(self, steward, outbox):
        hostile = Details(legal_name="<script>alert(1)</script>", address="<b>1</b> Low Road")
        number = outbox.put(
            person_id=outbox.person(hostile), subject="<i>Your</i> receipt", body="</article><b>Hi"
        )
        page = steward.get(f"/mail/{number}").text
        for tag in ("<script>alert", "<b>1", "<i>Your", "</article><b>"):
            assert tag not in page

    @pytest.mark.parametrize("number", [999, 2**31, 2**63])
    def test_there_is_no_such_message(self, steward, number):
        assert steward.get(f"/mail/{number}").status_code == 404
        assert steward.post(f"/mail/{number}", act="posted").status_code == 404


class TestSayWhatHappened:
    def test_posted_and_undone(self, steward, outbox):
        number = outbox.put(person_id=outbox.person(BY_POST))
        answer = steward.post(f"/mail/{number}", act="posted")
        assert (answer.status_code, answer.location) == (303, "/mail?show=to-post")
        assert outbox.state(number)[0] == State.POSTED
        assert 'value="not posted"' in steward.get("/mail").text
        steward.post(f"/mail/{number}", act="not posted")
        assert outbox.state(number)[0] == State.TO_POST

    def test_it_came_back_and_goes_by_post(self, steward, outbox):
        number = outbox.put()
        outbox.drain()
        steward.post(f"/mail/{number}", act="came back")
        assert outbox.state(number) == (State.BOUNCED, Problem.CAME_BACK)
        steward.post(f"/mail/{number}", act="post it")
        assert "1 Low Road" in steward.get(f"/mail/{number}").text

    def test_try_again_sends_it(self, steward, outbox, post, standing):
        number = standing(State.FAILED, Problem.REFUSED)
        steward.post(f"/mail/{number}", act="try again")
        outbox.drain()
        assert post.to == ["ada@example.org"]
        assert outbox.state(number)[0] == State.SENT

    @pytest.mark.parametrize(("act", "status"), [("told", 409), ("", 422), ("<b>", 422)])
    def test_what_cannot_be_is_refused(self, steward, outbox, act, status):
        number = outbox.put()
        assert steward.post(f"/mail/{number}", act=act).status_code == status
        assert outbox.state(number)[0] == State.WAITING
