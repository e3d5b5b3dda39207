"""One coding on its page and in hand at the desk; what was done; keys; a code made at the desk."""

from __future__ import annotations

import factories
import pytest
from sqlalchemy import select

from storybank import db
from storybank.codebook.models import Code
from storybank.coding.models import Coding
from storybank.coding.round_models import Assignment, CodingRound
from storybank.consent.rules import Purpose
from storybank.stories.canon import plain

from .conftest import TEXT

CANON = plain(TEXT).text


@pytest.fixture
def coding(put_on):
    return put_on("ana", "EN-PEER", "It came late")


def press(browser, label, **fields):
    """Press a button of the page by its words, with the form it stands in."""
    [button] = [one for one in browser.page.select("main button") if one.get_text() == label]
    named = {button["name"]: button["value"]} if button.get("name") else {}
    return browser.send(button.find_parent("form"), **named, **fields)


def words_on(page):
    return page.select_one(".sb-taken__words").get_text()


class TestPage:
    def test_an_end_goes_by_a_word_and_comes_back(self, ana, coding):
        ana.open(f"/codings/{coding}")
        [later] = ana.page.select("button[value='end on']")
        page = ana.send(later.find_parent("form"), move="end on")
        assert words_on(page) == "It came late &" and ana.message == "The end was moved."
        ana.undo()
        assert words_on(ana.open(f"/codings/{coding}")) == "It came late"

    def test_one_sent_twice_from_the_same_page_moves_once(self, ana, coding):
        page = ana.open(f"/codings/{coding}")
        form = page.select_one("form[action$=nudge]")
        ana.send(form, move="end on")
        ana.send(form, move="end on")
        assert ana.status == 409 and "late" not in ana.page.main.get_text()
        ana.send(form, move="sideways")
        assert ana.status == 422

    def test_it_is_split_before_words_and_merged_again(self, ana, story, coding):
        ana.open(f"/codings/{coding}")
        page = press(ana, "Split in two", words="came")
        assert words_on(page) == "It"
        page = press(ana, "Merge with your next “People like me at my side”")
        assert words_on(page) == "It came late" and ana.message == "2 codings were merged."
        press(ana, "Split in two", words="bus")
        assert ana.status == 422

    def test_flags_are_saved_and_shown_at_the_desk(self, ana, story, coding):
        ana.open(f"/codings/{coding}")
        page = press(ana, "Save flags", **{"flag-stance": "hoped_for"})
        assert page.select_one("#flag-stance [selected]")["value"] == "hoped_for"
        line = ana.open(f"/desk/{story}/1").select_one(".sb-coding")
        assert line.select_one(".sb-flag").get_text() == "stance: hoped for"

    def test_corrected_words_are_checked(self, ana, ben, house, story, coding):
        with db.writing(house.sessions) as session:
            session.get_one(Coding, coding).to_check = True
        assert "1 coding to check" in ben.open(f"/desk/{story}").get_text()
        page = ben.open(f"/desk/{story}/codings?check=1")
        assert "Check: the words changed" in page.select_one(".sb-coding").get_text()
        ben.open(page.select_one(".sb-coding [data-take]")["href"])
        press(ben, "It still fits")
        assert "to check" not in ana.open(f"/desk/{story}").get_text()

    def test_anothers_can_be_looked_at_and_no_more(self, ben, coding):
        page = ben.open(f"/codings/{coding}")
        assert words_on(page) == "It came late" and "ana" in page.main.get_text()
        assert page.select("main form") == []

    def test_on_a_stopped_story_it_is_not_there(self, ana, coding, stop):
        stop(Purpose.STUDY)
        ana.open(f"/codings/{coding}")
        assert ana.status == 404

    def test_in_hand_at_the_desk_it_comes_back_with_what_changed(self, ana, coding, story):
        ana.open(f"/desk/{story}")
        form = ana.open(f"/codings/{coding}").select_one("form[action$=nudge]")
        page = ana.send(form, part=True, move="start on", taken=str(coding))
        assert [row["id"] for row in page.select("div[id^=p]")] == ["p1"]
        panel = page.find(attrs={"hx-swap-oob": "innerHTML:#taken"})
        assert words_on(panel) == "came late"
        assert "Undo: ends of a coding moved" in page.select_one("#turn").get_text()


