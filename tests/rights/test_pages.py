"""The pages of rights over HTTP: storytellers', anybody's and stewards'."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date, datetime
from pathlib import Path

import factories
import pytest
import textstat
import time_machine
from crawling import Person
from portal.room import read_lines

from storybank import db
from storybank.consent.rules import NameStyle, Purpose
from storybank.people import identity
from storybank.people.identity_rules import Details
from storybank.people.limits import SWITCH
from storybank.people.rules import MACHINE, Role
from storybank.rights import service
from storybank.rights.models import RightsRequest
from storybank.stories.models import Story

GOLDEN = Path(__file__).with_name("golden")
NOVEMBER = datetime(2026, 11, 21, 9)
GRADE, LONGEST = 5, 18
NUMBER = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b")


def path_of(answer) -> str:
    assert answer.status_code == 303, answer.text
    return answer.location


def as_golden(html: str) -> str:
    text = "\n".join(read_lines(html)) + "\n"
    return NUMBER.sub("R7KQ-2M4X", text)


@pytest.fixture
def desk(room) -> Person:
    return room.somebody(Role.STEWARD, "steward@example.org")


def again(person: Person) -> Person:
    """The same person, signed in at another time: nobody stays signed in for a month."""
    return Person(person.app, person.email)


class TestMine:
    @time_machine.travel(NOVEMBER, tick=False)
    def test_they_read_as_agreed(self, room, desk):
        ana, number = room.teller(title="The bus")
        assert "You have not asked for anything yet." in ana.get("/my/rights").text
        one = path_of(
            ana.post("/my/rights/ask", on="/my/rights/ask", kind="access", words="", story="")
        )
        path_of(
            ana.post(
                "/my/rights/ask", on="/my/rights/ask", kind="correction", story=number,
                words="The bus was late in May.",
            )
        )  # fmt: skip
        assert as_golden(ana.get("/my/rights").text) == (GOLDEN / "my_rights.txt").read_text()
        path_of(
            again(desk).post(
                f"/steward{one.removeprefix('/my')}/answer", on="/steward/rights/new",
                outcome="partly", exemption="others", answer="Here is your part.",
            )
        )  # fmt: skip
        assert as_golden(ana.get(one).text) == (GOLDEN / "one_of_mine.txt").read_text()

    @time_machine.travel(NOVEMBER, tick=False)
    def test_the_day_it_is_due_is_said_in_words(self, room):
        ana, _ = room.teller()
        page = path_of(
            ana.post("/my/rights/ask", on="/my/rights/ask", kind="erasure", words="All.")
        )
        assert "We must answer by 21 December 2026." in " ".join(read_lines(ana.get(page).text))

    def test_a_form_with_something_missing_is_shown_again_with_what_was_typed(self, room):
        ana, _ = room.teller()
        answer = ana.post("/my/rights/ask", on="/my/rights/ask", words="Mend my name.")
        assert answer.status_code == 422
        assert "Choose what you want to ask." in answer.text and "Mend my name." in answer.text
        answer = ana.post("/my/rights/ask", on="/my/rights/ask", kind="correction", words=" ")
        assert answer.status_code == 422 and "Write what you want us to do." in answer.text

    def test_nothing_is_ticked_before_the_person_ticks_it(self, room):
        ana, _ = room.teller()
        ticked = re.findall(r'name="kind"[^>]*checked', ana.get("/my/rights/ask").text)
        assert ticked == []

    def test_one_press_takes_it_back(self, room):
        ana, _ = room.teller()
        page = path_of(ana.post("/my/rights/ask", on="/my/rights/ask", kind="access", words=""))
        ana.post(f"{page}/take-back", on=page)
        assert "You took this back." in ana.get(page).text
        assert "Take this back" not in ana.get(page).text

    def test_nobody_sees_or_takes_back_somebody_elses(self, room, desk):
        ana, _ = room.teller()
        bea, _ = room.teller("bea@example.org")
        page = path_of(ana.post("/my/rights/ask", on="/my/rights/ask", kind="access", words=""))
        assert bea.get(page).status_code == 404
        assert bea.post(f"{page}/take-back", on="/my/rights").status_code == 404
        assert desk.get(page).status_code == 403
        assert Person(room.app).get(page).location.startswith("/sign-in")

    def test_the_storytellers_own_page_leads_here(self, room):
        ana, _ = room.teller()
        assert 'href="/my/rights"' in ana.get("/my").text


class TestComplain:
    @time_machine.travel(NOVEMBER, tick=False)
    def test_anybody_complains_and_gets_a_number_and_a_day(self, room):
        visitor = Person(room.app)
        answer = visitor.post(
            "/complain", on="/complain", words="You were rude.", contact="0161 496 0000"
        )
        page = visitor.client.get(path_of(answer)).text
        assert as_golden(page) == (GOLDEN / "complaint_sent.txt").read_text()
        with room.house.sessions() as session:
            [row] = session.query(RightsRequest).all()
            assert row.reference in page
            assert b"rude" not in row.words and b"0161" not in row.contact

    def test_how_to_reach_them_may_be_left_out(self, room):
        visitor = Person(room.app)
        path_of(visitor.post("/complain", on="/complain", words="You were rude.", contact=""))

    def test_the_page_of_the_number_can_be_loaded_again_and_not_made_up(self, room):
        visitor = Person(room.app)
        page = path_of(visitor.post("/complain", on="/complain", words="Rude.", contact=""))
        assert visitor.client.get(page).text == visitor.client.get(page).text
        for guess in ("/complain/sent", "/complain/sent?told=abc", f"{page}x"):
            assert visitor.client.get(guess).status_code == 404

    def test_nothing_can_be_looked_up_with_a_number(self, room):
        """No page that a visitor may open takes a number."""
        visitor = Person(room.app)
        page = path_of(visitor.post("/complain", on="/complain", words="Rude.", contact=""))
        number = NUMBER.search(visitor.client.get(page).text)[0]
        assert visitor.get("/steward/rights", number=number).location.startswith("/sign-in")
        for real in (number, "AAAA-AAAA"):
            assert visitor.get(f"/complain/{real}").status_code == 404

    def test_an_empty_one_is_shown_again(self, room):
        visitor = Person(room.app)
        answer = visitor.post("/complain", on="/complain", words=" ", contact="Here")
        assert answer.status_code == 422 and "what you want to complain about" in answer.text

    def test_a_flood_from_one_address_is_stopped(self, room):
        room.app.config[SWITCH] = True
        visitor = Person(room.app)
        answers = [
            visitor.post("/complain", on="/complain", words="Again.", contact="") for _ in range(11)
        ]
        assert [one.status_code for one in answers] == [303] * 10 + [429]

    def test_every_page_leads_to_it(self, room):
        assert 'href="/complain"' in Person(room.app).get("/about").text


class TestEverything:
    def scene(self, room):
        ana, number = room.teller(
            title="The bus", name="Ana", style=NameStyle.FIRST, not_for=["The board"]
        )
        room.print_cards(number, datetime(2026, 4, 1, 9), name_style="first")
        with db.writing(room.house.sessions) as session:
            a = factories.Factory(session)
            story = session.get_one(Story, number)
            a.stop(story, Purpose.TEACH)
            identity.save_details(
                session, MACHINE, story.person_id,
                Details(legal_name="Ana Osei", email="ana.home@example.org"),
            )  # fmt: skip
            noise = a.story("Somebody else went to the sea.", "The sea")
            assert noise.id != number
        ana.post("/my/rights/ask", on="/my/rights/ask", kind="correction", words="It was May.")
        return ana, number

    def unpack(self, person) -> dict[str, str]:
        answer = person.get("/my/everything")
        assert answer.mimetype == "application/zip"
        with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
            assert archive.testzip() is None
            return {name: archive.read(name).decode() for name in archive.namelist()}

    def test_the_name_of_the_file_tells_a_day_and_nobody(self, room):
        ana, _ = self.scene(room)
        with time_machine.travel(datetime(2026, 11, 22, 9), tick=False):
            answer = again(ana).get("/my/everything")
        assert answer.headers["Content-Disposition"] == (
            "attachment; filename=storybank-everything-2026-11-22.zip"
        )
        assert "no-store" in answer.headers["Cache-Control"]

    def test_it_holds_each_thing_for_a_reader_and_for_a_computer(self, room):
        ana, number = self.scene(room)
        files = self.unpack(ana)
        story = json.loads(files[f"stories/story-{number}.json"])
        assert story["text"] == factories.TEXT.replace("\n\n", "\n")
        assert story["title"] == "The bus"
        assert [one["kind"] for one in story["said"]] == ["given", "withdrawn"]
        assert story["said"][1]["answers"] == {"teach": "stopped"}
        [used] = story["used"]
        assert (used["place"], used["words"]) == ("Tea and talk", story["text"][:28])
        about = json.loads(files["about-me.json"])
        assert about["details"]["legal_name"] == "Ana Osei"
        [asked] = json.loads(files["requests.json"])["requests"]
        assert (asked["kind"], asked["words"]) == ("correction", "It was May.")
        subjects = [one["subject"] for one in json.loads(files["messages.json"])["messages"]]
        assert "We have your request" in subjects
        receipts = [name for name in files if re.fullmatch(r"receipts/receipt-\d+\.json", name)]
        assert len(receipts) == 2
        assert json.loads(files[receipts[0]])["principal_id"] == about["code"]
        for name in files:
            assert name == "start-here.html" or name[:-5] + ".json" in files or name[-5:] == ".json"

    def test_it_can_be_read_from_page_to_page(self, room):
        ana, number = self.scene(room)
        files = self.unpack(ana)
        links = re.findall(r'href="([^"]+)"', files["start-here.html"])
        assert set(links) == {name for name in files if name.endswith(".html")} - {
            "start-here.html"
        }
        page = files[f"stories/story-{number}.html"]
        assert "../start-here.html" in page
        assert "I rang the clinic on Monday." in page and "You stopped this." in page

    def test_nothing_of_anybody_else_is_in_it(self, room):
        ana, _ = self.scene(room)
        whole = " ".join(self.unpack(ana).values())
        assert "the sea" not in whole and "The sea" not in whole

    def test_no_name_in_it_is_the_name_of_a_file(self, room):
        ana, _ = self.scene(room)
        names = " ".join(self.unpack(ana))
        assert "Ana" not in names and "bus" not in names

    def test_it_is_for_the_storyteller_alone(self, room, desk):
        self.scene(room)
        assert desk.get("/my/everything").status_code == 403
        assert Person(room.app).get("/my/everything").location.startswith("/sign-in")

    def test_somebody_without_a_story_gets_what_little_there_is(self, room):
        nobody = room.somebody(Role.STORYTELLER, "new@example.org")
        files = self.unpack(nobody)
        assert not [name for name in files if name.startswith("stories/")]
        assert "about-me.html" in files


class TestDesk:
    def ask(self, room, kind="erasure", words="Please delete it."):
        ana, _ = room.teller()
        page = path_of(ana.post("/my/rights/ask", on="/my/rights/ask", kind=kind, words=words))
        return ana, page, f"/steward{page.removeprefix('/my')}"

    def test_the_list_has_what_is_late_first_with_days(self, room, desk):
        with time_machine.travel(NOVEMBER, tick=False):
            self.ask(room)
        with time_machine.travel(datetime(2026, 12, 1, 9), tick=False):
            Person(room.app).post("/complain", on="/complain", words="Rude.", contact="")
        with time_machine.travel(datetime(2026, 12, 23, 9), tick=False):
            lines = read_lines(again(desk).get("/steward/rights").text)
        text = " ".join(lines)
        assert text.index("2 days late") < text.index("8 days left")
        assert "Rude" not in text and "Please delete" not in text

    def test_a_number_read_out_on_the_phone_leads_to_its_page(self, room, desk):
        ana, page, one = self.ask(room)
        number = NUMBER.search(ana.get(page).text)[0]
        assert desk.get("/steward/rights", number=number.lower()).location == one
        assert desk.get("/steward/rights", number="AAAA-AAAA").status_code == 404

    def test_two_stewards_refuse_an_erasure_and_the_person_reads_why(self, room, desk):
        ana, page, one = self.ask(room)
        said = {"outcome": "refused", "answer": "We must keep it for the court."}
        answer = desk.post(f"{one}/answer", on=one, **said)
        assert answer.status_code == 422 and "reason that the law allows" in answer.text
        answer = desk.post(f"{one}/answer", on=one, exemption="claim", **said)
        assert answer.status_code == 422 and "what harm" in answer.text
        desk.post(f"{one}/answer", on=one, exemption="claim", harm="The case falls.", **said)
        assert "We said no." not in ana.get(page).text
        assert "I agree" not in desk.get(one).text
        assert desk.post(f"{one}/sign-off", on=one).status_code == 422
        second = room.somebody(Role.STEWARD, "second@example.org")
        assert "I agree" in second.get(one).text
        path_of(second.post(f"{one}/sign-off", on=one))
        text = ana.get(page).text
        assert "We said no." in text and "It is needed for a case in court." in text
        assert "We must keep it for the court." in text and "The case falls." not in text

    def test_the_clock_is_stopped_started_and_more_time_is_taken(self, room, desk):
        with time_machine.travel(NOVEMBER, tick=False):
            ana, page, one = self.ask(room)
            path_of(again(desk).post(f"{one}/stop-clock", on=one, pause_reason="identity"))
            assert "We can not go on yet." in ana.get(page).text
        with time_machine.travel(datetime(2026, 11, 24, 9), tick=False):
            ana, desk = again(ana), again(desk)
            path_of(desk.post(f"{one}/start-clock", on=one))
            assert "24 December 2026" in ana.get(page).text
            path_of(desk.post(f"{one}/extend", on=one, months=1, extension_reason="complex"))
            assert "25 January 2027" in ana.get(page).text
            twice = desk.post(f"{one}/extend", on=one, months=1, extension_reason="complex")
            assert twice.status_code == 422 and "longer once" in twice.text

    def test_what_came_by_phone_is_written_down_with_its_day(self, room, desk):
        with time_machine.travel(NOVEMBER, tick=False):
            desk = again(desk)
            made = desk.post(
                "/steward/rights/new", on="/steward/rights/new", kind="access", words="",
                code="", contact="Jo, 0161 496 0000", channel="phone", received_on="2026-11-02",
                story="",
            )  # fmt: skip
            text = " ".join(read_lines(desk.get(path_of(made)).text))
        assert "2 December 2026" in text and "0161 496 0000" in text

    @pytest.mark.parametrize(
        "wrong",
        [{"received_on": "2027-02-30"}, {"received_on": "9999-12-31"}, {"code": "ST-9999"},
         {"story": "x"}, {"story": str(2**40)}, {"kind": "everything"}, {"channel": "owl"}],
    )  # fmt: skip
    def test_what_cannot_be_is_told_and_not_kept(self, room, desk, wrong):
        said = {
            "kind": "access", "words": "", "code": "", "contact": "Jo", "channel": "phone",
            "received_on": date.today().isoformat(), "story": "",
        }  # fmt: skip
        answer = desk.post("/steward/rights/new", on="/steward/rights/new", **said | wrong)
        assert answer.status_code == 422
        with room.house.sessions() as session:
            assert session.query(RightsRequest).count() == 0

    def test_the_letter_bears_the_address_and_who_read_it_is_written_down(self, room, desk):
        ana, page, one = self.ask(room)
        with db.writing(room.house.sessions) as session:
            person_id = session.query(Story).one().person_id
            identity.save_details(
                session, MACHINE, person_id,
                Details(legal_name="Ana Osei", address="1 High Street\nLeeds"),
            )  # fmt: skip
        text = desk.get(f"{one}/letter").text
        assert "1 High Street" in text and "We have your request" in text
        assert "/my/rights/" not in " ".join(read_lines(text))
        with room.house.sessions() as session:
            assert [row.act for row in identity.readings(session, person_id)] == ["read"]

    def test_recipients_are_ticked_and_a_slip_is_taken_back(self, room, desk):
        ana, number = room.teller()
        room.print_cards(number, datetime(2026, 4, 1, 9))
        with db.writing(room.house.sessions) as session:
            [task] = service.make_recall_tasks(session, number, None, "erasure")
            task_id = task.id
        page = "/steward/recipients"
        assert "Tea and talk" in desk.get(page).text
        path_of(desk.post(f"{page}/{task_id}/told", on=page))
        assert "Nobody is waiting to be told." in desk.get(page).text
        path_of(desk.post(f"{page}/{task_id}/not-told", on=page))
        assert "Nobody is waiting to be told." not in desk.get(page).text

    def test_it_is_for_stewards(self, room):
        _, _, one = self.ask(room)
        for role in (Role.RESEARCHER, Role.ADMINISTRATOR, Role.FACILITATOR):
            person = room.somebody(role, f"{role}@example.org")
            for page in ("/steward/rights", one, f"{one}/letter", "/steward/recipients"):
                assert person.get(page).status_code == 403

    def test_what_needs_a_steward_stands_on_todays_page(self, room, desk):
        with time_machine.travel(NOVEMBER, tick=False):
            self.ask(room)
        with time_machine.travel(datetime(2026, 12, 23, 9), tick=False):
            assert "1 request or complaint late" in again(desk).get("/steward").text


class TestPlainWords:
    NOT_OURS = (".sb-right__words", "[dir=auto]")

    def test_every_page_of_a_storyteller_is_for_readers_of_nine_to_eleven(self, room, desk):
        ana, _ = room.teller(title="The bus")
        one = path_of(ana.post("/my/rights/ask", on="/my/rights/ask", kind="access", words=""))
        pages = {"nothing wrong": ana.get("/my/rights").text}
        pages |= {"ask": ana.get("/my/rights/ask").text, "one": ana.get(one).text}
        steward_one = f"/steward{one.removeprefix('/my')}"
        desk.post(f"{steward_one}/stop-clock", on=steward_one, pause_reason="clarification")
        pages["stopped"] = ana.get(one).text
        desk.post(
            f"{steward_one}/answer", on=steward_one, outcome="refused", exemption="repeated",
            answer="No.",
        )  # fmt: skip
        pages |= {"refused": ana.get(one).text, "list": ana.get("/my/rights").text}
        visitor = Person(room.app)
        pages["complain"] = visitor.get("/complain").text
        sent = visitor.post("/complain", on="/complain", words="Rude.", contact="").location
        pages["sent"] = visitor.client.get(sent).text
        read = {name: read_lines(page, self.NOT_OURS) for name, page in pages.items()}
        assert {name: grade(lines) for name, lines in read.items() if grade(lines) > GRADE} == {}
        for lines in read.values():
            for line in lines:
                for sentence in line.replace("?", ".").split(". "):
                    assert len(sentence.split()) <= LONGEST, sentence


def grade(lines: list[str]) -> float:
    whole = [line if line.endswith((".", "?", "!", ":")) else f"{line}." for line in lines]
    return textstat.flesch_kincaid_grade(" ".join(whole).replace(":", "."))
