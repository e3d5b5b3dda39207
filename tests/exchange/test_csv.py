"""Codings out as a spreadsheet: through the door, line by line, and never run by one."""

from __future__ import annotations

import csv
import io

import pytest

from storybank.coding import service as coding
from storybank.consent.rules import EIGHT, Purpose
from storybank.exchange import csv_rows
from storybank.exchange.csv_rows import HEAD, codings, safe_cell
from storybank.stories.rules import Place


def rows_of(a, use):
    return list(csv.DictReader(io.StringIO("".join(codings(a.session, use)), newline="")))


@pytest.fixture
def use(a):
    return a.use(Purpose.STUDY)


def coded(a, use, text, **more):
    story = a.story(text, **more)
    coding.apply(a.session, use, Place(story.id, 1, 0, len(text)), [a.code().id])
    return story


class TestCodings:
    def test_each_coding_comes_with_its_words_its_code_and_its_coder(self, a, use):
        story = coded(a, use, "They rang back, both of them.", external_id="out-7")
        (row,) = rows_of(a, use)
        assert tuple(row) == HEAD
        assert row["story"] == str(story.id) and row["external_id"] == "out-7"
        assert row["words"] == "They rang back, both of them."
        assert (row["code"], row["family"], row["use"]) == ("EN-PEER", "enabler", "study")
        assert row["storyteller"] == f"ST-{story.person_id:04d}"

    def test_what_may_not_be_studied_is_not_in_it(self, a, use):
        kept = coded(a, use, "This one stays in.")
        gone = coded(a, use, "This one is stopped.")
        a.stop(gone, Purpose.STUDY)
        assert [row["story"] for row in rows_of(a, use)] == [str(kept.id)]

    def test_a_stop_during_the_export_is_true_for_what_has_not_left_yet(self, a, use, monkeypatch):
        monkeypatch.setattr(csv_rows, "SLICE", 1)
        coded(a, use, "The first goes out.")
        second = coded(a, use, "The second is stopped in time.")
        lines = codings(a.session, use)
        head, first = next(lines), next(lines)
        a.stop(second, *EIGHT)
        assert "story" in head and "The first goes out." in first
        assert list(lines) == []

    def test_no_cell_is_run_by_a_spreadsheet(self, a, use):
        coded(a, use, '=HYPERLINK("http://example.org","click")', title="@SUM(1+1)")
        (row,) = rows_of(a, use)
        assert row["words"].startswith("'=") and row["title"].startswith("'@")


class TestSafeCell:
    @pytest.mark.parametrize(
        "typed", ["=1+1", "+1", "-2", "@SUM(1)", "\t=1", " =1", "\r=1", "\uff1d1", "\uff201"]
    )
    def test_a_formula_is_made_plain_text(self, typed):
        assert safe_cell(typed) == "'" + typed

    @pytest.mark.parametrize("typed", ["plain", "a=b", "7", "", "it's"])
    def test_other_words_are_left_as_they_are(self, typed):
        assert safe_cell(typed) == typed
