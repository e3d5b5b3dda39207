"""Passkeys over HTTP, with a phone made of a few lines."""

from __future__ import annotations

import json
import re

import pytest
import sqlalchemy as sa
import time_machine
from crawling import TOKEN
from ways_in.authenticator import Authenticator

from storybank.people import passkeys, service
from storybank.people.rules import Role
from storybank.people.way_models import Passkey

ADA = "ada@example.org"


@pytest.fixture
def ada(scene) -> int:
    return scene.account(ADA, person_id=scene.person_id, name="Ada")


@pytest.fixture
def phone() -> Authenticator:
    return Authenticator()


def make(person, phone, name="My phone"):
    options = person.post("/me/passkeys/begin", on="/me/ways")
    return person.post("/me/passkeys", on="/me/ways", answer=phone.make(options.json), name=name)


def begin(person) -> dict:
    return person.post("/sign-in/passkey/begin", on="/sign-in").json


def come_in(person, phone, **more):
    answer = phone.answer(begin(person))
    return person.post("/sign-in/passkey", on="/sign-in", answer=answer, **more)


def who(person) -> bool:
    return person.get("/me").status_code == 200


@pytest.fixture
def held(scene, ada, phone):
    """Ada at a browser of hers, with a passkey on her phone."""
    person = scene.browser(ADA)
    assert make(person, phone).json == {"go": "/me/ways"}
    return person


class TestMaking:
    def test_it_is_listed_under_its_name_and_signs_in(self, scene, held, phone):
        assert "My phone" in held.get("/me/ways").text
        other = scene.browser()
        answer = come_in(other, phone, next="/my")
        assert answer.json == {"go": "/my"} and who(other)
        assert "Expires" not in answer.headers["Set-Cookie"]
        assert "last used on" in held.get("/me/ways").text

    def test_at_home_they_stay(self, scene, held, phone):
        answer = come_in(scene.browser(), phone, own_device="yes")
        assert "Expires" in answer.headers["Set-Cookie"]

    def test_the_phone_is_told_no_address_and_no_number(self, scene, ada):
        person = scene.browser(ADA)
        options = person.post("/me/passkeys/begin", on="/me/ways").json
        assert options["user"]["name"] == "Ada" and ADA not in json.dumps(options)
        assert options["user"]["id"] != str(ada)
        again = person.post("/me/passkeys/begin", on="/me/ways").json
        assert again["user"]["id"] == options["user"]["id"]
        assert again["challenge"] != options["challenge"]

    def test_the_same_phone_is_not_kept_twice(self, scene, held, phone):
        options = held.post("/me/passkeys/begin", on="/me/ways").json
        assert len(options["excludeCredentials"]) == 1
        answer = held.post("/me/passkeys", on="/me/ways", answer=phone.make(options), name="x")
        assert answer.status_code == 403

    @pytest.mark.parametrize(
        "other", [{"origin": "https://evil.example"}, {"host": "evil.example"}]
    )
    def test_one_made_for_another_site_is_refused(self, scene, ada, other):
        answer = make(scene.browser(ADA), Authenticator(**other))
        assert answer.status_code == 403 and answer.json == {"sentence": passkeys.NOT_MADE}

    def test_a_challenge_is_answered_once_and_in_time(self, scene, ada, phone):
        with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
            person = scene.browser(ADA)
            options = person.post("/me/passkeys/begin", on="/me/ways").json
            clock.move_to("2026-03-01T12:06:00Z")
            answer = person.post("/me/passkeys", on="/me/ways", answer=phone.make(options))
            assert answer.status_code == 403
            options = person.post("/me/passkeys/begin", on="/me/ways").json
            for other, status in ((phone, 200), (Authenticator(), 403)):
                answer = person.post("/me/passkeys", on="/me/ways", answer=other.make(options))
                assert answer.status_code == status

    @pytest.mark.parametrize(
        "rubbish", ["", "{}", "[]", "null", '{"id": 1}', "[" * 9000, "x" * 30000]
    )
    def test_whatever_is_sent_instead_is_no_passkey(self, scene, ada, rubbish):
        person = scene.browser(ADA)
        person.post("/me/passkeys/begin", on="/me/ways")
        answer = person.post("/me/passkeys", on="/me/ways", answer=rubbish)
        assert answer.status_code == 403
        begin(scene.browser())
        assert person.post("/sign-in/passkey", on="/me", answer=rubbish).status_code == 403

    def test_ten_are_enough(self, scene, ada):
        person = scene.browser(ADA)
        for _ in range(passkeys.MOST):
            assert make(person, Authenticator()).status_code == 200
        assert person.post("/me/passkeys/begin", on="/me/ways").status_code == 409


