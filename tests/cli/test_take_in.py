"""Stories in from the command line: what other programs send, and what they read back."""

from __future__ import annotations

import json

import openpyxl
import pytest
import sqlalchemy as sa
from commands import YES
from word_files import paragraph, raw_docx

from storybank.clock import now
from storybank.consent.evidence import shown
from storybank.consent.models import Evidence, StoryStanding, UseStanding
from storybank.consent.rules import Purpose, Use
from storybank.intake import bulk
from storybank.people import service
from storybank.stories import reading
from storybank.stories.models import Story, StoryAttribute

TAKEN = {"story", "external_id", "source", "outcome", "warnings"}
REFUSED = {"story", "external_id", "source", "outcome", "reason"}
REFUSED_LINE = REFUSED | {"line"}


def count(house, table=Story) -> int:
    with house.sessions() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table))


class TestFiles:
    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("one.txt", b"I waited at the clinic."),
            ("one.md", b"# My year\n\nI *waited* at the clinic."),
            ("one.docx", raw_docx(paragraph("I waited at the clinic."))),
        ],
    )
    def test_each_kind_is_taken_in_and_can_be_found(
        self, storybank, with_account, tmp_path, name, data
    ):
        (tmp_path / name).write_bytes(data)
        said = storybank("take-in", tmp_path / name, *YES, "--json")
        assert said.code == 0
        (row,) = said.rows
        assert row == {
            "story": 1, "external_id": None, "source": name, "outcome": "taken in", "warnings": [],
        }  # fmt: skip
        asked = ("--as", with_account("researcher"), "--purpose", "study", "--json")
        (found,) = storybank("search", "clinic", *asked).json
        assert "waited at the clinic" in found["excerpts"][0]

    def test_a_person_reads_one_a_line_and_a_count(self, storybank, tmp_path):
        (tmp_path / "a.txt").write_text("I waited.")
        said = storybank("take-in", tmp_path / "a.txt", tmp_path / "gone.txt", *YES)
        assert said.code == 1
        assert said.lines[0] == "story 1: taken in from a.txt"
        assert said.lines[1].startswith("refused: gone.txt: The file could not be opened.")
        assert said.err == "1 taken in, 1 refused.\n"

    def test_what_was_lost_in_cleaning_is_told(self, storybank, tmp_path):
        (tmp_path / "a.txt").write_bytes(b"caf\xe9 and \x00more, for five pounds: \xa35")
        (row,) = storybank("take-in", tmp_path / "a.txt", *YES, "--json").rows
        assert set(row) == TAKEN
        assert len(row["warnings"]) == 2

    def test_a_missing_file_and_an_empty_folder_are_refused_and_the_rest_taken_in(
        self, storybank, house, tmp_path
    ):
        (tmp_path / "a.txt").write_text("I waited.")
        (tmp_path / "none").mkdir()
        said = storybank(
            "take-in", tmp_path / "gone.txt", tmp_path / "none", tmp_path / "a.txt", *YES, "--json"
        )
        assert said.code == 1
        missing, folder, taken = said.rows
        assert set(missing) == set(folder) == REFUSED
        assert missing["reason"].startswith("The file could not be opened.")
        assert folder["reason"] == "There is no file in this folder."
        assert (folder["source"], folder["story"]) == ("none", None)
        assert taken["outcome"] == "taken in"
        assert said.err == "1 taken in, 2 refused.\n"
        assert count(house) == 1

    def test_a_files_name_that_is_not_in_utf_8_is_told_in_it(self, storybank, tmp_path):
        said = storybank("take-in", tmp_path / "ann\udcff\u202e\x1b.txt", *YES, "--json")
        assert said.rows[0]["source"] == "ann\ufffd\ufffd\ufffd.txt"

    def test_the_same_text_is_taken_in_once(self, storybank, house, tmp_path):
        (tmp_path / "a.txt").write_text("I waited.")
        (tmp_path / "b.txt").write_text("I waited.\r\n")
        said = storybank("take-in", tmp_path / "a.txt", tmp_path / "b.txt", *YES, "--json")
        assert said.code == 1
        assert said.rows[1]["reason"] == "The same text is there already: story 1."
        assert count(house) == 1


