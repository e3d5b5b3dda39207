"""The desk and the list of stories, as a browser sees them."""

import re

import factories
import pytest
from bs4 import BeautifulSoup

from storybank import db
from storybank.coding.models import Coding
from storybank.consent.rules import Purpose
from storybank.stories.canon import plain

from .conftest import TEXT

CANON = plain(TEXT).text


class TestStories:
    def test_each_has_its_title_code_facts_and_codings(self, ana, put_on):
        put_on("ben", "EN-PEER", "a bus")
        page = ana.open("/stories/study")
        (story,) = page.select(".sb-study__story")
        assert story.h2.get_text() == "The late bus"
        facts = [fact.get_text() for fact in story.select(".sb-facts span")]
        assert facts == ["ST-0001", "32 words", "Wales"]
        assert story.select_one(".sb-study__done").get_text() == "1 coding"

    def test_one_that_may_not_be_studied_is_nowhere(self, ana):
        page = ana.open("/stories/study")
        assert "Kept away" not in page.get_text()
        counts = [count.get_text() for count in page.select(".sb-filter__count")]
        assert counts == ["1", "1", "0"]

    def test_a_stopped_one_is_gone(self, ana, stop):
        stop(Purpose.STUDY)
        page = ana.open("/stories/study")
        assert "The late bus" not in page.get_text()
        assert "There are no stories here" in page.get_text()

    def test_they_can_be_those_not_yet_coded_by_me(self, ana, put_on):
        put_on("ana", "EN-PEER", "a bus")
        assert "every story there is" in ana.open("/stories/study?show=not-yet").get_text()
        assert "The late bus" in ana.open("/stories/study?show=mine").get_text()

    def test_a_page_that_is_not_there_is_the_last(self, ana):
        ana.open("/stories/study?page=999999999999999999999&show=nonsense")
        assert ana.status == 200 and "The late bus" in ana.page.get_text()

    def test_others_may_not(self, fay):
        fay.open("/stories/study")
        assert fay.status == 403


class TestDesk:
    def test_every_element_with_a_place_holds_the_words_at_it(self, ana, story, put_on):
        put_on("ben", "EN-PEER", "bus \U0001f68c. It")
        put_on("ana", "BA-JOIN", "It came late & nobody <said>")
        page = ana.open(f"/desk/{story}")
        places = page.select("[data-s]")
        assert len(places) == 3
        for element in places:
            words, start = element.get_text(), int(element["data-s"])
            assert words == CANON[start : start + len(words)]
        marked = "".join(mark.get_text() for mark in page.select("mark[data-c]"))
        assert marked == "bus \U0001f68c. It came late & nobody <said>"

    def test_a_paragraph_shows_its_codes_and_whose(self, ana, story, put_on):
        put_on("ben", "EN-PEER", "a bus")
        put_on("ana", "BA-JOIN", "late")
        page = ana.open(f"/desk/{story}")
        assert ana.tags() == {1: ["People like me at my side", "Hard to take part"]}
        theirs, mine = page.select("#p1 > a b")
        assert theirs["class"] == ["f1", "o"] and mine["class"] == ["f2"]

    def test_it_says_how_much_is_coded(self, ana, story, put_on):
        put_on("ben", "EN-PEER", "a bus")
        put_on("ana", "EN-PEER", "late")
        counts = ana.open(f"/desk/{story}").select_one("#counts").get_text(" ", strip=True)
        assert " ".join(counts.split()) == "2 codings by 2 people, 1 yours"

    def test_the_whole_codebook_stands_beside_it(self, ana, story):
        page = ana.open(f"/desk/{story}")
        assert len(page.select("#codes input[name=code]")) == 35
        assert [h.get_text() for h in page.select("#codes h3")] == [
            "What helps",
            "What gets in the way",
            "What difference it makes",
        ]

    def test_it_names_its_use(self, ana, story):
        assert ana.open(f"/desk/{story}").select_one(".sb-use").get_text().endswith("study")

    def test_a_code_point_leads_to_its_paragraph(self, ana, story):
        answer = ana.client.get(f"/desk/{story}?at={CANON.index('Then')}")
        assert answer.headers["Location"] == f"/desk/{story}#p2"

    @pytest.mark.parametrize("at", ["-5", "99999999999999999999"])
    def test_a_code_point_that_is_not_there_leads_to_an_end(self, ana, story, at):
        assert ana.client.get(f"/desk/{story}?at={at}").status_code == 303

    def test_sentences_are_told_as_places(self, ana, story):
        places = ana.client.get(f"/desk/{story}/_sentences").json
        words = [CANON[start:end] for start, end in places]
        assert words[0] == "We had a bus \U0001f68c." and words[-1] == "That was that."

    @pytest.mark.parametrize("part", ["", "/_rows", "/_sentences", "/sentences", "/codings", "/1"])
    def test_a_story_that_may_not_be_studied_is_as_if_not_there(self, ana, story, stop, part):
        missing = ana.client.get(f"/desk/{story + 50}{part}")
        withheld = ana.client.get(f"/desk/{story + 1}{part}")
        stop(Purpose.STUDY)
        stopped = ana.client.get(f"/desk/{story}{part}")
        assert {missing.status_code, withheld.status_code, stopped.status_code} == {404}
        assert _without_token(stopped) == _without_token(withheld) == _without_token(missing)

    def test_a_number_beyond_any_story_is_not_found(self, ana):
        assert ana.client.get("/desk/99999999999999999999").status_code == 404

    def test_it_is_for_researchers(self, fay, app, story):
        assert fay.client.get(f"/desk/{story}").status_code == 403
        assert "/sign-in" in app.test_client().get(f"/desk/{story}").headers["Location"]


