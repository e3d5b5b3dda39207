"""Pages of memos, over HTTP and without JavaScript."""

from __future__ import annotations

import csv
import io

import factories
import pytest

from storybank import db
from storybank.consent.rules import Purpose
from storybank.stories.models import Story

FORM = "main form:has(#body)"
PASSAGE = "/memos/new?story={}&version=1&start=29&end=57"


def write(browser, path="/memos/new", **fields):
    browser.open(path)
    return browser.send(FORM, **fields)


def listed(browser, path="/memos"):
    return [one.get_text(strip=True) for one in browser.open(path).select(".sb-memo__name")]


class TestWriting:
    def test_a_memo_on_a_passage_shows_the_words_and_stores_none(self, anas, desk):
        anas.open(PASSAGE.format(desk))
        assert "Nobody had an answer for me." in anas.page.select_one("blockquote").text
        anas.send(FORM, title="Silence", body="Who **should** have answered?")
        assert anas.message == "Memo saved."
        assert anas.page.h1.text == "Silence"
        assert anas.page.select_one(".sb-memo__body strong").text == "should"
        assert "Nobody had an answer" in anas.page.select_one("blockquote").text

    def test_undo_takes_it_away(self, anas):
        write(anas, title="Plan", body="Read the rest first.")
        anas.undo()
        assert anas.path == "/memos"
        assert "Undone" in anas.message
        assert "There are no memos yet" in anas.page.main.text

    def test_mark_up_is_made_safe(self, anas):
        write(anas, body="<script>alert(1)</script> [x](javascript:alert(1)) *hi*")
        body = anas.page.select_one(".sb-memo__body")
        assert body.script is None and not body.select("a[href]")
        assert body.em.text == "hi"

    def test_of_nothing_keeps_the_title(self, anas):
        write(anas, title="A title", body=" ")
        assert anas.status == 422
        assert anas.page.select_one("#title")["value"] == "A title"
        assert "Write the memo first" in anas.page.select_one("#body-error").text

    def test_of_a_copy_offers_the_passage_and_keeps_what_was_typed(self, anas, desk):
        copy = "See: I rang the clinic on Monday. Nobody had an answer for me."
        write(anas, f"/memos/new?story={desk}", body=copy)
        assert anas.status == 422
        assert anas.page.select_one("#body").text.strip() == copy
        assert anas.page.select_one("#own") is None
        instead = anas.page.select_one("button[name=instead]")["value"]
        anas.send(FORM, instead=instead)
        assert "rang the clinic" in anas.page.select_one("blockquote").text
        assert anas.page.select_one("#body").text.strip() == copy
        anas.send(FORM, body="How long did they wait?")
        assert anas.message == "Memo saved."

    def test_of_a_short_run_asks_first(self, anas, desk):
        short = "Odd that nobody had an answer for me then, thought I."
        write(
            anas, f"/memos/new?story={desk}", body="Nobody had an answer for me, then Olu! " + short
        )
        assert anas.status == 422 and anas.page.select_one("#own") is not None
        anas.send(FORM, own="yes")
        assert anas.message == "Memo saved."

    @pytest.mark.parametrize(
        ("query", "status"),
        [("story=99", 404), ("story=x", 404), ("story={}&version=7&start=0&end=9", 409),
         ("story={}&version=1&start=9&end=9", 422), ("code=NONE", 404), ("coding=5", 404),
         ("story={}&version=1&start=0&end=99999999999", 404)],
    )  # fmt: skip
    def test_about_what_is_not_there_is_refused(self, anas, desk, query, status):
        anas.open(f"/memos/new?{query.format(desk)}")
        assert anas.status == status

    def test_on_a_story_that_changed_meanwhile_is_kept_for_the_whole_story(self, anas, desk, house):
        anas.open(PASSAGE.format(desk))
        with db.writing(house.sessions) as session:
            session.get(Story, desk).current_version = 2
        anas.send(FORM, body="My thought.")
        assert anas.status in (404, 409)
        if anas.status == 409:
            assert "My thought." in anas.page.select_one("#body").text


class TestChanging:
    def test_two_people_at_once_lose_nothing(self, anas, bens):
        write(anas, title="Plan", body="First.")
        edit = anas.path + "/edit"
        bens.open(edit)
        write(anas, edit, body="Ana's words.")
        bens.send(FORM, body="Ben's words.")
        assert bens.status == 409
        assert bens.page.select_one("#body").text.strip() == "Ben's words."
        assert "Ana's words." in bens.page.select_one(".sb-panel--care").text
        assert "Ana Lopez changed this memo" in bens.page.select_one("#body-error").text
        bens.send(FORM, body="Both.")
        assert bens.page.select_one(".sb-memo__body").text.strip() == "Both."
        assert "by Ben Okri" in bens.page.select_one(".sb-memo__facts").text

    def test_is_refused_for_anothers_on_a_story(self, anas, bens, desk):
        write(anas, f"/memos/new?story={desk}", body="Mine.")
        assert "Change" not in bens.open(anas.path).select_one("#memo-1").text
        bens.open(anas.path + "/edit")
        assert bens.status == 403