class TestActs:
    def test_each_is_listed_the_last_first_and_undone_from_there(self, ana, put_on, coding, story):
        put_on("ana", "BA-JOIN", "I wrote")
        page = ana.open(f"/codings/{coding}")
        press(ana, "Save flags", **{"flag-stance": "happened"})
        page = ana.open("/acts")
        said = [one.get_text() for one in page.select(".sb-act__says")]
        assert said == ["Stance set to happened", "1 code put on", "1 code put on"]
        page = press(ana, "Undo: stance set to happened")
        assert ana.path == "/acts" and len(page.select(".sb-act")) == 2
        press(ana, "Redo: stance set to happened")
        assert len(ana.page.select(".sb-act")) == 3

    def test_those_on_a_stopped_story_are_gone(self, ana, coding, stop):
        stop(Purpose.STUDY)
        assert "changed nothing yet" in ana.open("/acts").get_text()


class TestShortcuts:
    def test_one_switch_turns_all_off_wherever_the_person_signs_in(self, ana, ben, app, story):
        assert "data-shortcuts" not in ana.open(f"/desk/{story}").select_one("#story").attrs
        ana.open("/desk/shortcuts")
        press(ana, "Turn all of them off")
        again = type(ana)(app, "ana@example.org")
        assert again.open(f"/desk/{story}").select_one("#story")["data-shortcuts"] == "off"
        assert "data-shortcuts" not in ben.open(f"/desk/{story}").select_one("#story").attrs
        ana.open("/desk/shortcuts")
        press(ana, "Turn them on")
        assert "data-shortcuts" not in ana.open(f"/desk/{story}").select_one("#story").attrs


class TestNewCode:
    def make(self, browser, story, words, name, **more):
        browser.open(f"/desk/{story}")
        start = CANON.index(words)
        place = {"start": start, "end": start + len(words), "quote": words}
        return browser.send("#new-code", name=name, family="barrier", **place | more)

    def test_is_in_the_codebook_and_put_on(self, ana, ben, house, story):
        page = self.make(ana, story, "It came late", "came late", part=True)
        assert "Came late" not in page.get_text() and "came late" in page.select_one("#codes").text
        assert ben.open(f"/desk/{story}") and ben.tags() == {1: ["came late"]}
        with house.sessions() as session:
            code = session.scalars(select(Code).order_by(Code.id.desc())).first()
        assert (code.name, code.definition) == ("came late", "New. What it means is still to be written.")  # noqa: E501  # fmt: skip

    def test_no_sentence_of_a_story_becomes_a_name(self, ana, house, story):
        whole = "Then they listened, all of them"
        for fields in ({"name": whole.upper()}, {"name": "x", "definition": f"Said: {whole}"}):
            page = self.make(ana, story, "Then they", fields.pop("name"), **fields)
            assert ana.status == 422 and "your own words" in page.get_text()
        with house.sessions() as session:
            assert session.scalar(select(Coding.id)) is None

    def test_from_a_page_that_is_old_nothing_is_made(self, ana, house, story):
        self.make(ana, story, "It came late", "late", version=9)
        assert ana.status == 409
        with house.sessions() as session:
            assert session.scalar(select(Code.id).where(Code.name == "late")) is None


class TestBlind:
    def test_the_desk_says_so_and_shows_only_ones_own(self, ana, house, story, coding, put_on):
        put_on("ben", "EN-ALLY", "It came late")
        with db.writing(house.sessions) as session:
            account = session.get_one(Coding, coding).coder_id
            work = CodingRound(name="Pilot", blind=True, made_by=account, made_at=factories.now())
            session.add(work)
            session.flush()
            session.add(
                Assignment(round_id=work.id, story_id=story, account_id=account,
                           given_at=factories.now())
            )  # fmt: skip
        page = ana.open(f"/desk/{story}")
        assert "You code this story blind, in “Pilot”" in page.select_one(".sb-blind").get_text()
        assert ana.tags() == {1: ["People like me at my side"]}
        ana.send(".sb-blind form")
        assert len(ana.open(f"/desk/{story}/1").select(".sb-coding")) == 2