class TestManyStories:
    def test_each_line_of_a_jsonl_is_a_story_that_keeps_its_id(self, storybank, house, lines):
        path = lines(
            {"id": "nhs-1", "title": "Mine", "text": "I waited.", "country": "Wales"},
            {"id": "nhs-2", "text": "So did I."},
        )
        said = storybank("take-in", path, *YES, "--json")
        assert said.code == 0
        assert [set(row) for row in said.rows] == [TAKEN, TAKEN]
        assert [row["external_id"] for row in said.rows] == ["nhs-1", "nhs-2"]
        assert {row["source"] for row in said.rows} == {"stories.jsonl"}
        with house.sessions() as session:
            kept = session.scalars(sa.select(Story.external_id).order_by(Story.id)).all()
            assert kept == ["nhs-1", "nhs-2"]
            assert session.scalars(sa.select(StoryAttribute.value)).all() == ["Wales"]

    def test_each_row_of_a_csv_is_a_story_that_keeps_its_id(self, storybank, house, tmp_path):
        (tmp_path / "a.csv").write_text('id,title,text\n7,A,"I waited, again."\n8,B,So did I.\n')
        said = storybank("take-in", tmp_path / "a.csv", *YES, "--json")
        assert said.code == 0
        assert [row["external_id"] for row in said.rows] == ["7", "8"]
        assert count(house) == 2

    def test_a_bad_line_is_refused_by_its_number_and_the_rest_goes_on(self, storybank, tmp_path):
        path = tmp_path / "a.jsonl"
        path.write_text('{"id": "x-1", "text": "one"}\nnot json\n{"id": "x-3"}\n{"text": "four"}\n')
        said = storybank("take-in", path, *YES, "--json")
        assert said.code == 1
        assert [row["outcome"] for row in said.rows] == [
            "taken in", "refused", "refused", "taken in",
        ]  # fmt: skip
        assert [set(row) for row in said.rows[1:3]] == [REFUSED_LINE, REFUSED_LINE]
        assert [(row["line"], row["external_id"]) for row in said.rows[1:3]] == [
            (2, None),
            (3, "x-3"),
        ]
        assert said.err == "2 taken in, 2 refused.\n"

    def test_an_id_that_is_there_already_is_refused_even_in_one_file(self, storybank, house, lines):
        path = lines({"id": "x", "text": "First."}, {"id": "x", "text": "Second."})
        said = storybank("take-in", path, *YES, "--json")
        assert said.code == 1
        assert said.rows[1]["reason"] == "A story with this id is there already: story 1."
        assert said.rows[1]["external_id"] == "x"
        again = storybank("take-in", path, *YES, "--json")
        assert (again.code, {row["outcome"] for row in again.rows}) == (1, {"refused"})
        assert count(house) == 1

    def test_a_file_that_is_no_table_is_one_refusal(self, storybank, tmp_path):
        (tmp_path / "a.csv").write_text("a,b\n1,2\n")
        (row,) = storybank("take-in", tmp_path / "a.csv", *YES, "--json").rows
        assert set(row) == REFUSED
        assert row["reason"].startswith("The first row must name the columns")


class TestChoices:
    def test_each_use_named_is_a_yes_with_the_evidence_and_no_other(self, storybank, house, lines):
        storybank(
            "take-in", lines({"text": "I waited."}), "--uses", "keep, Study",
            "--evidence", "She signed; Jo Park saw it.", "--lasts", "until I stop",
        )  # fmt: skip
        with house.sessions() as session:
            rows = session.scalars(sa.select(UseStanding).where(UseStanding.answer == "yes")).all()
            assert {row.use for row in rows} == {"keep", "study"}
            assert {row.valid_until for row in rows} == {None}
            assert shown(session, 1).note == "She signed; Jo Park saw it."

    def test_a_name_is_shown_as_it_was_chosen(self, storybank, house, lines, with_account):
        storybank(
            "take-in", lines({"text": "I waited."}), *YES, "--attribution", "chosen",
            "--name", "Wren",
        )  # fmt: skip
        with house.sessions() as session:
            account = service.account_by_email(session, with_account("member"))
            use = Use.claim(service.actor_for(session, account), Purpose.MEMBERS, now())
            assert reading.story(session, use, 1).attribution == "Wren"

    @pytest.mark.parametrize(
        ("words", "reason"),
        [
            ((), "We can not take in a story without a yes to keeping it."),
            (("--uses", ""), "We can not take in a story without a yes to keeping it."),
            (("--uses", " ", "--evidence", "x"), "We can not take in a story without a yes"),
            (("--uses", "study", "--evidence", "x"), "We can not take in a story without a yes"),
            (("--uses", "keep"), "A yes needs evidence."),
            (("--uses", "keep", "--evidence", " "), "A yes needs evidence."),
            ((*YES, "--lasts", "for ever"), "Say how long the yes lasts:"),
            ((*YES, "--channel", "pigeon"), "Say how the storyteller told us:"),
            ((*YES, "--attribution", "chosen"), "Write the name to show, or choose no name."),
            ((*YES, "--attribution", "chosen", "--name", "x" * 101), "Keep the name to show under"),
            (("--uses", "keep", "--evidence", "x" * 1001), "Keep the note of evidence under"),
        ],
    )
    def test_without_them_nothing_is_taken_in_and_the_row_says_why(
        self, storybank, house, lines, words, reason
    ):
        said = storybank("take-in", lines({"id": "x", "text": "I waited."}), *words, "--json")
        assert said.code == 1
        (row,) = said.rows
        assert set(row) == REFUSED
        assert (row["story"], row["external_id"]) == (None, "x")
        assert row["reason"].startswith(reason)
        assert (count(house), count(house, Evidence)) == (0, 0)

    def test_words_alone_no_facts_and_no_transcript_unless_it_is_said(
        self, storybank, house, lines
    ):
        path = lines({"text": "I waited.", "country": "Wales"})
        storybank("take-in", path, *YES)
        with house.sessions() as session:
            [row] = session.scalars(sa.select(StoryStanding)).all()
            assert (row.media, row.facts, row.unchecked) == ("|words|", "|", False)

    def test_forms_facts_and_a_transcript_as_they_are_named(self, storybank, house, lines):
        storybank(
            "take-in", lines({"text": "I waited."}), *YES, "--media", "words, Read aloud",
            "--facts", "carer,age group", "--transcript",
        )  # fmt: skip
        with house.sessions() as session:
            [row] = session.scalars(sa.select(StoryStanding)).all()
            assert row.media == "|read aloud|words|" and row.facts == "|age group|carer|"
            assert row.unchecked

    @pytest.mark.parametrize("words", [("--media", "smell"), ("--facts", "shoe size")])
    def test_a_form_or_fact_that_is_not_offered_ends_it(self, storybank, house, lines, words):
        said = storybank("take-in", lines({"text": "I waited."}), *YES, *words)
        assert (said.code, count(house)) == (1, 0) and said.err.startswith("Name ")

    def test_a_use_that_is_none_of_the_eight_ends_it_before_the_first_story(
        self, storybank, house, lines
    ):
        said = storybank("take-in", lines({"text": "x"}), "--uses", "keep,sell", "--evidence", "y")
        assert (said.code, said.out) == (1, "")
        assert said.err == (
            "Name uses from: keep, study, workshop, members, decide, teach, public, reuse.\n"
        )
        assert count(house) == 0


