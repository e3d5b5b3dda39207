"""Signing in and out over HTTP: who is asking, until when, and where they are sent."""

import re

import pytest
import time_machine
from argon2 import PasswordHasher
from sqlalchemy import update

from storybank import db
from storybank.people import passwords, service
from storybank.people.models import Account
from storybank.people.rules import Role

ANA = "ana@example.org"
PASSWORD = "a door of green glass"
WHO_COMES = {("anyone",), ("signed in",), ("administrator",), ("steward",)}


def who(client) -> str:
    return client.get("/").text.removeprefix("first page for ")


class TestSigningIn:
    def test_the_right_password_leads_to_the_first_page(self, client, account, sign_in):
        account(ANA, name="Ana")
        assert who(client) == "Visitor"
        answer = sign_in(client, " ANA@example.org")
        assert (answer.status_code, answer.location) == (303, "/")
        assert who(client) == "Ana"

    def test_a_wrong_one_keeps_the_address_and_never_the_password(self, client, account, sign_in):
        account(ANA)
        answer = sign_in(client, ANA, "wrong wrong wrong")
        assert answer.status_code == 422
        assert service.WRONG in answer.text and f'value="{ANA}"' in answer.text
        assert "wrong wrong wrong" not in answer.text
        assert "<title>Error: Sign in - Storybank</title>" in answer.text
        assert who(client) == "Visitor"

    def test_a_missing_account_gets_the_page_of_a_wrong_password(self, client, account, sign_in):
        account(ANA)
        # The form's hidden token tells the second in which it was made.
        with time_machine.travel("2026-03-01T12:00:00Z", tick=False):
            wrong = sign_in(client, ANA, "wrong wrong wrong").text
            missing = sign_in(client, "ano@example.org", "wrong wrong wrong").text
        assert missing.replace("ano@", "ana@") == wrong

    def test_an_old_hash_is_renewed_even_while_somebody_else_writes(
        self, client, account, sign_in, sessions, monkeypatch
    ):
        account(ANA)
        matches = passwords.matches

        def slowly(*asked):
            # Checking takes a while: somebody else opens an account in it.
            account("other@example.org")
            return matches(*asked)

        monkeypatch.setattr(passwords, "hasher", PasswordHasher(2, 8, 1))
        monkeypatch.setattr(passwords, "matches", slowly)
        assert sign_in(client, ANA).status_code == 303
        assert who(client) == "ana"
        with sessions() as session:
            assert not service.has_old_hash(service.account_by_email(session, ANA))

    def test_empty_fields_are_each_told(self, client, account, sign_in):
        answer = sign_in(client, "", "")
        assert answer.status_code == 422
        assert '<a href="#email">' in answer.text and '<a href="#password">' in answer.text

    def test_password_managers_and_paste_are_welcome(self, client):
        page = client.get("/sign-in").text
        assert 'autocomplete="username"' in page
        assert 'autocomplete="current-password"' in page
        assert "onpaste" not in page

    def test_who_is_signed_in_needs_no_form(self, client, account, sign_in):
        account(ANA)
        sign_in(client, ANA)
        answer = client.get("/sign-in?next=/desk")
        assert (answer.status_code, answer.location) == (303, "/desk")

    def test_nothing_of_the_one_before_is_left(self, client, account, sign_in):
        account(ANA, name="Ana")
        account("bo@example.org", name="Bo")
        with client.session_transaction() as cookie:
            cookie["left"] = "by a stranger"
        sign_in(client, ANA)
        sign_in(client, "bo@example.org")
        assert who(client) == "Bo"
        with client.session_transaction() as cookie:
            assert "left" not in cookie

    def test_nobody_waits_to_write_while_a_password_is_checked(
        self, client, account, sign_in, sessions, monkeypatch
    ):
        account(ANA)

        class WriterMeanwhile(PasswordHasher):
            """Somebody else writes just when the hash is being worked out."""

            def verify(self, hash, password):
                with db.writing(sessions) as session:
                    service.new_person(session)
                return super().verify(hash, password)

        monkeypatch.setattr(passwords, "hasher", WriterMeanwhile(1, 8, 1))
        assert sign_in(client, ANA).status_code == 303

    def test_a_form_from_elsewhere_is_refused(self, make_app, account, sign_in):
        account(ANA)
        app = make_app()
        app.config["WTF_CSRF_ENABLED"] = True
        client = app.test_client()
        assert sign_in(client, ANA).status_code == 400
        found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/sign-in").text)
        assert sign_in(client, ANA, csrf_token=found[1]).status_code == 303