class TestSigningIn:
    def test_an_answer_sent_again_is_refused_also_with_the_cookie_of_then(self, scene, held, phone):
        phone.count = -1  # phones that share their passkeys count nothing
        person = scene.browser()
        options = begin(person)
        before = person.client.get_cookie("storybank").value
        token = TOKEN.search(person.get("/sign-in").text)[1]
        answer = phone.answer(options)
        assert phone.count == 0
        form = {"csrf_token": token, "answer": answer}
        assert person.client.post("/sign-in/passkey", data=form).status_code == 200
        thief = scene.browser()
        thief.client.set_cookie("storybank", before)
        caught = thief.client.post("/sign-in/passkey", data=form)
        assert caught.status_code == 403 and caught.json == {"sentence": passkeys.NOT_RIGHT}

    def test_a_count_that_does_not_go_up_is_a_copied_key(self, scene, held, phone):
        phone.count = 6
        assert come_in(scene.browser(), phone).status_code == 200
        phone.count = 6
        assert come_in(scene.browser(), phone).status_code == 403
        phone.count = 7
        assert come_in(scene.browser(), phone).status_code == 200

    def test_unknown_removed_closed_and_wrong_are_told_alike(self, scene, ada, held, phone):
        said = set()
        stranger = Authenticator()
        answer = come_in(scene.browser(), stranger)
        said.add((answer.status_code, answer.text))
        stranger.number = phone.number  # claims to be Ada's phone, with another key
        answer = come_in(scene.browser(), stranger)
        said.add((answer.status_code, answer.text))
        scene.change(ada, service.disable)
        answer = come_in(scene.browser(), phone)
        said.add((answer.status_code, answer.text))
        assert len(said) == 1

    def test_who_works_here_shows_a_finger_a_face_or_a_pin(self, scene):
        scene.account("amina@example.org", Role.RESEARCHER)
        bare = Authenticator(verifies=False)
        assert make(scene.browser("amina@example.org"), bare).status_code == 200
        assert come_in(scene.browser(), bare).status_code == 403
        bare.verifies = True
        assert come_in(scene.browser(), bare).status_code == 200

    def test_a_storyteller_need_not(self, scene, ada):
        bare = Authenticator(verifies=False)
        make(scene.browser(ADA), bare)
        assert come_in(scene.browser(), bare).status_code == 200

    def test_it_is_refused_without_the_forms_token(self, scene, held):
        assert scene.browser().client.post("/sign-in/passkey/begin").status_code == 400

    def test_guessing_must_wait(self, scene, held):
        scene.app.config["STORYBANK_LIMITS"] = True
        person = scene.browser()
        tries = [come_in(person, Authenticator()).status_code for _ in range(11)]
        assert tries == [403] * 10 + [429]


class TestLookingAfterThem:
    def number(self, scene) -> int:
        with scene.house.sessions() as session:
            return session.scalar(sa.select(Passkey.id))

    def test_a_new_name(self, scene, held):
        path = f"/me/passkeys/{self.number(scene)}/name"
        assert held.post(path, on="/me/ways", name=" The  old tablet ").status_code == 303
        assert 'value="The old tablet"' in held.get("/me/ways").text
        assert held.post(path, on="/me/ways", name="x" * 61).status_code == 422

    def test_removed_it_opens_nothing(self, scene, held, phone):
        path = f"/me/passkeys/{self.number(scene)}/remove"
        assert held.post(path, on="/me/ways").status_code == 303
        assert come_in(scene.browser(), phone).status_code == 403

    def test_nobody_touches_anothers(self, scene, held, phone):
        scene.account("eve@example.org", Role.MEMBER)
        eve = scene.browser("eve@example.org")
        for act in ("name", "remove"):
            path = f"/me/passkeys/{self.number(scene)}/{act}"
            assert eve.post(path, on="/me", name="Eve's").status_code == 404
        assert come_in(scene.browser(), phone).status_code == 200


def test_without_javascript_no_passkey_form_is_shown(scene, ada):
    for person, path in ((scene.browser(), "/sign-in"), (scene.browser(ADA), "/me/ways")):
        page = person.get(path).text
        assert re.search(r"<form[^>]*data-passkey[^>]*hidden", page)
        assert "style=" not in page
