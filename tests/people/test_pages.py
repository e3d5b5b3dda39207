"""Pages of accounts: one's own, and the administrator's."""

import pytest

from storybank.people import reading, service
from storybank.people.rules import GIVEN_TO_ACCOUNTS, Role

PASSWORD = "a door of green glass"


@pytest.fixture
def look(sessions):
    """Reads an account anew: ``look("ana@example.org")``."""

    def read(email: str):
        with sessions() as session:
            found = service.account_by_email(session, email)
            return found and (found, set(service.actor_for(session, found).roles))

    return read


@pytest.fixture
def ana(account, client, sign_in):
    """A storyteller, signed in."""
    made = account("ana@example.org", Role.STORYTELLER, name="Ana")
    sign_in(client, "ana@example.org")
    return made


@pytest.fixture
def root(account, client, sign_in):
    """An administrator, signed in, beside two others."""
    made = account("root@example.org", Role.ADMINISTRATOR)
    account("ben@example.org", Role.STORYTELLER, name="Ben")
    account("eve@example.org", Role.RESEARCHER, Role.FACILITATOR)
    sign_in(client, "root@example.org")
    return made


class TestMyAccount:
    def test_it_shows_name_code_and_what_each_role_does(self, client, ana):
        page = client.get("/me").text
        assert "Ana" in page and "ST-0001" in page and Role.STORYTELLER.sentence in page

    def test_a_visitor_signs_in_first(self, client):
        assert client.get("/me").location == "/sign-in?next=/me"

    def test_a_new_password_keeps_this_browser_and_ends_the_others(
        self, client, ana, sign_in, look
    ):
        other = client.application.test_client()
        sign_in(other, "ana@example.org")
        form = {"current_password": PASSWORD, "new_password": "ten paper cranes"}
        assert client.post("/me/password", data=form).location == "/me"
        assert "Your password is changed" in client.get("/me").text
        assert other.get("/me").status_code == 303
        assert sign_in(other, "ana@example.org").status_code == 422
        assert sign_in(other, "ana@example.org", "ten paper cranes").status_code == 303

    @pytest.mark.parametrize(
        ("form", "field"),
        [
            ({"current_password": "wrong", "new_password": "ten paper cranes"}, "current_password"),
            ({"new_password": "ten paper cranes"}, "current_password"),
            ({"current_password": PASSWORD, "new_password": "short"}, "new_password"),
        ],
    )
    def test_a_wrong_or_short_one_changes_nothing(self, client, ana, sign_in, form, field):
        answer = client.post("/me/password", data=form)
        assert answer.status_code == 422 and f'<a href="#{field}">' in answer.text
        assert "ten paper cranes" not in answer.text
        assert sign_in(client.application.test_client(), "ana@example.org").status_code == 303


class TestTheList:
    def test_it_shows_each_account_with_its_roles(self, client, root):
        page = client.get("/people").text
        assert "ben@example.org" in page and "researcher, facilitator" in page
        assert "3 accounts" in page

    def test_a_part_of_an_address_finds_it(self, client, root):
        page = client.get("/people?email=BEN@").text
        assert "ben@example.org" in page and "eve@example.org" not in page
        assert 'value="BEN@"' in page

    @pytest.mark.parametrize("search", ["nobody", "%00", "<script>"])
    def test_nothing_found_says_so(self, client, root, search):
        answer = client.get(f"/people?email={search}")
        assert answer.status_code == 200 and "No account has that" in answer.text
        assert '<script>"' not in answer.text

    @pytest.mark.parametrize("page", ["0", "-1", "99", "x", "9" * 30])
    def test_a_page_that_is_not_there_is_the_nearest(self, client, root, page):
        assert "ben@example.org" in client.get(f"/people?page={page}").text

    def test_many_come_in_pages(self, client, root, sessions):
        with sessions.begin() as session:
            for n in range(60):
                service.add_account(session, f"m{n:02}@example.org", [Role.MEMBER])
        first, last = client.get("/people").text, client.get("/people?page=3").text
        assert "ben@" in first and "m59@" not in first
        assert "m59@" in last and "ben@" not in last


class TestOpeningAnAccount:
    FORM = {
        "email": "New@example.org",
        "name": "New",
        "roles": ["member", "steward"],
        "code": "",
        "password": "ten paper cranes",
    }

    def test_it_can_be_signed_in_to(self, client, root, sign_in, look):
        answer = client.post("/people/new", data=self.FORM)
        made, roles = look("new@example.org")
        assert answer.location == f"/people/{made.id}"
        assert (made.name, roles) == ("New", {Role.MEMBER, Role.STEWARD})
        fresh = client.application.test_client()
        assert sign_in(fresh, "new@example.org", "ten paper cranes").status_code == 303

    def test_a_storyteller_is_joined_to_their_story_by_code(self, client, root, sessions, look):
        with sessions.begin() as session:
            code, number = (person := service.new_person(session)).code, person.id
        client.post("/people/new", data={**self.FORM, "roles": "storyteller", "code": code})
        assert look("new@example.org")[0].person_id == number

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"email": "no address"}, "email"),
            ({"email": "BEN@example.org"}, "email"),
            ({"name": "\x00"}, "name"),
            ({"roles": []}, "roles"),
            ({"roles": ["machine"]}, "roles"),
            ({"code": "ST-0001"}, "code"),
            ({"roles": ["storyteller"], "code": "ST-0001"}, "code"),
            ({"roles": ["storyteller"], "code": "ST-0999"}, "code"),
            ({"roles": ["storyteller"], "code": "what"}, "code"),
            ({"password": "short"}, "password"),
        ],
    )
    def test_what_is_wrong_is_told_beside_its_field(self, client, root, sessions, change, field):
        form = {**self.FORM, **change}
        answer = client.post("/people/new", data=form)
        assert answer.status_code == 422 and f'<a href="#{field}">' in answer.text
        assert "ten paper cranes" not in answer.text
        with sessions() as session:
            assert reading.count_accounts(session) == 3

    def test_answers_are_kept(self, client, root):
        page = client.post("/people/new", data={**self.FORM, "password": ""}).text
        assert 'value="New@example.org"' in page
        assert page.count(" checked") == 2

    def test_the_form_opens_empty(self, client, root):
        page = client.get("/people/new").text
        assert " checked" not in page and "Error" not in page