class TestTheWayBack:
    def test_a_visitor_is_sent_to_sign_in_and_back(self, client, account, sign_in):
        account(ANA, Role.STEWARD)
        sent = client.get("/desk?page=2")
        assert (sent.status_code, sent.location) == (303, "/sign-in?next=/desk?page%3D2")
        form = client.get(sent.location).text
        assert 'name="next" value="/desk?page=2"' in form
        assert sign_in(client, ANA, next="/desk?page=2").location == "/desk?page=2"

    def test_it_survives_a_wrong_password(self, client, account, sign_in):
        account(ANA)
        assert 'name="next" value="/desk"' in sign_in(client, ANA, "wrong", next="/desk").text

    @pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example", "/\\evil"])
    def test_it_never_leads_out_of_the_house(self, client, account, sign_in, elsewhere):
        account(ANA)
        assert "evil" not in client.get("/sign-in", query_string={"next": elsewhere}).text
        assert sign_in(client, ANA, next=elsewhere).location == "/"
        answer = client.get("/sign-in", query_string={"next": elsewhere})
        assert answer.location == "/"

    def test_a_form_that_was_sent_is_not_sent_again_and_its_page_is_found(self, client):
        assert client.post("/desk").location == "/sign-in?next=/desk"
        assert "your last press was not kept" in client.get("/sign-in?next=/desk").text
        assert client.post("/me/password").location == "/sign-in?next=/me"
        assert client.post("/me/sign-out-everywhere").location == "/sign-in?next=/me"

    def test_so_it_is_when_the_forms_token_went_with_the_sign_in(self, make_app, account, sign_in):
        app = make_app()
        account(ANA, Role.STEWARD)
        client = app.test_client()
        sign_in(client, ANA)
        app.config["WTF_CSRF_ENABLED"] = True
        client.delete_cookie("storybank")
        sent = client.post("/desk", data={"csrf_token": "from before"})
        assert (sent.status_code, sent.location) == (303, "/sign-in?next=/desk")
        assert "your last press was not kept" in client.get(sent.location).text

    def test_a_wrong_token_of_who_is_signed_in_is_still_refused(self, make_app, account, sign_in):
        app = make_app()
        account(ANA, Role.STEWARD)
        client = app.test_client()
        sign_in(client, ANA)
        app.config["WTF_CSRF_ENABLED"] = True
        assert client.post("/desk", data={"csrf_token": "from elsewhere"}).status_code == 400

    def test_a_part_of_a_page_sends_the_whole_page(self, client):
        answer = client.post(
            "/desk",
            headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/stories/3"},
        )
        assert answer.status_code == 204
        assert answer.headers["HX-Redirect"] == "/sign-in?next=/stories/3"


class TestTheDoor:
    def test_it_opens_to_the_roles_it_names(self, client, account, sign_in):
        account(ANA, Role.MEMBER, Role.STEWARD)
        sign_in(client, ANA)
        assert client.get("/desk").text == "the desk"

    def test_and_to_nobody_else(self, client, account, sign_in):
        account(ANA, Role.ADMINISTRATOR, Role.MEMBER)
        sign_in(client, ANA)
        assert client.get("/desk").status_code == 403

    def test_a_role_taken_away_closes_it_at_once(self, client, account, sign_in, sessions):
        number = account(ANA, Role.STEWARD).id
        sign_in(client, ANA)
        with sessions.begin() as session:
            service.set_roles(session, session.get(Account, number), [Role.MEMBER])
        assert client.get("/desk").status_code == 403

    def test_each_page_says_who_may_come_and_that_it_shows_no_words(self, make_app):
        for endpoint, view in make_app().view_functions.items():
            if endpoint.startswith("people.") and not endpoint.endswith(".static"):
                assert view.purposes == (), endpoint
                assert view.roles in WHO_COMES, endpoint


