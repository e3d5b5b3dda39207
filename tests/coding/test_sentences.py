"""Coding sentence by sentence: forms alone, as a keyboard or a screen reader uses them."""

import factories
import pytest

from storybank import db


def boxes(page):
    return {
        page.select_one(f"label[for={box['id']}]").get_text(): box["value"]
        for box in page.select("#sentences input[type=checkbox]")
    }


def marked(browser, story):
    page = browser.open(f"/desk/{story}")
    return [mark.get_text() for mark in page.select("#story mark")]


@pytest.fixture
def tick(ana, story, code):
    """Ticks sentences by their first words, and codes by key, and sends the form."""

    def send(*starts, codes=("EN-PEER",), **more):
        page = ana.open(f"/desk/{story}/sentences")
        numbers = [n for words, n in boxes(page).items() if words.startswith(starts)]
        return ana.send(
            "#by-sentence", sentence=numbers if starts else [], code=[code(key) for key in codes],
            **more,
        )  # fmt: skip

    return send


class TestSentences:
    def test_each_sentence_has_a_box(self, ana, story):
        page = ana.open(f"/desk/{story}/sentences")
        assert list(boxes(page))[:3] == [
            "We had a bus \U0001f68c.",
            "It came late & nobody <said> why.",
            "I wrote a letter.",
        ]

    def test_a_coded_one_says_its_codes(self, ana, story, put_on):
        put_on("ben", "EN-PEER", "It came late & nobody <said> why.")
        put_on("ana", "BA-WHO", "letter")
        page = ana.open(f"/desk/{story}/sentences")
        second, third = page.select(".sb-sentence")[1:3]
        described = page.find(id=second.input["aria-describedby"])
        assert described.get_text().split("Codings")[0].strip() == (
            "Coded: People like me at my side"
        )
        assert "The same few voices (part)" in third.get_text()
        assert page.select_one(".sb-sentence input").get("aria-describedby") is None

    def test_they_come_by_twenty_five(self, ana, house):
        with db.writing(house.sessions) as session:
            text = " ".join(f"This is number {n}." for n in range(30)) + "\n\nThe last."
            number = factories.Factory(session).story(text).id
        assert len(boxes(ana.open(f"/desk/{number}/sentences"))) == 25
        page = ana.open(f"/desk/{number}/sentences?p=2")
        assert list(boxes(page))[-1] == "The last." and len(boxes(page)) == 6
        assert page.select_one("#p2 label").get_text() == "The last."
        assert len(boxes(ana.open(f"/desk/{number}/sentences?page=99999999999999999999"))) == 6


class TestPutOn:
    def test_sentences_in_a_row_are_one_passage(self, ana, story, tick):
        tick("It came", "I wrote", codes=("EN-PEER", "BA-WHO"))
        assert ana.message == "2 codes put on." and ana.path == f"/desk/{story}/sentences"
        assert marked(ana, story) == ["It came late & nobody <said> why. I wrote a letter."]

    def test_sentences_apart_are_passages_of_one_act(self, ana, story, tick):
        tick("We had", "I wrote", "Then they")
        assert ana.message == "3 codes put on."
        ana.undo()
        assert ana.message == "Undone: 3 codes taken off."
        assert ana.path == f"/desk/{story}/sentences"
        assert marked(ana, story) == []

    def test_a_part_can_be_coded_by_its_first_and_last_words(self, ana, story, tick):
        tick("It came", first="NOBODY", last="<said>")
        assert marked(ana, story) == ["nobody <said>"]

    def test_a_part_needs_one_passage(self, ana, story, tick):
        page = tick("We had", "I wrote", first="had")
        assert ana.status == 422 and "tick one sentence" in page.get_text()

    def test_words_that_are_not_there_keep_what_was_ticked(self, ana, story, tick):
        page = tick("It came", first="zebra")
        assert ana.status == 422
        assert page.title.get_text().startswith("Error: ")
        assert page.select_one('.nhsuk-error-summary a[href="#first"]')
        assert page.select_one("#first")["value"] == "zebra"
        assert len(page.select("#sentences :checked, #sentences [checked]")) == 1
        assert len(page.select("#codes [checked]")) == 1
        assert marked(ana, story) == []

    def test_nothing_ticked_is_told_beside_the_list(self, ana, tick):
        page = tick()
        assert page.select_one('.nhsuk-error-summary a[href="#sentences"]')
        assert page.find(id="sentences-error")
        page = tick("We had", codes=())
        assert page.select_one('.nhsuk-error-summary a[href="#codes"]')

    def test_a_changed_story_is_told(self, ana, story, tick):
        tick("We had", version=2)
        assert ana.status == 409
        assert marked(ana, story) == []

    def test_a_sentence_that_is_not_there_is_refused(self, ana, story, code):
        ana.open(f"/desk/{story}/sentences")
        ana.send("#by-sentence", sentence=["99999999999999999999"], code=[code("EN-PEER")])
        assert ana.status == 422
