"""Pages of memos, over HTTP and without JavaScript."""

from __future__ import annotations

import factories

from storybank import db
from storybank.consent.rules import Purpose
from storybank.stories.models import Story

FORM = "main form:has(#body)"
PASSAGE = "/memos/new?story={}&version=1&start=29&end=54"


def write(browser, path, **fields):
    browser.open(path)
    browser.send(FORM, **fields)
    return browser


class TestWriting:
    def test_a_memo_on_a_passage_shows_the_words_and_stores_none(self, anas, desk, house):
        anas.open(PASSAGE.format(desk))
        assert "Nobody had an answer for" in anas.page.select_one("blockquote").text
        anas.send(FORM, title="Silence", body="Who **should** have answered?")
        assert anas.message == "Memo saved."
        assert anas.page.h1.text == "Silence"
        assert anas.page.select_one(".sb-memo__body strong").text == "should"
        assert "Nobody had an answer" in anas.page.select_one("blockquote").text

    def test_the_list_shows_it_and_undo_takes_it_away(self, anas, desk):
        write(anas, PASSAGE.format(desk), title="Silence", body="Who should have answered?")
        anas.open("/memos")
        assert "Silence" in anas.page.select_one(".sb-threads").text
        anas.open("/memos/new")
        anas.send(FORM, title="Plan", body="Read the rest first.")
        anas.undo()
        anas.open("/memos")
        assert "Plan" not in anas.page.select_one(".sb-threads").text

    def test_mark_up_is_made_safe(self, anas, desk):
        write(anas, "/memos/new", body="<script>alert(1)</script> [x](javascript:alert(1)) *hi*")
        body = anas.page.select_one(".sb-memo__body")
        assert body.script is None and not body.select("a[href]")
        assert body.em.text == "hi"
