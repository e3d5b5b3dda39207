"""Codings one by one: lists of them, taking them off, and the passages of a code."""

import pytest
from bs4 import BeautifulSoup

from storybank.consent.rules import Purpose


def lines(page):
    return [
        [
            line.select_one(".sb-coding__words").get_text(),
            line.select_one(".sb-tag").get_text(),
            line.select_one(".sb-coding__facts span").get_text(),
            line.form is not None,
        ]
        for line in page.select(".sb-coding")
    ]


@pytest.fixture
def coded(put_on):
    """Ana's and Ben's codings on two paragraphs."""
    return [
        put_on("ben", "EN-PEER", "We had a bus"),
        put_on("ana", "BA-WHO", "I wrote a letter."),
        put_on("ana", "EN-PEER", "Then they listened"),
    ]


class TestList:
    def test_each_has_its_words_code_and_coder(self, ana, story, coded):
        assert lines(ana.open(f"/desk/{story}/codings")) == [
            ["We had a bus", "People like me at my side", "ben", False],
            ["I wrote a letter.", "The same few voices", "You", True],
            ["Then they listened", "People like me at my side", "You", True],
        ]

    def test_it_can_be_one_paragraph(self, ana, story, coded):
        page = ana.open(f"/desk/{story}/2")
        assert [words for words, *_ in lines(page)] == ["Then they listened"]
        assert lines(ana.open(f"/desk/{story}/3")) == []
        assert lines(ana.open(f"/desk/{story}/999")) == []

    def test_an_open_desk_gets_the_list_alone(self, ana, story, coded):
        page = ana.open(f"/desk/{story}/1", **{"HX-Request": "true"})
        assert page.html is None and len(lines(page)) == 2


class TestRemove:
    def press(self, browser, words, part=False):
        line = next(line for line in browser.page.select(".sb-coding") if words in line.get_text())
        return browser.send(line.form, part=part)

    def test_ones_own_goes_and_can_come_back(self, ana, story, coded):
        ana.open(f"/desk/{story}/1")
        page = self.press(ana, "I wrote")
        assert ana.message == "1 code taken off." and ana.path == f"/desk/{story}/1"
        assert [words for words, *_ in lines(page)] == ["We had a bus"]
        page = ana.undo()
        assert ana.message == "Undone: 1 code put back."
        assert len(lines(page)) == 2 and ana.path == f"/desk/{story}/1"

    def test_from_an_open_desk_only_the_row_changes(self, ana, story, coded):
        ana.open(f"/desk/{story}/2", **{"HX-Request": "true"})
        page = self.press(ana, "Then they", part=True)
        assert [row["id"] for row in page.select("div[id^=p]")] == ["p2"]
        assert page.select_one("mark") is None

    def test_another_persons_cannot_be_taken_off(self, ana, story, coded):
        page = ana.open(f"/desk/{story}/codings")
        form = page.select_one(".sb-coding form")
        form["action"] = f"/codings/{coded[0]}/remove"
        ana.send(form)
        assert ana.status == 403
        assert len(lines(ana.open(f"/desk/{story}/codings"))) == 3

    def test_one_on_a_stopped_story_is_not_there(self, ana, story, coded, stop):
        ana.open(f"/desk/{story}/codings")
        stop(Purpose.STUDY)
        self.press(ana, "I wrote")
        assert ana.status == 404


class TestUndo:
    def test_with_nothing_to_undo_it_says_so(self, ben, story):
        page = ben.open(f"/desk/{story}")
        form = BeautifulSoup('<form action="/undo"></form>', "html.parser").form
        form.append(page.select_one("#coder [name=csrf_token]"))
        ben.send(form)
        assert ben.message == "There is nothing to undo."

    def test_on_a_stopped_story_it_shows_nothing_of_it(self, ana, story, coded, stop):
        page = ana.open(f"/desk/{story}/codings")
        form = page.select_one(".sb-coding form")
        form["action"] = "/undo"
        stop(Purpose.STUDY)
        page = ana.send(form)
        assert ana.message == "There is nothing to undo."
        assert "bus" not in page.get_text()


class TestCode:
    def test_every_passage_with_it_is_there(self, ana, coded):
        page = ana.open("/codes/EN-PEER")
        assert page.h1.get_text() == "People like me at my side"
        found = [
            [part.get_text() for part in (passage.blockquote, *passage.select(".sb-facts > *"))]
            for passage in page.select(".sb-passage")
        ]
        assert found == [
            ["We had a bus", "The late bus", "ST-0001", "ben"],
            ["Then they listened", "The late bus", "ST-0001", "You"],
        ]

    def test_a_passage_leads_to_its_paragraph(self, ana, story, coded):
        page = ana.open("/codes/en-peer")
        link = page.select(".sb-passage a")[1]["href"]
        assert ana.client.get(link).headers["Location"] == f"/desk/{story}#p2"

    def test_those_of_a_stopped_story_are_gone_and_not_counted(self, ana, coded, stop):
        stop(Purpose.STUDY)
        page = ana.open("/codes/EN-PEER?page=99999999999999999999")
        assert "0 passages" in page.get_text() and "bus" not in page.main.get_text()

    def test_a_code_that_is_not_there_is_not_found(self, ana):
        ana.open("/codes/NO-SUCH")
        assert ana.status == 404