class TestSigningOut:
    def test_this_browser_forgets(self, client, account, sign_in):
        account(ANA)
        sign_in(client, ANA)
        assert client.post("/sign-out").location == "/sign-in"
        assert who(client) == "Visitor"
        assert "You are signed out." in client.get("/sign-in").text

    def test_a_link_does_not_do_it(self, client, account, sign_in):
        account(ANA, name="Ana")
        sign_in(client, ANA)
        assert client.get("/sign-out").status_code == 405
        assert who(client) == "Ana"

    def test_everywhere_means_each_browser_and_no_other_person(self, make_app, account, sign_in):
        app = make_app()
        account(ANA, name="Ana")
        account("bo@example.org", name="Bo")
        phone, laptop, other = app.test_client(), app.test_client(), app.test_client()
        sign_in(phone, ANA)
        sign_in(laptop, ANA)
        sign_in(other, "bo@example.org")
        assert phone.post("/me/sign-out-everywhere").location == "/sign-in"
        assert (who(phone), who(laptop), who(other)) == ("Visitor", "Visitor", "Bo")


class TestTheSession:
    def test_at_home_it_lasts_sixty_days_from_the_last_visit(self, client, account, sign_in):
        account(ANA, name="Ana")
        with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
            sign_in(client, ANA, own_device="yes")
            clock.move_to("2026-04-29T12:00:00Z")
            assert who(client) == "Ana"
            clock.move_to("2026-06-27T12:00:00Z")
            assert who(client) == "Ana"
            clock.move_to("2026-08-26T12:00:01Z")
            assert who(client) == "Visitor"

    def test_elsewhere_it_ends_with_the_browser_or_a_day_after_the_last_visit(
        self, client, account, sign_in
    ):
        account(ANA, name="Ana")
        with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
            answer = sign_in(client, ANA)
            assert "Expires" not in answer.headers["Set-Cookie"]
            assert "Max-Age" not in answer.headers["Set-Cookie"]
            clock.move_to("2026-03-02T11:59:00Z")
            assert who(client) == "Ana"
            clock.move_to("2026-03-03T11:58:00Z")
            assert who(client) == "Ana"
            clock.move_to("2026-03-04T11:59:00Z")
            assert who(client) == "Visitor"

    def test_an_administrator_never_stays(self, client, account, sign_in):
        account(ANA, Role.ADMINISTRATOR, name="Ana")
        assert "Expires" not in sign_in(client, ANA, own_device="yes").headers["Set-Cookie"]
        assert (
            "Expires"
            in sign_in(client, account("bo@example.org").email, own_device="y").headers[
                "Set-Cookie"
            ]
        )

    def test_a_new_password_does_not_change_how_long(self, client, account, sign_in):
        account(ANA)
        sign_in(client, ANA, own_device="yes")
        form = {"current_password": PASSWORD, "new_password": "ten paper cranes"}
        assert "Expires" in client.post("/me/password", data=form).headers["Set-Cookie"]

    def test_a_phone_may_change_its_network(self, client, account, sign_in):
        account(ANA, Role.STORYTELLER, name="Ana")
        sign_in(client, ANA)
        client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
        assert who(client) == "Ana"

    def test_an_administrator_signs_in_anew(self, client, account, sign_in):
        account(ANA, Role.ADMINISTRATOR, name="Ana")
        sign_in(client, ANA)
        assert who(client) == "Ana"
        client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
        assert who(client) == "Visitor"

    def test_a_closed_account_is_out_at_once(self, client, account, sign_in, sessions):
        number = account(ANA).id
        sign_in(client, ANA)
        with sessions.begin() as session:
            # Only the date: the session's version is not what keeps them out here.
            session.execute(
                update(Account)
                .where(Account.id == number)
                .values(disabled_at=session.get(Account, number).created_at)
            )
        assert who(client) == "Visitor"

    @pytest.mark.parametrize("key", ["1:2", "2:1", "1", "", "x:1", "-1:1", "²:1", "9" * 40 + ":1"])
    def test_a_key_that_fits_no_account_is_a_visitor(self, client, account, key):
        account(ANA)
        with client.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = key, True
            cookie.permanent = True
        assert who(client) == "Visitor"

    @pytest.mark.parametrize("secure", [True, False])
    def test_its_cookie_is_for_this_house_alone(self, make_app, account, sign_in, secure):
        account(ANA)
        answer = sign_in(make_app(secure=secure).test_client(), ANA)
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
        assert ("Secure" in cookie) is secure


