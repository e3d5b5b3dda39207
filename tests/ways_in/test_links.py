"""Links by e-mail: asked for, opened, pressed; and an address shown to be theirs."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
import time_machine

from storybank import db
from storybank.jobs.models import Job
from storybank.people import links, service
from storybank.people.models import Account
from storybank.people.rules import Role
from storybank.people.way_models import MailedLink

ADA = "ada@example.org"
TOKENS = re.compile(r'name="csrf_token" value="[^"]+"')


@pytest.fixture
def ada(scene) -> int:
    return scene.account(ADA, person_id=scene.person_id, name="Ada")


def ask(person, email=ADA, **more):
    return person.post("/sign-in/link", on="/sign-in", email=email, **more)


def who(person) -> bool:
    return person.get("/me").status_code == 200


class TestAsking:
    def test_known_unknown_closed_and_unproven_get_the_same_answer_and_the_same_work(
        self, scene, ada
    ):
        closed = scene.account("closed@example.org", Role.MEMBER)
        scene.change(closed, service.disable)
        seen = []
        for email in (ADA, "nobody@example.org", "closed@example.org"):
            somebody, done = scene.browser(), []
            somebody.get("/sign-in")

            def hear(connection, cursor, statement, *rest, done=done):
                done.append(statement)

            sa.event.listen(scene.house.engine, "before_cursor_execute", hear)
            answer = ask(somebody, email)
            sa.event.remove(scene.house.engine, "before_cursor_execute", hear)
            page = TOKENS.sub("", somebody.get(answer.location).text)
            seen.append((answer.status_code, answer.location, page, done))
        assert seen[0][:3] == seen[1][:3] == seen[2][:3]
        assert seen[0][3] == seen[1][3] == seen[2][3] != []
        assert seen[0][:2] == (303, "/sign-in/sent")

    def test_one_letter_goes_and_it_goes_to_the_one_who_is_known(self, scene, ada):
        for email in ("nobody@example.org", " ADA@example.org "):
            ask(scene.browser(), email)
        assert [letter.count("/sign-in/link/") for letter in scene.letters()] == [1]

    def test_what_was_typed_is_kept_nowhere(self, scene, ada, capfd):
        ask(scene.browser(), "typed-by-mistake@example.org")
        assert "typed-by-mistake" not in scene.kept()
        assert "typed-by-mistake" not in "".join(capfd.readouterr())

    def test_no_address_is_told_at_once(self, scene):
        answer = ask(scene.browser(), "ada")
        assert answer.status_code == 422 and '<a href="#link_email">' in answer.text

    def test_the_token_is_in_the_sealed_letter_alone_and_not_in_a_log(self, scene, ada, capfd):
        ask(scene.browser())
        token = scene.link().rsplit("/", 1)[1]
        person = scene.browser()
        person.get(f"/sign-in/link/{token}")
        person.post(f"/sign-in/link/{token}", on=f"/sign-in/link/{token}")
        assert token not in scene.kept()
        assert token not in "".join(capfd.readouterr())
        with scene.house.sessions() as session:
            assert session.scalar(sa.select(sa.func.count(Job.id)).where(
                Job.name == links.SEND)) == 0  # fmt: skip

    def test_the_fifth_letter_in_a_quarter_of_an_hour_must_wait_known_or_not(self, scene, ada):
        scene.app.config["STORYBANK_LIMITS"] = True
        for email in (ADA, "nobody@example.org"):
            tries = [ask(scene.browser(), email).status_code for _ in range(5)]
            assert tries == [303] * 4 + [429], email


class TestPressing:
    @pytest.fixture
    def link(self, scene, ada) -> str:
        ask(scene.browser())
        return scene.link()

    def test_opening_does_nothing_pressing_signs_in_once(self, scene, link):
        for _ in range(3):
            scanner = scene.browser()
            assert "Press the button to sign in" in scanner.get(link).text
            assert not who(scanner)
        ada, other = scene.browser(), scene.browser()
        answer = ada.post(link, on=link)
        assert (answer.status_code, answer.location) == (303, "/")
        assert who(ada)
        assert "Expires" not in answer.headers["Set-Cookie"]
        assert other.post(link, on="/sign-in").status_code == 404
        assert other.get(link).status_code == 404 and not who(other)

    def test_at_home_they_stay(self, scene, link):
        answer = scene.browser().post(link, on=link, own_device="yes")
        assert "Expires" in answer.headers["Set-Cookie"]

    def test_it_works_for_twenty_minutes(self, scene, ada):
        with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
            ask(scene.browser())
            link = scene.link()
            clock.move_to("2026-03-01T12:19:59Z")
            assert scene.browser().get(link).status_code == 200
            clock.move_to("2026-03-01T12:20:00Z")
            assert scene.browser().get(link).status_code == 404
            assert scene.browser().post(link, on="/sign-in").status_code == 404

    def test_only_the_newest_works(self, scene, link):
        ask(scene.browser())
        newest = scene.link()
        assert newest != link
        assert scene.browser().post(link, on="/sign-in").status_code == 404
        assert scene.browser().post(newest, on=newest).status_code == 303

    @pytest.mark.parametrize("act", [service.end_all_sessions, service.disable])
    def test_it_ends_when_all_sign_ins_end(self, scene, ada, link, act):
        scene.change(ada, act)
        assert scene.browser().post(link, on="/sign-in").status_code == 404

    def test_unknown_used_and_expired_get_one_page(self, scene, link):
        scene.browser().post(link, on=link)
        pages = {
            TOKENS.sub("", scene.browser().get(path).text)
            for path in (link, "/sign-in/link/" + "x" * 43, "/sign-in/link/%00", "/sign-in/link/a")
        }
        assert len(pages) == 1

    def test_of_two_presses_at_once_one_signs_in(self, scene, ada, link):
        token = link.rsplit("/", 1)[1]
        with db.writing(scene.house.sessions) as session:
            assert links.come_in(session, token).account.id == ada
            with pytest.raises(links.Refused):
                links.come_in(session, token)

    def test_it_leads_back_to_the_page_they_were_on(self, scene, ada):
        sent = scene.browser().get("/my/1").location
        assert sent == "/sign-in?next=/my/1"
        ask(scene.browser(), next="/my/1?q=a-word-of-theirs")
        link = scene.link()
        assert scene.browser().post(link, on=link).location == "/my/1"
        assert "a-word-of-theirs" not in scene.kept()

    @pytest.mark.parametrize(
        "elsewhere", ["//evil.example", "https://evil.example", "/" + "a" * 99]
    )
    def test_it_never_leads_out_of_the_house(self, scene, ada, elsewhere):
        ask(scene.browser(), next=elsewhere)
        link = scene.link()
        assert scene.browser().post(link, on=link).location == "/"

    def test_old_links_are_swept_away(self, scene, ada):
        with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
            ask(scene.browser())
            scene.letters()
            clock.move_to("2026-03-03T12:00:00Z")
            scene.account("ben@example.org", Role.MEMBER)
            ask(scene.browser(), "ben@example.org")
            scene.letters()
        with scene.house.sessions() as session:
            assert session.scalar(sa.select(sa.func.count(MailedLink.id))) == 1


class TestMyAddress:
    @pytest.fixture
    def newcomer(self, scene):
        """Came in by a slip: an account without an address, and without a password."""
        page = f"/people/tellers/{scene.person_id}"
        slip = scene.browser("steward@example.org").post(f"{page}/slip", on=f"{page}/invite").text
        person = scene.browser()
        code = re.search(r'sb-slip__code">([^<]+)<', slip)[1]
        assert person.post("/come-in", on="/come-in", code=code).status_code == 303
        return person

    def test_it_is_theirs_when_the_link_comes_back(self, scene, newcomer):
        sent = newcomer.post("/me/address", on="/me/ways", email=ADA)
        assert sent.status_code == 303 and scene.teller().email is None
        assert ADA not in scene.kept()
        link = scene.link()
        assert link.startswith("/me/address/")
        assert newcomer.get(link).status_code == 200 and scene.teller().email is None
        assert newcomer.post(link, on=link).location == "/me/ways"
        assert scene.teller().email == ADA
        ask(scene.browser())
        again = scene.link()
        assert scene.browser().post(again, on=again).status_code == 303

    def test_until_then_no_link_to_sign_in_goes_there(self, scene, newcomer):
        newcomer.post("/me/address", on="/me/ways", email="mistyped@example.org")
        before = len(scene.letters())
        ask(scene.browser(), "mistyped@example.org")
        assert len(scene.letters()) == before

    def test_a_stranger_who_gets_the_letter_cannot_use_it(self, scene, newcomer):
        newcomer.post("/me/address", on="/me/ways", email="mistyped@example.org")
        link = scene.link()
        scene.account("stranger@example.org", Role.MEMBER)
        stranger, visitor = scene.browser("stranger@example.org"), scene.browser()
        assert visitor.get(link).location.startswith("/sign-in")
        assert stranger.post(link, on="/me").status_code == 404
        assert scene.teller().email is None

    def test_an_address_of_somebody_else_is_refused_only_to_who_reads_its_mail(
        self, scene, newcomer
    ):
        scene.account("shared@example.org", Role.MEMBER)
        answer = newcomer.post("/me/address", on="/me/ways", email="shared@example.org")
        assert answer.status_code == 303
        link = scene.link()
        refused = newcomer.post(link, on=link)
        assert refused.status_code == 422 and links.SHARED in refused.text
        assert scene.teller().email is None

    def test_a_first_password_needs_an_address_and_no_old_one(self, scene, newcomer):
        form = {"new_password": "ten paper cranes"}
        assert newcomer.post("/me/password", on="/me", **form).status_code == 422
        with db.writing(scene.house.sessions) as session:
            session.get(Account, scene.teller().id).email = ADA
        assert newcomer.post("/me/password", on="/me", **form).status_code == 303
        form = {"email": ADA, "password": "ten paper cranes"}
        assert scene.browser().post("/sign-in", on="/sign-in", **form).status_code == 303
        assert newcomer.post("/me/password", on="/me", new_password="x" * 12).status_code == 422
