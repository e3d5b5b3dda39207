"""Columns to stories: what a mapping says a row is, and what it refuses to guess."""

from __future__ import annotations

import json

import pytest

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.intake.rules import BadRow
from storybank.intake.tables import read_sheets
from storybank.receiving import mapping, overview
from storybank.receiving.guessing import guess
from storybank.receiving.mapping import EACH, Columns, check, fitted, from_json

TABLE = (
    "ResponseId,Q1,Q2,Keep,Study,Proof,Nick,Country,Tongue\n"
    "Response ID,What went well?,What did not?,May we keep it?,And study it?,How,Name,Where,In\n"
    'R_1,The nurse.,"I waited.\n\nLong.",Yes,ask me first,E-mail 7,Wren,Wales,Welsh\n'
    "R_2,,So did I.,AGREE,,,,,\n"
    "R_3,,,yes,yes,x,,,\n"
    "R_4,Kind.,,perhaps,,x,,,\n"
)
PARTS = {
    "ResponseId": "id", "Q1": "text", "Q2": "text", "Keep": "use keep", "Study": "use study",
    "Proof": "evidence", "Nick": "name", "Country": "about country", "Tongue": "language",
}  # fmt: skip
SAID = Columns(PARTS, name_style="chosen")


def sheet(table: str = TABLE):
    return read_sheets("a.csv", table.encode())[0]


def stories(said: Columns = SAID, table: str = TABLE):
    table = sheet(table)
    check(said, table.columns)
    return list(mapping.rows(table, said))


class TestRows:
    def test_several_answers_are_one_story_under_their_questions(self):
        first, second, *_ = stories()
        assert first.canon.text == "What went well?\nThe nurse.\nWhat did not?\nI waited.\nLong."
        assert [block.kind for block in first.canon.blocks] == ["h", "p", "h", "p", "p"]
        assert second.canon.text == "What did not?\nSo did I."
        assert (first.title, first.external_id, first.line) == (rules.UNTITLED, "R_1", 3)
        assert (first.attributes, first.language) == ({"country": "Wales"}, "cy")

    def test_or_a_story_each_with_an_id_of_its_own(self):
        first, second, third, *_ = stories(Columns(PARTS, several=EACH, name_style="chosen"))
        assert [(one.external_id, one.title, one.canon.text) for one in (first, second, third)] == [
            ("R_1-2", "What went well?", "The nurse."),
            ("R_1-3", "What did not?", "I waited.\nLong."),
            ("R_2-3", "What did not?", "So did I."),
        ]

    def test_answers_count_in_known_words_a_blank_is_no_and_so_is_what_is_not_asked(self):
        first, second, *_ = stories()
        assert {use: said for use, said in first.answers.items() if said != "no"} == {
            "keep": "yes", "study": "ask",
        }  # fmt: skip
        assert len(first.answers) == 8
        assert [use for use, said in second.answers.items() if said == "yes"] == ["keep"]
        assert (first.evidence, second.evidence) == ("E-mail 7", "")

    def test_a_name_is_shown_where_the_row_has_one(self):
        first, second, *_ = stories()
        assert (first.name, first.name_style) == ("Wren", "chosen")
        assert (second.name, second.name_style) == ("", "none")

    def test_no_words_and_words_that_mean_nothing_known_are_told_by_line(self):
        assert stories()[2:] == [
            BadRow(7, mapping.NO_WORDS, "R_3"), BadRow(8, mapping.UNKNOWN_ANSWER, "R_4"),
        ]  # fmt: skip

    def test_uses_may_be_named_in_one_column(self):
        said = Columns({"t": "text", "u": "uses"})
        first, second, third = stories(said, 't,u\na,"Keep, study"\nb,keep;sell\nc,\n')
        assert [use for use, word in first.answers.items() if word == "yes"] == ["keep", "study"]
        assert second == BadRow(3, mapping.UNKNOWN_USE, None)
        assert set(third.answers.values()) == {"no"}

    def test_a_table_that_says_nothing_of_consent_leaves_it_to_the_intake(self):
        (one,) = stories(Columns({"t": "text"}), "t,u\na,yes\n")
        assert (one.answers, one.evidence, one.name, one.name_style) == (None, None, None, "")

    def test_what_is_too_long_is_told_and_the_rest_goes_on(self):
        said = Columns({"t": "text", "i": "id", "y": "about year"})
        table = f"t,i,y\na,{'i' * 193},\nb,1,{'y' * 101}\nc,2,1999\n"
        bad, worse, good = stories(said, table)
        assert "id is over" in bad.reason
        assert "'year' under 100" in worse.reason
        assert good.canon.text == "c"