class TestOneAccount:
    def test_roles_change_and_can_be_changed_back(self, client, root, look):
        number = look("eve@example.org")[0].id
        client.post(f"/people/{number}/roles", data={"roles": ["steward"]})
        assert look("eve@example.org")[1] == {Role.STEWARD}
        page = client.get(f"/people/{number}").text
        assert 'name="roles" value="researcher,facilitator"' in page
        client.post(f"/people/{number}/roles", data={"roles": "researcher,facilitator"})
        assert look("eve@example.org")[1] == {Role.RESEARCHER, Role.FACILITATOR}

    def test_no_role_is_told_and_changes_nothing(self, client, root, look):
        number = look("eve@example.org")[0].id
        answer = client.post(f"/people/{number}/roles", data={})
        assert answer.status_code == 422 and "Choose at least one role" in answer.text
        assert look("eve@example.org")[1] == {Role.RESEARCHER, Role.FACILITATOR}

    def test_the_last_administrator_is_told_to_find_another(self, client, root, look):
        for act, form in [("roles", {"roles": "member"}), ("disable", {})]:
            answer = client.post(f"/people/{root.id}/{act}", data=form)
            assert answer.status_code == 422 and service.LAST in answer.text
        assert look("root@example.org")[1] == {Role.ADMINISTRATOR}

    def test_who_steps_down_is_led_to_a_page_still_open(self, client, root, account):
        account("second@example.org", Role.ADMINISTRATOR)
        answer = client.post(f"/people/{root.id}/roles", data={"roles": "member"})
        assert answer.location == "/me" and client.get("/me").status_code == 200

    def test_a_new_password_works_and_ends_the_sessions(self, client, root, look, sign_in):
        number = look("eve@example.org")[0].id
        eve = client.application.test_client()
        sign_in(eve, "eve@example.org")
        client.post(f"/people/{number}/password", data={"new_password": "ten paper cranes"})
        assert eve.get("/me").status_code == 303
        assert sign_in(eve, "eve@example.org", "ten paper cranes").status_code == 303

    def test_a_short_one_is_told(self, client, root, look):
        number = look("eve@example.org")[0].id
        answer = client.post(f"/people/{number}/password", data={"new_password": "short"})
        assert answer.status_code == 422 and "short" not in answer.text.split("</head>")[1]

    def test_ones_own_new_password_keeps_one_signed_in(self, client, root):
        client.post(f"/people/{root.id}/password", data={"new_password": "ten paper cranes"})
        assert client.get("/people").status_code == 200

    def test_sessions_can_be_ended(self, client, root, look, sign_in):
        number = look("eve@example.org")[0].id
        eve = client.application.test_client()
        sign_in(eve, "eve@example.org")
        client.post(f"/people/{number}/end-sessions")
        assert eve.get("/me").status_code == 303 and client.get("/people").status_code == 200

    def test_closing_shuts_out_and_opening_lets_in(self, client, root, look, sign_in):
        number = look("eve@example.org")[0].id
        eve = client.application.test_client()
        client.post(f"/people/{number}/disable")
        assert sign_in(eve, "eve@example.org").status_code == 422
        assert "Closed" in client.get("/people").text
        assert "Open the account" in client.get(f"/people/{number}").text
        client.post(f"/people/{number}/enable")
        assert sign_in(eve, "eve@example.org").status_code == 303

    @pytest.mark.parametrize("number", [99, 2**31, 10**30])
    def test_an_unknown_number_is_not_found(self, client, root, number):
        assert client.get(f"/people/{number}").status_code == 404
        for act in ("roles", "password", "end-sessions", "disable", "enable"):
            assert client.post(f"/people/{number}/{act}").status_code == 404


class TestOthers:
    PAGES = ("/people", "/people/new", "/people/1")
    ACTS = tuple(
        f"/people/{act}"
        for act in ("new", "1/roles", "1/password", "1/end-sessions", "1/disable", "1/enable")
    )

    def test_visitors_sign_in_first(self, client, account):
        account("root@example.org", Role.ADMINISTRATOR)
        for url in self.PAGES:
            assert client.get(url).location == f"/sign-in?next={url}"
        for url in self.ACTS:
            assert client.post(url).location.startswith("/sign-in")

    def test_no_other_role_comes_in(self, client, account, sign_in, look):
        account("root@example.org", Role.ADMINISTRATOR)
        account("all@example.org", *(set(GIVEN_TO_ACCOUNTS) - {"administrator"}))
        sign_in(client, "all@example.org")
        assert {client.get(url).status_code for url in self.PAGES} == {403}
        assert {client.post(url).status_code for url in self.ACTS} == {403}
        assert look("root@example.org")[0].session_version == 1
