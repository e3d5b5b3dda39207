"""What a memo may hold: names, copies, links, Markdown."""

from __future__ import annotations

import time

import pytest
from factories import TEXT

from storybank.errors import BadInput
from storybank.memos import rules
from storybank.memos.showing import beginning, html
from storybank.stories.canon import plain

PEOPLE = {1: "Ana Lopez", 2: "Ana Park", 3: "Bren \u00d3 S\u00e9"}
STORY = plain(TEXT).text
CHINESE = "\u6211\u4eec\u53bb\u4e86\u533b\u9662\u4f46\u662f\u6ca1\u6709\u4eba\u80fd\u56de\u7b54"
CHINESE += "\u7684\u95ee\u9898\u6240\u4ee5\u56de\u5bb6\u4e86\u7136\u540e\u7b49"


class TestNames:
    @pytest.mark.parametrize(
        ("body", "found"),
        [
            ("See @Ana Lopez.", {1}),
            ("see @ana.park, and @BREN", {2, 3}),
            ("@bren \u00f3 s\u00e9!", {3}),
            ("@Ana means two people", set()),
            ("write to ana@bren.org", set()),
            ("@brenda is somebody else", set()),
            ("", set()),
        ],
    )
    def test_are_found_where_they_mean_one_person(self, body, found):
        assert rules.named(body, PEOPLE) == found

    def test_that_are_nobodys_are_counted(self):
        assert rules.unknown("@Ana @zed @bren", PEOPLE) == 2

    def test_are_taken_out_for_others(self):
        out = rules.without_names("Ask @Ana Lopez, @bren and @zed.well", PEOPLE)
        assert out == "Ask @a colleague, @a colleague and @a colleague"


class TestCopies:
    def test_of_twelve_words_are_too_many_whatever_the_marks(self):
        run = "Notes: I *rang* the CLINIC on Monday -- nobody had an answer for me then."
        found = rules.copied(run, STORY)
        assert found.too_many
        assert STORY[found.start : found.end].startswith("I rang the clinic")

    def test_of_eight_words_are_asked_about(self):
        found = rules.copied("she said nobody had an answer for me then olu", STORY)
        assert not found.too_many
        assert STORY[found.start : found.end].split() == (
            "Nobody had an answer for me. Then Olu".split()
        )

    def test_of_fewer_are_nobodys_matter(self):
        assert rules.copied("I rang the clinic on Monday", STORY) is None

    def test_are_found_in_scripts_without_spaces(self):
        assert rules.copied(f"x {CHINESE[:24]} y", CHINESE).too_many
        assert not rules.copied(CHINESE[3:19], CHINESE).too_many
        assert rules.copied(CHINESE[:10], CHINESE) is None

    def test_are_looked_for_in_bounded_time(self):
        began = time.process_time()
        rules.copied("a b " * 5_000, "a b " * 40_000)
        assert time.process_time() - began < 5


class TestWords:
    def test_are_kept_as_written(self):
        assert rules.clean_body("\r\n# One\r\n\r\n  - two\n") == "# One\n\n  - two"

    @pytest.mark.parametrize("typed", ["", " \n\t", "a" * 20_001])
    def test_nothing_or_too_much_is_refused(self, typed):
        with pytest.raises(BadInput):
            rules.clean_body(typed)


class TestTargets:
    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("memo 12", ("memo", "12")), ("Story #3", ("story", "3")),
            ("EN-PEER", ("code", "EN-PEER")), ("code: EN-PEER", ("code", "EN-PEER")),
        ],
    )  # fmt: skip
    def test_are_understood(self, typed, found):
        assert rules.target(typed) == found

    @pytest.mark.parametrize("typed", ["", "story x", "a b c", "memo \u0661", "memo 99999999999"])
    def test_that_are_none_are_not(self, typed):
        with pytest.raises(BadInput):
            rules.target(typed)


class TestHtml:
    @pytest.mark.parametrize(
        "body",
        ["[" * 20_000, "<a " * 6_000, "![a](" * 4_000, "1. " * 6_000, "> " * 10_000,
         "*a " * 6_000, "**a_" * 5_000, "- " * 10_000,
         "\n".join(" " * n + "* a" for n in range(190)),
         "`" * 20_000, "|a" * 5_000 + "\n" + "|-" * 5_000, "&#" * 9_000],
    )  # fmt: skip
    def test_is_made_in_bounded_time_whatever_is_written(self, body):
        began = time.process_time()
        html(body)
        assert time.process_time() - began < 3

    def test_of_what_no_person_would_write_is_the_plain_text(self):
        assert "<b>" not in html("<b>" * 500) and "&lt;b&gt;" in html("<b>" * 500)

    def test_begins_with_plain_words(self):
        assert beginning("## Head\n\n- **one** [two](https://x.org) a_b") == "Head one two a_b"
        assert len(beginning("word " * 900)) <= 241