class TestMappings:
    def test_a_guess_takes_names_and_long_answers_but_nothing_about_consent(self):
        long = "I waited for a long time and nobody came to tell me anything at all. "
        found = guess(sheet(f"ResponseId,Consent,Year,Q1\n1,yes,1999,{long}\n2,yes,2000,{long}\n"))
        assert found.parts == {"ResponseId": "id", "Year": "about year", "Q1": "text"}
        assert guess(sheet("Story,Other\na,b\n")).parts == {"Story": "text"}

    @pytest.mark.parametrize(
        ("said", "sentence"),
        [
            (Columns({}), mapping.NO_TEXT_COLUMN),
            (Columns({"Q1": "out"}), mapping.NO_TEXT_COLUMN),
            (Columns({"Q1": "text", "Q2": "sound"}), mapping.NO_SUCH_PART),
            (Columns({"Q1": "text", "Q9": "id"}), mapping.NO_SUCH_COLUMN),
            (Columns({"Q1": "text", "Q2": "id", "Nick": "id"}), mapping.TWICE),
            (Columns({"Q1": "text", "Study": "use study"}), mapping.NO_KEEP),
            (Columns({"Q1": "text", "Keep": "use keep", "Study": "uses"}), mapping.BOTH_WAYS),
            (Columns({"Q1": "text", "Nick": "name"}), mapping.NO_STYLE),
            (Columns({"Q1": "text"}, several="both"), mapping.NO_SUCH_PART),
            (Columns({"Q1": "text"}, yes=("no",)), mapping.SAME_WORD),
        ],
    )
    def test_what_can_not_be_used_is_told_in_a_sentence(self, said, sentence):
        with pytest.raises(BadInput) as refusal:
            check(said, sheet().columns)
        assert refusal.value.sentence == sentence

    def test_a_file_for_the_command_names_columns_as_people_write_them(self):
        said = from_json(json.dumps({
            "columns": {"what went WELL?": "Text", "responseid": "id", "Q2": "out"}, "yes": "1, ja",
        }))  # fmt: skip
        fit = fitted(said, sheet().columns)
        assert fit.parts == {"Q1": "text", "ResponseId": "id", "Q2": "out"}
        assert fit.yes == ("1", "ja")
        assert from_json(fit.to_json()) == fit

    @pytest.mark.parametrize(
        "said",
        [
            "", "no", "[]", "{}", '{"columns": []}', '{"columns": {"a": 1}}', "[" * 99_999,
            '{"columns": {}, "yes": 7}', '{"columns": {}, "sheet": true}',
            '{"columns": {}, "heads": -1}', '{"columns": {}, "no": [1]}',
        ],
    )  # fmt: skip
    def test_what_is_no_mapping_is_told_in_a_sentence(self, said):
        with pytest.raises(BadInput) as refusal:
            from_json(said)
        assert refusal.value.sentence == mapping.NOT_A_MAPPING


class TestOverview:
    def test_it_counts_what_would_become_of_the_rows_and_shows_the_first(self):
        seen = overview.look(sheet(), SAID)
        assert (seen.stories, seen.bad, seen.without_keep, seen.without_evidence) == (2, 2, 0, 1)
        assert seen.refused == {mapping.NO_WORDS: [7], mapping.UNKNOWN_ANSWER: [8]}
        assert [words for _, words in seen.samples[0].blocks][1] == "The nurse."
        assert [use.value for use in seen.samples[0].ask] == ["study"]
        assert overview.examples(sheet())[0] == ["R_1", "R_2", "R_3"]

    def test_a_long_table_is_counted_in_part(self):
        seen = overview.look(sheet(), SAID, seconds=-1)
        assert (seen.whole, seen.stories) == (False, 1)
