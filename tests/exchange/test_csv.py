"""Codings out as a spreadsheet: through the door, line by line, and never run by one."""

from __future__ import annotations

import csv
import io

import factories
import pytest
import sqlalchemy as sa
from crawling import Person

from storybank import db
from storybank.coding import service as coding
from storybank.consent.models import UseRecord
from storybank.consent.rules import EIGHT, Purpose
from storybank.exchange import noting, outgoing
from storybank.exchange.csv_rows import HEAD, codings, safe_cell
from storybank.people.rules import Role
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
        monkeypatch.setattr(outgoing, "SLICE", 1)
        coded(a, use, "The first goes out.")
        second = coded(a, use, "The second is stopped in time.")
        lines = codings(a.session, use)
        head, first = next(lines), next(lines)
        a.stop(second, *EIGHT)
        assert "story" in head and "The first goes out." in first
        assert "".join(lines) == ""

    def test_no_cell_is_run_by_a_spreadsheet(self, a, use):
        coded(a, use, '=HYPERLINK("http://example.org","click")', title="@SUM(1+1)")
        (row,) = rows_of(a, use)
        assert row["words"].startswith("'=") and row["title"].startswith("'@")


class TestNoting:
    def records(self, session):
        return session.scalars(sa.select(UseRecord).order_by(UseRecord.story_id)).all()

    def test_each_story_that_leaves_is_written_down_once(self, a, use):
        story, other = a.story(), a.story()
        for quote in ("Nobody had an answer for me.", "we should go in together"):
            coding.apply(
                a.session, use, a.place(story, quote), [a.code().id, a.code("BA-TOKEN").id]
            )
        coding.apply(a.session, use, a.place(other, "Nobody"), [a.code().id])
        noting.note_codings(a.session, use)
        first, second = self.records(a.session)
        assert (first.story_id, second.story_id) == (story.id, other.id)
        assert (first.medium, first.place, first.use, first.name_style, first.copies) == (
            "file", "Codings as a table", "study", "none", 1,
        )  # fmt: skip
        assert first.made_by_account_id == use.actor.account_id and first.at == use.at
        assert first.end - first.start < len(factories.TEXT)

    def test_what_may_not_be_studied_or_was_taken_off_is_not(self, a, use):
        gone, off = coded(a, use, "This one is stopped."), a.story()
        a.stop(gone, Purpose.STUDY)
        [made] = coding.apply(a.session, use, a.place(off, "Nobody"), [a.code().id])
        coding.remove(a.session, use, made.id)
        noting.note_codings(a.session, use)
        assert self.records(a.session) == []

    def test_it_stands_before_the_first_line_leaves(self, house, app):
        with db.writing(house.sessions) as session:
            a = factories.Factory(session)
            coded(a, a.use(Purpose.STUDY), "They rang back, both of them.")
            a.actor(Role.RESEARCHER, email="reads@example.org")
        reader = Person(app, "reads@example.org")
        answer = reader.client.get("/codings.csv", buffered=False)
        lines = answer.iter_encoded()
        assert b"storyteller" in b"".join(next(lines) for _ in range(2))
        with house.sessions() as session:
            [record] = self.records(session)
            assert record.reference.startswith("codings-")
        answer.close()


class TestSafeCell:
    @pytest.mark.parametrize(
        "typed", ["=1+1", "+1", "-2", "@SUM(1)", "\t=1", " =1", "\r=1", "\uff1d1", "\uff201"]
    )
    def test_a_formula_is_made_plain_text(self, typed):
        assert safe_cell(typed) == "'" + typed

    @pytest.mark.parametrize("typed", ["plain", "a=b", "7", "", "it's"])
    def test_other_words_are_left_as_they_are(self, typed):
        assert safe_cell(typed) == typed