class TestPutOn:
    def send(self, browser, story, words, *codes, part=False, **more):
        browser.open(f"/desk/{story}")
        start = CANON.index(words)
        place = {"start": start, "end": start + len(words), "quote": words}
        return browser.send("#coder", part=part, code=list(codes), **(place | more))

    def test_codes_stand_on_the_selected_words(self, ana, story, code):
        page = self.send(ana, story, "came late", code("BA-JOIN"), code("BA-WHO"))
        assert ana.message == "2 codes put on."
        assert ana.tags() == {1: ["Hard to take part", "The same few voices"]}
        assert page.select_one("mark[data-c]").get_text() == "came late"

    def test_the_message_undoes_it(self, ana, story, code):
        self.send(ana, story, "came late", code("BA-JOIN"))
        ana.undo()
        assert ana.message == "Undone: 1 code taken off."
        assert ana.tags() == {} and ana.path == f"/desk/{story}"

    def test_the_same_again_offers_no_undo(self, ana, story, code):
        self.send(ana, story, "came late", code("BA-JOIN"))
        page = self.send(ana, story, "came late", code("BA-JOIN"))
        assert ana.message == "You had put that on before."
        assert page.select_one("#messages form") is None
        assert ana.tags() == {1: ["Hard to take part"]}

    def test_an_open_page_gets_only_what_changed(self, ana, story, code):
        page = self.send(ana, story, "Then they", code("BA-JOIN"), part=True)
        assert page.select_one("html") is None
        assert [row["id"] for row in page.select("div[id^=p]")] == ["p2"]
        assert page.select_one("#p2 mark").get_text() == "Then they"
        assert "1 coding" in page.select_one("#counts").get_text()
        assert page.select_one("#recent [data-pick]").get_text() == "Hard to take part"
        assert page.select_one(".sb-message__text").get_text() == "1 code put on."

    def test_a_changed_row_is_the_row_of_the_whole_page(self, ana, story, code):
        part = self.send(ana, story, "came late", code("BA-JOIN"), part=True).select_one("#p1")
        del part["hx-swap-oob"]
        whole = ana.open(f"/desk/{story}").select_one("#p1")
        assert str(part) == str(whole)

    def test_undoing_from_an_open_page_changes_only_the_row(self, ana, story, code):
        self.send(ana, story, "Then they", code("BA-JOIN"), part=True)
        page = ana.undo(part=True, story=story)
        assert [row["id"] for row in page.select("div[id^=p]")] == ["p2"]
        assert page.select_one("mark") is None

    def test_undoing_in_another_story_leads_there(self, ana, story, code):
        self.send(ana, story, "Then they", code("BA-JOIN"), part=True)
        ana.undo(part=True, story=story + 1)
        assert ana.status == 204
        assert ana.answer.headers["HX-Redirect"] == f"/desk/{story}"

    @pytest.mark.parametrize("change", [{"quote": "came early"}, {"version": 2}, {"start": 0}])
    def test_when_the_text_moved_on_nothing_is_saved(self, ana, story, code, change):
        page = self.send(ana, story, "came late", code("BA-JOIN"), **change)
        assert ana.status == 409
        assert "has changed since you opened it" in page.get_text()
        assert "came" not in page.get_text()
        ana.open(f"/desk/{story}")
        assert ana.tags() == {}

    def test_without_a_code_or_words_it_says_so(self, ana, story, code):
        assert "Choose at least one code" in self.send(ana, story, "came late").get_text()
        assert ana.status == 422
        ana.open(f"/desk/{story}")
        ana.send("#coder", code=[code("BA-JOIN")])
        assert ana.status in (409, 422)

    def test_odd_numbers_are_refused(self, ana, story, code):
        for odd in ("-1", "9" * 30, "x"):
            self.send(ana, story, "came late", code("BA-JOIN"), start=odd, end="9" * 30)
            assert ana.status in (409, 422)
        self.send(ana, story, "came late", "9" * 30)
        assert ana.status == 422

    def test_no_word_of_the_story_is_in_an_address_or_a_cookie(self, ana, story, code):
        self.send(ana, story, "came late", code("BA-JOIN"))
        assert "late" not in ana.answer.request.url
        cookies = " ".join(cookie.value for cookie in ana.client._cookies.values())
        assert "late" not in cookies

    def test_a_form_without_its_token_is_refused(self, ana, story, code):
        answer = ana.client.post(f"/desk/{story}/codings", data={"code": code("BA-JOIN")})
        assert answer.status_code == 400


class TestALongStory:
    def test_the_page_stays_light(self, house, ana):
        sentence = "It was the year we asked them why, and nobody at the table could say. "
        text = "\n\n".join(sentence * 5 for _ in range(286))
        with db.writing(house.sessions) as session:
            a = factories.Factory(session)
            number, code = a.story(text, title="Long").id, a.code("EN-PEER").id
            coder = a.researcher().account_id
            length = len(plain(text).text)
            session.add_all(
                Coding(story_id=number, version=1, start=at, end=at + 120, code_id=code + n % 30,
                       coder_id=coder, made_at=factories.now())
                for n, at in enumerate(range(0, length - 130, length // 500))
            )  # fmt: skip
        answer = ana.client.get(f"/desk/{number}")
        page = BeautifulSoup(answer.text, "html.parser")
        assert len(text.split()) > 20_000 and len(page.select("mark[data-c]")) > 500
        assert len(answer.data) < 250_000


def _without_token(answer):
    return re.sub(r'value="[^"]{40,}"', "", answer.text)