class TestLimits:
    def test_the_eleventh_wrong_try_in_a_minute_must_wait(self, make_app, account, sign_in):
        account(ANA)
        client = make_app(limited=True).test_client()
        tries = [sign_in(client, f"a{n}@example.org", "wrong").status_code for n in range(11)]
        assert tries == [422] * 10 + [429]
        waiting = sign_in(client, ANA)
        assert waiting.status_code == 429 and "Please wait a little" in waiting.text
        assert client.get("/sign-in").status_code == 200

    def test_another_address_need_not_wait(self, make_app, account, sign_in):
        account(ANA)
        app = make_app(limited=True)
        for n in range(11):
            sign_in(app.test_client(), f"a{n}@example.org", "wrong")
        elsewhere = app.test_client()
        elsewhere.environ_base["REMOTE_ADDR"] = "203.0.113.9"
        assert sign_in(elsewhere, ANA).status_code == 303

    def test_sixty_wrong_tries_fill_the_hour(self, make_app, sign_in):
        client = make_app(limited=True).test_client()
        with time_machine.travel("2026-03-01T12:00:00Z", tick=False) as clock:
            for minute in range(6):
                clock.move_to(f"2026-03-01T12:{minute * 2:02}:00Z")
                for n in range(10):
                    answer = sign_in(client, f"a{minute}{n}@example.org", "wrong")
                    assert answer.status_code == 422
            clock.move_to("2026-03-01T12:30:00Z")
            assert sign_in(client, "b@example.org", "wrong").status_code == 429
            clock.move_to("2026-03-01T13:30:00Z")
            assert sign_in(client, "b@example.org", "wrong").status_code == 422

    def test_one_account_tried_from_many_addresses_must_wait(self, make_app, account, sign_in):
        account(ANA)
        app = make_app(limited=True)
        tries = []
        for n in range(11):
            client = app.test_client()
            client.environ_base["REMOTE_ADDR"] = f"203.0.113.{n}"
            typed = ANA if n % 2 else " ANA@EXAMPLE.ORG "
            tries.append(sign_in(client, typed, "wrong").status_code)
        assert tries == [422] * 10 + [429]

    def test_a_room_full_of_people_can_all_sign_in(self, make_app, account, sign_in):
        account(ANA)
        app = make_app(limited=True)
        tries = [sign_in(app.test_client(), ANA).status_code for _ in range(15)]
        assert tries == [303] * 15

    def test_a_house_under_test_counts_nothing(self, client, sign_in):
        tries = [sign_in(client, "ano@example.org", "wrong").status_code for _ in range(12)]
        assert tries == [422] * 12

    def test_a_borrowed_session_cannot_guess_the_password(self, make_app, account, sign_in):
        account(ANA)
        client = make_app(limited=True).test_client()
        sign_in(client, ANA)
        form = {"current_password": "guess", "new_password": "ten paper cranes"}
        tries = [client.post("/me/password", data=form).status_code for _ in range(11)]
        assert tries == [422] * 10 + [429]
