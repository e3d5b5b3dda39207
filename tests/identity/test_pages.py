"""The pages of a storyteller's details: who may come, what they show, and where nothing shows."""

from __future__ import annotations

import re

import commands
import factories
import pytest
from crawling import Person, a_person_of_each_role
from identity.test_details import DETAILS, WORDS
from portal.room import read_lines
from portal.test_plain_words import GRADE, grade

from storybank import db
from storybank.consent.rules import EIGHT
from storybank.people import identity, service
from storybank.people.rules import MACHINE, Role

SENT = {
    "legal_name": DETAILS.legal_name, "email": DETAILS.email, "phone": DETAILS.phone,
    "address": DETAILS.address, "trusted_person": DETAILS.trusted_person,
    "trusted_contact": DETAILS.trusted_contact, "preferred_channel": "letter",
    "preferred_format": "standard", "language": "en-GB", "time_zone": "Europe/Paris",
}  # fmt: skip
MINE = "/my/details"
OPEN_TO = {"steward": ("/people/tellers/", "/mail"), "storyteller": ("/my",)}
"""Where each may see a storyteller's details: the steward to reach them, they their own."""


@pytest.fixture
def scene(house, app):
    """Somebody of every role, and a storyteller whose details are kept and who has an account."""
    everybody = a_person_of_each_role(app, house)
    with db.writing(house.sessions) as session:
        a = factories.Factory(session)
        story = a.story(consented_to=EIGHT)
        identity.save_details(session, MACHINE, story.person_id, DETAILS)
        a.actor(Role.STORYTELLER, email="teller@example.org", person_id=story.person_id)
    everybody["storyteller"] = Person(app, "teller@example.org")
    return everybody


@pytest.fixture
def teller() -> str:
    """The address of the page of the only storyteller."""
    return "/people/tellers/1"


def readings(house) -> list[str]:
    with house.sessions() as session:
        return [reading.act for reading in identity.readings(session, 1)]


def shown(html: str) -> list[str]:
    return [word for word in WORDS if word in html.lower().replace("07700", "")]


class TestSteward:
    def test_the_page_shows_the_details_and_writes_down_that_it_did(self, house, scene, teller):
        page = scene["steward"].get(teller)
        assert page.status_code == 200 and shown(page.text) == list(WORDS)
        assert readings(house) == ["read"]
        assert "steward saw them" in page.text

    def test_what_is_sent_is_kept(self, house, scene, teller):
        steward = scene["steward"]
        sent = SENT | {"phone": "01632 960001", "seen": seen(steward.get(teller).text)}
        answer = steward.post(teller, on=teller, **sent)
        assert (answer.status_code, answer.location) == (303, teller)
        with house.sessions() as session:
            assert identity.details_of(session, 1).phone == "01632960001"
            assert identity.find_person(session, 1).time_zone == "Europe/Paris"
        assert readings(house)[0] == "change"

    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [({"email": "nobody"}, "does not look like an e-mail address"),
         ({"address": ""}, "Write your address, or pick another way."),
         ({"time_zone": "Mars"}, "Pick a place from the list."),
         ({"seen": "long ago"}, "were changed a moment ago")],
    )  # fmt: skip
    def test_what_is_wrong_is_said_and_what_was_typed_stays(
        self, house, scene, teller, wrong, sentence
    ):
        steward = scene["steward"]
        form = SENT | {"seen": seen(steward.get(teller).text), "legal_name": "Quite Another"}
        answer = steward.post(teller, on=teller, **form | wrong)
        assert answer.status_code == 422
        assert sentence in answer.text and "Quite Another" in answer.text
        with house.sessions() as session:
            assert identity.details_of(session, 1).legal_name == DETAILS.legal_name

    def test_nothing_is_ticked_for_who_was_not_asked_and_little_may_be_written(self, house, scene):
        with db.writing(house.sessions) as session:
            other = service.new_person(session).id
        steward, page = scene["steward"], f"/people/tellers/{other}"
        assert "checked" not in steward.get(page).text
        sent = {"phone": "01632 960001", "time_zone": "Europe/London", "seen": ""}
        assert steward.post(page, on=page, **sent).location == page
        with house.sessions() as session:
            assert identity.details_of(session, other).phone == "01632960001"

    def test_the_list_shows_codes_and_no_details(self, house, scene):
        page = scene["steward"].get("/people/tellers").text
        assert "ST-0001" in page and shown(page) == []
        assert readings(house) == []

    def test_finding_leads_to_the_page_and_puts_nothing_in_an_address(self, scene):
        for words in ("ST-0001", DETAILS.email, DETAILS.phone, DETAILS.legal_name):
            answer = scene["steward"].post("/people/tellers", on="/people/tellers", who=words)
            assert (answer.status_code, answer.location) == (303, "/people/tellers/1")

    def test_two_of_one_name_are_told_apart_by_code(self, house, scene):
        with db.writing(house.sessions) as session:
            other = factories.Factory(session).story(external_id="other").person_id
            identity.save_details(session, MACHINE, other, DETAILS)
        answer = scene["steward"].post(
            "/people/tellers", on="/people/tellers", who=DETAILS.legal_name
        )
        assert answer.status_code == 200
        assert "ST-0001" in answer.text and "ST-0002" in answer.text

    def test_who_is_not_there_is_said(self, scene):
        answer = scene["steward"].post("/people/tellers", on="/people/tellers", who="Nobody Here")
        assert answer.status_code == 422 and "Nobody was found" in answer.text
        assert scene["steward"].get("/people/tellers/999").status_code == 404
        assert scene["steward"].post("/people/tellers/999", **SENT).status_code == 404

    def test_without_the_keys_a_sentence_says_what_to_do(self, house, scene, teller):
        house.config.keys_file.unlink()
        answer = scene["steward"].get(teller)
        assert answer.status_code == 503 and "file of keys" in answer.text


