"""Letters go out: to a real server on this machine, or into the mail folder."""

from __future__ import annotations

import signal
import socket
import stat
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import houses
import pytest
import sqlalchemy as sa
import time_machine
from mail.conftest import ADA, SENDER, TEXT
from mail.smtp_servers import ECHO, Gate, Post, make_certificate, serving
from servers import free_port

from storybank import db
from storybank.jobs.errands import Errands
from storybank.jobs.models import Job
from storybank.mail import service
from storybank.mail.postman import REST
from storybank.mail.rules import MOST_TRIES, WAITS, Act, Problem, State
from storybank.mail.smtp import SmtpCarrier
from storybank.people import identity
from storybank.people.identity_rules import Channel, Details
from storybank.people.rules import MACHINE

MAY = datetime(2026, 5, 4, 12, 30, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(MAY, tick=False) as clock:
        yield clock


class TestTaken:
    def test_the_server_gets_this_letter_once(self, outbox, post, golden):
        with time_machine.travel(MAY, tick=False):
            number = outbox.put()
            assert outbox.drain() == 1
        assert outbox.drain() == 0
        assert post.to == ["ada@example.org"]
        golden("receipt.eml", post.raw[0].decode("ascii"))
        assert outbox.state(number) == (State.SENT, None)
        assert outbox.read(number).sent_at == MAY.replace(tzinfo=None)

    def test_what_was_corrected_since_counts(self, outbox, post):
        who = outbox.person()
        number = outbox.put(person_id=who)
        with db.writing(outbox.house.sessions) as session:
            identity.save_details(session, MACHINE, who, Details(email="new@example.org"))
        outbox.drain()
        assert post.to == ["new@example.org"]
        assert outbox.state(number) == (State.SENT, None)

    def test_who_asks_for_paper_meanwhile_gets_paper(self, outbox, post):
        who = outbox.person()
        number = outbox.put(person_id=who)
        with db.writing(outbox.house.sessions) as session:
            identity.prefer(session, who, preferred_channel=Channel.LETTER)
        outbox.drain()
        assert post.taken == []
        assert outbox.state(number) == (State.TO_POST, None)

    def test_an_address_to_be_shown_theirs_is_dropped_once_it_was_used(self, outbox, post):
        number = outbox.put(to="new@example.org")
        outbox.drain()
        assert post.to == ["new@example.org"]
        assert outbox.read(number).to is None

    def test_what_went_to_an_account_is_no_longer_kept_for_it_may_open_a_door(self, outbox, post):
        number = outbox.put(account_id=outbox.account(), about="sign-in link")
        outbox.drain()
        assert post.to == ["ben@example.org"]
        assert outbox.read(number).body is None
        assert outbox.text(outbox.put()) == TEXT + "\n"

    def test_a_server_that_is_rude_at_the_door_has_still_taken_it(self, outbox, post):
        post.to_quit = "421 go away"
        number = outbox.put()
        outbox.drain()
        assert (outbox.drain(), post.to) == (0, ["ada@example.org"])
        assert outbox.state(number) == (State.SENT, None)


class TestRefused:
    def test_a_lasting_no_is_told_in_our_own_words(self, outbox, post, capfd):
        post.answers["ada@example.org"] = f"550 no such person at {ECHO}"
        number = outbox.put()
        assert outbox.drain() == 1
        assert outbox.state(number) == (State.FAILED, "The address was refused.")
        assert outbox.read(number).next_try_at is None
        told = capfd.readouterr()
        kept = outbox.house.config.home.glob("storybank.db*")
        assert ECHO not in told.out + told.err
        assert "ada@" not in told.out + told.err
        assert all(ECHO.encode() not in path.read_bytes() for path in kept)

    @pytest.mark.parametrize(
        ("answers", "problem", "state"),
        [
            ({"to_data": "554 spam"}, Problem.NOT_TAKEN, State.FAILED),
            ({"to_data": "451 busy"}, Problem.LATER, State.WAITING),
            ({"to_sender": "550 not you"}, Problem.SENDER, State.WAITING),
            ({"answers": {"ada@example.org": "450 busy"}}, Problem.LATER, State.WAITING),
        ],
    )
    def test_each_answer_has_its_meaning(self, outbox, post, answers, problem, state):
        vars(post).update(answers)
        number = outbox.put()
        outbox.drain()
        assert outbox.state(number) == (state, problem.value)

    def test_a_closed_account_is_not_written_to(self, outbox, post):
        who = outbox.account()
        number = outbox.put(account_id=who)
        with db.writing(outbox.house.sessions) as session:
            session.execute(sa.text("UPDATE account SET disabled_at = created_at"))
        outbox.drain()
        assert post.taken == []
        assert outbox.state(number) == (State.FAILED, Problem.NO_ADDRESS)


class TestTryAgain:
    def test_later_means_later_and_then_it_goes(self, outbox, post, clock):
        post.answers["ada@example.org"] = "450 not now"
        number = outbox.put()
        outbox.drain()
        post.answers.clear()
        clock.shift(WAITS[0] - timedelta(seconds=1))
        assert (outbox.drain(), post.taken) == (0, [])
        clock.shift(timedelta(seconds=1))
        assert outbox.drain() == 1
        assert post.to == ["ada@example.org"]
        assert (outbox.state(number), outbox.read(number).tries) == ((State.SENT, None), 2)

    def test_it_waits_longer_each_time_and_gives_up_in_the_end(self, outbox, post, clock):
        post.answers["ada@example.org"] = "450 not now"
        number = outbox.put()
        for wait in WAITS:
            assert outbox.drain() == 1
            found = outbox.read(number)
            assert found.next_try_at - datetime.now(UTC).replace(tzinfo=None) == wait
            clock.shift(wait)
        assert outbox.drain() == 1
        assert outbox.state(number) == (State.FAILED, Problem.LATER)
        assert outbox.read(number).tries == MOST_TRIES
        clock.shift(timedelta(days=9))
        assert outbox.drain() == 0

    def test_a_steward_need_not_wait(self, outbox, post, clock):
        post.answers["ada@example.org"] = "450 not now"
        number = outbox.put()
        outbox.drain()
        post.answers.clear()
        with db.writing(outbox.house.sessions) as session:
            service.say(session, number, Act.TRY_AGAIN)
        outbox.drain()
        assert outbox.state(number) == (State.SENT, None)
        clock.shift(timedelta(days=2))
        outbox.drain()
        assert post.to == ["ada@example.org"]

    def test_a_server_that_is_away_is_left_alone_for_a_while(self, moved_in, clock):
        port = free_port()
        outbox = moved_in(f"smtp://127.0.0.1:{port}")
        first, second = outbox.put(), outbox.put()
        outbox.drain()
        assert outbox.state(first) == (State.WAITING, Problem.AWAY)
        assert outbox.read(second).tries == 0
        clock.shift(REST)
        post_office = Post()
        with serving(post_office, port):
            outbox.drain()
        assert len(post_office.taken) == 2
        assert {outbox.state(one) for one in (first, second)} == {(State.SENT, None)}

    def test_a_server_that_never_says_a_word(self, moved_in):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            outbox = moved_in(f"smtp://127.0.0.1:{silent.getsockname()[1]}")
            outbox.house.postman.carrier.to_connect = 0.2
            number = outbox.put()
            outbox.drain()
        assert outbox.state(number) == (State.WAITING, Problem.AWAY)

    def test_a_fault_of_ours_is_no_lost_letter(self, outbox, post, clock):
        class Broken:
            done = State.SENT

            def carry(self, letter):
                raise RuntimeError(f"about {letter.to}")

        good, outbox.house.postman.carrier = outbox.house.postman.carrier, Broken()
        number = outbox.put()
        outbox.drain()
        assert outbox.state(number) == (State.WAITING, Problem.OURS)
        outbox.house.postman.carrier = good
        clock.shift(WAITS[0])
        outbox.drain()
        assert outbox.state(number) == (State.SENT, None)


class TestSlow:
    def test_a_slow_server_keeps_nobody_from_writing(self, outbox, post):
        post.when_taken = Gate()
        number = outbox.put()
        at_work = threading.Thread(target=outbox.drain)
        at_work.start()
        assert post.when_taken.reached.wait(20)
        # With the lock held this would wait fifteen seconds and then fail.
        with db.writing(outbox.house.sessions) as session:
            session.execute(sa.insert(Job).values(**_a_job()))
        assert outbox.house.runner.drain() == 1
        assert outbox.state(number)[0] == State.WAITING
        post.when_taken.open.set()
        at_work.join(20)
        assert outbox.state(number) == (State.SENT, None)


class TestTwoAtOnce:
    def test_two_who_run_errands_send_one_letter(self, outbox, post, tmp_path):
        post.when_taken = Gate()
        outbox.put()
        runner = outbox.house.runner.errands
        elsewhere = Errands(runner.sessions, runner.errands, tmp_path / "another machine's lock")
        at_work = threading.Thread(target=outbox.drain)
        at_work.start()
        assert post.when_taken.reached.wait(20)
        elsewhere.drain()
        post.when_taken.open.set()
        at_work.join(20)
        assert post.to == ["ada@example.org"]


class TestKilled:
    @pytest.fixture
    def kill(self, outbox, port):
        """``kill(post, "when_taken")``: send, and end the sender without a warning just there."""

        def run(post, when: str) -> None:
            environment = {
                **houses.environment(outbox.house.config.home),
                "STORYBANK_SMTP_URL": f"smtp://127.0.0.1:{port}",
                "STORYBANK_MAIL_FROM": SENDER,
            }
            code = "from storybank.cli import main; main()"
            sender = subprocess.Popen(
                [sys.executable, "-c", code, "mail", "send"], env=environment,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            setattr(post, when, sender.kill)
            assert sender.wait(60) == -signal.SIGKILL
            setattr(post, when, lambda: None)

        return run

    def test_after_it_was_taken_and_before_that_was_written_down(self, outbox, post, kill):
        number = outbox.put()
        kill(post, "when_taken")
        assert outbox.state(number)[0] == State.WAITING
        assert outbox.drain() == 1  # not yet: it may be on its way
        assert len(post.taken) == 1
        with time_machine.travel(datetime.now(UTC) + WAITS[0], tick=False):
            outbox.drain()
            outbox.drain()
        assert outbox.state(number) == (State.SENT, None)
        assert post.to == ["ada@example.org"] * 2
        assert len({mail["Message-ID"] for _, mail in post.taken}) == 1

    def test_before_it_was_taken(self, outbox, post, kill):
        number = outbox.put()
        kill(post, "when_asked")
        assert post.taken == []
        with time_machine.travel(datetime.now(UTC) + WAITS[0], tick=False):
            outbox.drain()
        assert outbox.state(number) == (State.SENT, None)
        assert post.to == ["ada@example.org"]

    def test_at_its_last_try_it_is_told_as_failed(self, outbox, post):
        number = outbox.put()
        with db.writing(outbox.house.sessions) as session:
            session.execute(
                sa.text("UPDATE message SET tries = :n, last_problem = :why"),
                {"n": MOST_TRIES, "why": Problem.AWAY.value},
            )
        outbox.drain()
        assert post.taken == []
        assert outbox.state(number) == (State.FAILED, Problem.AWAY)


class TestSafety:
    @pytest.fixture
    def sides(self, tmp_path):
        return make_certificate(tmp_path)

    @pytest.fixture
    def safe(self, post, sides, moved_in):
        """``safe("jo:open%20sesame")``: a house beside a server that wants STARTTLS, a password."""
        ours, theirs = sides
        options = {
            "tls_context": ours, "require_starttls": True, "auth_required": True,
            "authenticator": post.sign_in,
        }  # fmt: skip
        with serving(post, **options) as port:

            def move_in(who: str, trusting: bool = True):
                outbox = moved_in(f"smtp://{who}@127.0.0.1:{port}?tls=on")
                if trusting:
                    outbox.house.postman.carrier.context = theirs
                return outbox

            yield move_in

    def test_it_signs_in_behind_starttls(self, safe, post):
        outbox = safe("jo:open%20sesame")
        number = outbox.put()
        outbox.drain()
        assert outbox.state(number) == (State.SENT, None)
        assert post.passwords == [(b"jo", b"open sesame")]

    def test_a_wrong_password_is_told_and_tried_again_later(self, safe, post):
        outbox = safe("jo:sesame")
        number = outbox.put()
        outbox.drain()
        assert outbox.state(number) == (State.WAITING, Problem.NOT_LET_IN)
        assert post.taken == []

    def test_a_server_that_cannot_prove_who_it_is_gets_no_password(self, safe, post):
        outbox = safe("jo:open%20sesame", trusting=False)
        number = outbox.put()
        outbox.drain()
        assert outbox.state(number) == (State.WAITING, Problem.NOT_SAFE)
        assert post.passwords == []

    def test_nor_does_one_that_offers_no_encryption(self, moved_in, port, post):
        outbox = moved_in(f"smtp://jo:open%20sesame@127.0.0.1:{port}?tls=on")
        number = outbox.put()
        outbox.drain()
        assert outbox.state(number) == (State.WAITING, Problem.NOT_SAFE)
        assert (post.taken, post.passwords) == ([], [])

    def test_encrypted_from_the_first_byte(self, post, sides, moved_in):
        ours, theirs = sides
        with serving(post, ssl_context=ours) as port:
            outbox = moved_in(f"smtps://127.0.0.1:{port}")
            outbox.house.postman.carrier.context = theirs
            number = outbox.put()
            outbox.drain()
        assert outbox.state(number) == (State.SENT, None)
        assert isinstance(outbox.house.postman.carrier, SmtpCarrier)


class TestMailFolder:
    def files(self, outbox) -> list[Path]:
        return sorted(outbox.house.config.mail_folder.glob("*"))

    def test_without_a_server_a_letter_is_a_file_for_nobody_else(self, moved_in):
        outbox = moved_in()
        number = outbox.put()
        outbox.drain()
        assert outbox.state(number) == (State.KEPT, None)
        (path,) = self.files(outbox)
        assert path.name == f"message-{number}.eml"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert (mail["To"], mail["Subject"]) == (ADA.email, "Your receipt")
        assert mail.get_content().split() == TEXT.split()

    def test_with_a_server_it_can_go_after_all_and_the_file_goes_too(self, moved_in, port, post):
        outbox = moved_in()
        number = outbox.put()
        outbox.drain()
        outbox = moved_in(f"smtp://127.0.0.1:{port}")
        with db.writing(outbox.house.sessions) as session:
            service.say(session, number, Act.TRY_AGAIN)
        outbox.drain()
        assert outbox.state(number) == (State.SENT, None)
        assert post.to == ["ada@example.org"]
        assert self.files(outbox) == []

    def test_who_is_forgotten_is_in_no_file(self, moved_in):
        outbox = moved_in()
        ada, bea = outbox.person(), outbox.person(Details(email="bea@example.org"))
        outbox.put(person_id=ada)
        kept = outbox.put(person_id=bea)
        outbox.drain()
        with db.writing(outbox.house.sessions) as session:
            service.forget(session, ada)
        outbox.drain()
        assert [path.name for path in self.files(outbox)] == [f"message-{kept}.eml"]

    def test_a_folder_that_cannot_be_written_to_is_told(self, moved_in):
        outbox = moved_in()
        outbox.house.config.mail_folder.write_text("a file is in the way")
        number = outbox.put()
        outbox.drain()
        assert outbox.state(number) == (State.WAITING, Problem.FOLDER)


def _a_job() -> dict:
    at = datetime.now(UTC).replace(tzinfo=None) - timedelta(seconds=1)
    args = {"story_id": 1}
    return {
        "name": "consent.reconcile", "priority": 0, "args": args, "made_at": at, "run_after": at,
        "attempts": 0,
    }  # fmt: skip