class TestInterruption:
    def test_what_was_said_to_be_taken_in_is_and_the_rest_is_not(
        self, storybank, house, lines, monkeypatch
    ):
        read = bulk.read_rows

        def interrupted(path):
            yield next(iter(read(path)))
            raise KeyboardInterrupt

        monkeypatch.setattr(bulk, "read_rows", interrupted)
        said = storybank("take-in", lines({"text": "one"}, {"text": "two"}), *YES, "--json")
        assert said.code == 130
        assert [row["story"] for row in said.rows] == [1]
        assert said.err.strip() == ("Stopped. What was said to be done is done; the rest is not.")
        assert count(house) == 1


class TestSurveys:
    """A spreadsheet whose rows say themselves what each teller chose, and what shows it."""

    ROWS = (
        ("ResponseId", "Q1", "Q2", "Q3", "Q4", "Q5"),
        ("Response ID", "What went well?", "May we keep it?", "Teach?", "How", "Name"),
        ("R_1", "The nurse sat with me.", "Yes", "ask me first", "Online form 7", "Wren"),
        ("R_2", "I waited.", None, "yes", "Online form 8", None),
        ("R_3", "I left.", "yes", None, None, None),
        ("R_4", "I rang.", "perhaps", None, "Online form 9", None),
    )
    MAP = {
        "columns": {
            "responseid": "id", "What went well?": "text", "Q2": "use keep", "Q3": "use teach",
            "Q4": "evidence", "Q5": "name",
        },
        "name_style": "chosen",
    }  # fmt: skip

    def test_each_row_is_taken_in_as_it_says_or_refused_with_the_sentence_that_it_lacks(
        self, storybank, house, tmp_path
    ):
        book = openpyxl.Workbook()
        book.active.append(["notes"])
        for row in self.ROWS:
            (book["Survey"] if "Survey" in book else book.create_sheet("Survey")).append(row)
        book.save(tmp_path / "survey.xlsx")
        (tmp_path / "map.json").write_text(json.dumps(self.MAP))
        said = storybank(
            "take-in", tmp_path / "survey.xlsx", "--map", tmp_path / "map.json", "--uses",
            "keep,public", "--evidence", "Not for these", "--json",
        )  # fmt: skip
        assert [row["outcome"] for row in said.rows] == ["taken in", *["refused"] * 3]
        assert [row["external_id"] for row in said.rows] == ["R_1", "R_2", "R_3", "R_4"]
        assert said.rows[1]["reason"].startswith("We can not take in a story without a yes")
        assert said.rows[2]["reason"].startswith("A yes needs evidence.")
        assert said.rows[3]["reason"].startswith("It has an answer that is none of the words")
        with house.sessions() as session:
            answers = dict(session.execute(sa.select(UseStanding.use, UseStanding.answer)).all())
            assert {use: word for use, word in answers.items() if word != "no"} == {
                "keep": "yes", "teach": "ask",
            }  # fmt: skip
            assert shown(session, 1).note == "Online form 7"

    def test_a_mapping_that_is_none_ends_it_before_the_first_story(self, storybank, tmp_path):
        (tmp_path / "a.csv").write_text("id,text\n1,I waited.\n")
        (tmp_path / "map.json").write_text("[]")
        said = storybank("take-in", tmp_path / "a.csv", "--map", tmp_path / "map.json", *YES)
        assert (said.code, said.out) == (1, "")
        assert said.err.startswith("A mapping is a JSON object")
        said = storybank("take-in", tmp_path / "a.csv", "--map", tmp_path / "gone.json", *YES)
        assert said.code == 1 and "Traceback" not in said.err