class TestTalk:
    def test_is_answered_settled_and_opened_again(self, anas, bens, desk):
        write(anas, PASSAGE.format(desk), title="Silence", body="Who?")
        memo = anas.path
        bens.open(memo)
        bens.send("form[action$=answers]", body="The manager. @Ana Lopez")
        assert bens.message == "Answer saved."
        assert "The manager." in anas.open(memo).select_one(".sb-answers").text
        anas.send("form[action$=settle]")
        assert "Settled" in anas.page.select_one(".sb-memo__settled").text
        assert listed(anas, "/memos?talk=settled") == ["Answer to memo 1", "Silence"]
        anas.open(memo)
        anas.send("form[action$=reopen]")
        assert anas.page.select_one(".sb-memo__settled") is None
        anas.undo()
        assert anas.path == memo and anas.page.select_one(".sb-memo__settled")

    def test_an_empty_answer_keeps_the_page(self, anas, desk):
        write(anas, PASSAGE.format(desk), body="Who?")
        anas.send("form[action$=answers]", body="")
        assert anas.status == 422 and anas.page.select_one("#body-error")

    def test_answers_outlive_the_memo(self, anas, bens, desk):
        write(anas, PASSAGE.format(desk), title="Silence", body="Who?")
        memo = anas.path
        bens.open(memo)
        bens.send("form[action$=answers]", body="The manager.")
        anas.open(memo)
        anas.send("form[action$='/1/remove']")
        assert anas.message == "Memo taken away."
        assert "taken away by its writer" in anas.page.select_one("#memo-1").text
        assert "The manager." in anas.page.main.text and "Who?" not in anas.page.main.text


class TestNames:
    def test_are_told_on_the_first_page_until_looked_at(self, anas, bens):
        write(anas, body="Look here.", tell=bens.open("/memos/new") and "2")
        memo = anas.path
        assert "1 memo names you" in bens.open("/").main.text
        assert "1 memo names you" in bens.open("/memos").main.text
        assert len(listed(bens, "/memos?named=1")) == 1
        assert "Names you" in bens.open(memo).main.text
        assert "names you" not in bens.open("/").main.text
        assert "Names you" not in bens.open(memo).main.text

    def test_that_are_nobodys_are_told_without_quoting_them(self, anas):
        write(anas, body="See @Zed.")
        assert "nobody was told" in anas.message and "Zed" not in anas.message


class TestLinks:
    def test_show_at_both_ends(self, anas, desk):
        write(anas, title="One", body="1")
        write(anas, title="Two", body="2")
        anas.send("form[action$=links]", to="memo 1")
        anas.send("form[action$=links]", to=f"story {desk}")
        assert "Memo 1: One" in anas.page.select_one(".sb-memo__links").text
        assert "Two" in anas.open("/memos/1").select_one(".sb-memo__links").text
        assert "Two" in anas.open(f"/memos/story/{desk}").main.text
        anas.open("/memos/2")
        anas.send("form[action*='/links/1/remove']")
        assert "Memo 1" not in anas.page.select_one(".sb-memo__links").text

    def test_to_nothing_keep_what_was_typed(self, anas):
        write(anas, body="1")
        anas.send("form[action$=links]", to="memo 77")
        assert anas.status == 422
        assert anas.page.select_one("#to")["value"] == "memo 77"


class TestPart:
    def test_gives_the_desk_each_thread_with_its_place(self, anas, desk):
        write(anas, PASSAGE.format(desk), title="Silence", body="Who?")
        write(anas, f"/memos/new?story={desk}", title="All", body="Good.")
        page = anas.open(f"/memos/story/{desk}", **{"HX-Request": "true"})
        assert page.h1 is None
        whole, one = page.select(".sb-threads > li")
        assert "data-start" not in whole.attrs
        assert (one["data-version"], one["data-start"], one["data-end"]) == ("1", "29", "57")

    def test_is_a_page_of_its_own_too(self, anas, desk):
        page = anas.open(f"/memos/story/{desk}")
        assert "No memos on this story yet." in page.main.text


class TestFiles:
    def test_hold_what_the_list_holds(self, anas, desk):
        write(anas, PASSAGE.format(desk), title="=1+1", body="Who?")
        write(anas, title="Plan", body="Read.")
        link = anas.open("/memos?kind=passage").select_one("a[href^='/memos.csv']")["href"]
        answer = anas.client.get(link)
        rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
        assert [row["title"] for row in rows] == ["'=1+1"]
        assert (rows[0]["story"], rows[0]["start"], rows[0]["end"]) == (str(desk), "29", "57")
        assert "Nobody" not in answer.text
        text = anas.client.get("/memos.md").text
        assert "## Memo 2: Plan" in text and "by Ana Lopez" in text


class TestDoor:
    def test_a_stop_takes_it_from_every_page(self, anas, bens, desk, house):
        write(anas, PASSAGE.format(desk), title="Silence", body="Who, @Ben Okri?")
        with db.writing(house.sessions) as session:
            factories.Factory(session).stop(session.get(Story, desk), Purpose.STUDY)
        for path in ("/memos/1", "/memos/1/edit", f"/memos/story/{desk}"):
            anas.open(path)
            assert anas.status == 404
        assert listed(anas) == []
        assert "Silence" not in anas.client.get("/memos.csv").text
        assert "names you" not in bens.open("/").main.text

    def test_is_shut_to_others(self, app, desk):
        from memos.conftest import Browser

        fay = Browser(app, "fay@example.org")
        for path in ("/memos", "/memos.csv", "/memos/new", f"/memos/story/{desk}"):
            fay.open(path)
            assert fay.status == 403


@pytest.mark.parametrize(
    "query",
    ["kind=x", "code=%00", "story=99999999999", "writer=-1", "q=%00%ff", "since=0001-01-01",
     "until=9999-12-31", "talk=%F0%9F", "order=x&page=-7", "page=99999999999999"],
)  # fmt: skip
def test_a_list_bears_any_address(anas, query):
    assert anas.open(f"/memos?{query}") and anas.status == 200