class TestMine:
    def test_a_storyteller_sees_and_changes_their_own(self, house, scene):
        me = scene["storyteller"]
        page = me.get(MINE)
        assert page.status_code == 200 and shown(page.text) == list(WORDS)
        sent = SENT | {"email": "", "seen": seen(page.text)}
        assert me.post(MINE, on=MINE, **sent).location == MINE
        assert "We saved your details." in me.get(MINE).text
        with house.sessions() as session:
            assert identity.details_of(session, 1).email == ""
        assert readings(house) == []

    def test_they_see_who_of_the_team_looked(self, scene, teller):
        assert "Nobody in our team has looked yet." in scene["storyteller"].get(MINE).text
        scene["steward"].get(teller)
        assert "steward saw them" in scene["storyteller"].get(MINE).text

    def test_a_form_sent_with_mistakes_comes_back_filled_in(self, scene):
        me = scene["storyteller"]
        answer = me.post(MINE, on=MINE, **SENT | {"phone": "call me", "seen": ""})
        assert answer.status_code == 422
        assert "call me" in answer.text and 'href="#phone"' in answer.text


class TestNobodyElse:
    def test_other_roles_are_refused(self, house, scene, teller):
        for role in ("researcher", "facilitator", "member", "administrator", "storyteller"):
            for path in ("/people/tellers", teller):
                assert scene[role].get(path).status_code == 403, (role, path)
                assert scene[role].post(path, **SENT, who="ST-0001").status_code == 403
        for role in ("researcher", "facilitator", "member", "administrator", "steward"):
            assert scene[role].get(MINE).status_code == 403, role
        assert scene["visitor"].get(teller).status_code == 303
        assert scene["visitor"].get(MINE).status_code == 303
        assert readings(house) == []

    @pytest.mark.slow
    def test_no_other_page_shows_a_detail_or_leads_to_one(self, app, house, scene):
        """Every page of the house, as every role that may come there."""
        house.runner.drain()
        told = 0
        for rule in app.url_map.iter_rules():
            if "GET" not in rule.methods or rule.endpoint.endswith("static"):
                continue
            values = {"purpose": "study", "key": "EN-PEER", "token": "none", "format": "json",
                      "written": "toml", "form": "html"}  # fmt: skip
            with app.test_request_context():
                url = app.url_for(
                    rule.endpoint, **{name: values.get(name, 1) for name in rule.arguments}
                )
            for who, person in scene.items():
                if url.startswith(OPEN_TO.get(who, ())):
                    continue
                answer = person.get(url)
                told += answer.status_code == 200
                text = answer.data.decode(errors="replace")
                assert shown(text + str(answer.headers)) == [], (who, url)
                if who != "steward" and answer.status_code == 200:
                    assert "/people/tellers/" not in text, (who, url)
        assert told > 50


class TestPlaceOfWork:
    def test_it_is_changed_put_back_and_part_of_who_is_asking(self, house, app):
        root = a_person_of_each_role(app, house)["administrator"]
        with house.sessions() as session:
            member = service.account_by_email(session, "member@example.org").id
        page = f"/people/{member}"
        where = f"{page}/organisation"
        assert root.post(where, on=page, organisation=" Riverside  Clinic ").location == page
        assert "Riverside Clinic" in root.get(page).text
        assert places(house, member) == {"Riverside Clinic"}
        assert root.post(where, on=page, organisation="x" * 201).status_code == 422
        assert root.post(where, on=page, organisation="").location == page
        assert places(house, member) == frozenset()

    def test_it_can_be_told_as_an_account_is_opened(self, house, app):
        root = a_person_of_each_role(app, house)["administrator"]
        made = root.post(
            "/people/new", on="/people/new", email="jo@example.org", roles="researcher",
            password=factories.PASSWORD, organisation="Riverside Clinic",
        )  # fmt: skip
        assert places(house, int(made.location.rsplit("/", 1)[1])) == {"Riverside Clinic"}

    def test_it_can_be_told_on_the_command_line(self, house, monkeypatch, capsys):
        storybank = commands.Terminal(monkeypatch, capsys).in_house(house.config.home)
        said = storybank("people", "add", "--email", "jo@example.org", "--role", "member",
                         "--organisation", "Riverside Clinic")  # fmt: skip
        assert said.code == 0
        assert places(house, 1) == {"Riverside Clinic"}


def places(house, account_id: int) -> frozenset[str]:
    with house.sessions() as session:
        return service.actor_for(session, service.account_by_id(session, account_id)).places


def test_my_details_are_asked_in_plain_words(scene, teller):
    scene["steward"].get(teller)
    for page in (
        scene["storyteller"].get(MINE).text,
        scene["storyteller"].post(MINE, on=MINE, **SENT | {"address": "", "seen": ""}).text,
    ):
        lines = read_lines(page, ("select", "textarea", ".nhsuk-radios"))
        assert "Who has looked at this" in lines
        assert grade(lines) <= GRADE


def test_the_files_of_the_house_hold_none_of_it(house, scene):
    """The raw database with its log, the index, everything in the data folder."""
    with db.writing(house.sessions) as session:
        identity.read_details(session, MACHINE, 1)
    files = [path for path in house.config.home.rglob("*") if path.is_file()]
    assert any(path.name == "storybank.db" for path in files)
    for path in files:
        raw = path.read_bytes().lower()
        held = [word for word in WORDS if word.encode() in raw]
        assert held == [], path.name


def seen(html: str) -> str:
    return re.search(r'name="seen" value="([^"]*)"', html)[1]
