"""Many stories in one file: each row is a story or says what is wrong with it."""

import json
import time

import pytest

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.intake.bulk import read_rows
from storybank.intake.rules import Arrival, BadRow
from storybank.intake.table_file import QUOTES


@pytest.fixture
def rows(tmp_path):
    """``rows("a.csv", content)``: what is read from a file of this content."""

    def read(name: str, content: str | bytes):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return list(read_rows(path))

    return read


def short(found: list[Arrival | BadRow]) -> list:
    return [
        (row.line, row.reason.split(".")[0])
        if isinstance(row, BadRow)
        else (row.external_id, row.title, row.canon.text)
        for row in found
    ]


class TestLines:
    def test_each_line_is_a_story_and_other_keys_are_left_alone(self, rows):
        one, two = rows(
            "a.jsonl",
            '{"id": "x-1", "title": "Mine", "text": "I waited.", "country": "Wales", "rude": "q"}\n'
            '\n{"id": 7, "text": "So did I.", "attributes": {"role": "carer", "year": 1999}}\n',
        )
        assert (one.external_id, one.title, one.canon.text) == ("x-1", "Mine", "I waited.")
        assert one.attributes == {"country": "Wales"}
        assert (two.external_id, two.title) == ("7", rules.UNTITLED)
        assert two.attributes == {"role": "carer", "year": "1999"}

    def test_bad_lines_are_told_by_number_without_their_words_and_the_rest_goes_on(self, rows):
        found = rows(
            "a.jsonl",
            b'{"text": "one"}\nhedgehog\n["hedgehog"]\n{"id": "x-4"}\n{"id": "x-5", "text": 5}\n'
            b'{"text": " \\u200b "}\n{"text": "\xff hedgehog"}\n' + b"[" * 100_000 + b"\n"
            b'{"text": "x", "country": "' + b"hedgehog" * 20 + b'"}\n{"text": "nine"}',
        )
        bad = found[1:-1]
        assert [row.line for row in bad] == [2, 3, 4, 5, 6, 7, 8, 9]
        assert [row.external_id for row in bad[2:4]] == ["x-4", "x-5"]
        assert not any("hedgehog" in row.reason for row in bad)
        assert (found[0].canon.text, found[-1].canon.text) == ("one", "nine")

    def test_half_pairs_nuls_and_no_characters_are_cleaned_and_told(self, rows):
        (row,) = rows(
            "a.jsonl",
            r'{"id":"\ud800a","title":"bad \ud800 title","text":"half \udc00 \u0000and \uffff"}',
        )
        assert (row.external_id, row.title, row.canon.text) == ("a", "bad title", "half  and")
        assert len(row.canon.warnings) == 2

    def test_a_line_of_20_mb_is_refused_and_the_next_is_read(self, rows):
        content = b'{"text": "one"}\n{"text": "' + b"a" * 20_000_000 + b'"}\n{"text": "three"}\n'
        assert short(rows("a.jsonl", content)) == [
            (None, rules.UNTITLED, "one"),
            (2, "The line is over 10 MB"),
            (None, rules.UNTITLED, "three"),
        ]

    def test_a_story_that_is_too_long_is_refused_alone(self, rows):
        content = json.dumps({"id": "x", "text": "a " * 1_100_000}) + '\n{"text": "two"}'
        first, second = rows("a.jsonl", content)
        assert (first.reason, first.external_id) == (rules.TOO_LONG, "x")
        assert second.canon.text == "two"

    def test_an_id_longer_than_can_be_kept_is_refused_rather_than_cut(self, rows):
        (row,) = rows("a.jsonl", json.dumps({"id": "x" * 201, "text": "one"}))
        assert "id is over" in row.reason

    def test_every_hostile_json_is_a_bad_row_or_a_refusal(self, rows, real_data):
        for file in sorted((real_data / "nasty" / "json").rglob("*.json")):
            try:
                for row in rows("a.jsonl", file.read_bytes()):
                    assert isinstance(row, BadRow)
            except BadInput as refusal:
                assert refusal.sentence

    def test_all_the_real_stories_are_read(self, real_data):
        start = time.process_time()
        found = list(read_rows(real_data / "stories" / "stories.jsonl"))
        assert time.process_time() - start < 20
        assert len(found) == 3_242
        assert all(isinstance(row, Arrival) for row in found)
        assert len({row.external_id for row in found}) == 3_242


class TestTables:
    STORIES = [("1", "A", "I waited, again."), ("2", "B", 'She said "no".\nI left.')]
    TABLE = 'id,title,text\n1,A,"I waited, again."\n2,B,"She said ""no"".\nI left."\n'

    @pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
    def test_any_usual_encoding_is_read(self, rows, code):
        table = (self.TABLE + '3,C,"caf\xe9 \xa35 na\xefve \xe9t\xe9 \u2013 r\xf4le"\n') * 1
        found = short(rows("a.csv", table.encode(code)))
        assert found[:2] == self.STORIES
        assert found[2][2] == "caf\xe9 \xa35 na\xefve \xe9t\xe9 \u2013 r\xf4le"

    @pytest.mark.parametrize("delimiter", [";", "\t", "|"])
    @pytest.mark.parametrize("newline", ["\n", "\r\n"])
    def test_any_usual_delimiter_is_told_by_the_names_of_columns(self, rows, delimiter, newline):
        table = 'id,title,text\n1,A,"I waited, again."\n2,B,"She left"\n'
        table = table.replace(",", delimiter).replace(f"waited{delimiter}", "waited,")
        found = short(rows("a.csv", table.replace("\n", newline)))
        assert found == [self.STORIES[0], ("2", "B", "She left")]

    def test_the_words_may_stand_under_story_and_attributes_beside_them(self, rows):
        (row,) = rows("a.csv", "sep=,\n Age group ,STORY,other\n18-24,I waited.,x\n")
        assert (row.canon.text, row.attributes) == ("I waited.", {"age_group": "18-24"})

    def test_rows_that_do_not_fit_are_told_by_the_line_they_begin_on(self, rows):
        table = 'id,text\n1,"a\nb"\n2\n3,x,y\n4,ok,\n\n5,\n6,also ok\n'
        assert short(rows("a.csv", table)) == [
            ("1", rules.UNTITLED, "a\nb"),
            (4, 'It has no "text"'),
            (5, "It has more cells than there are columns"),
            ("4", rules.UNTITLED, "ok"),
            (8, "There are no words in it"),
            ("6", rules.UNTITLED, "also ok"),
        ]

    def test_quotes_that_do_not_match_end_the_reading_before_stories_are_made_up(self, rows):
        table = 'id,text\n1,fine\n2,"a "bad" one\nid,made up\n3,after\n'
        found = rows("a.csv", table)
        assert found[0].canon.text == "fine"
        assert (found[1].line, found[1].reason, len(found)) == (3, QUOTES, 2)

    def test_a_quote_that_never_closes_is_told(self, rows):
        assert rows("a.csv", 'id,text\n1,"never closed\n2,next\n')[0].reason == QUOTES

    def test_a_cell_longer_than_any_story_is_refused_and_the_next_row_is_read(self, rows):
        table = 'id,text\n1,"' + "word " * 1_000_000 + '"\n2,next\n'
        assert short(rows("a.csv", table)) == [
            (2, "The line is too long"),
            ("2", rules.UNTITLED, "next"),
        ]

    def test_nuls_are_dropped_and_formulas_are_only_words(self, rows):
        found = rows("a.csv", b"id,text\n1,a\0b\n2,=cmd|'/C calc'!A0\n")
        assert [row.canon.text for row in found] == ["ab", "=cmd|'/C calc'!A0"]

    @pytest.mark.parametrize(
        ("table", "said"),
        [
            ("story,x,Story \na,b,c\n", 'Two columns are called "story"'),
            ("id,id,text\n1,2,a\n", 'Two columns are called "id"'),
            ("id,words\n1,a\n", 'one must be called "text"'),
            ("", "empty"),
            ("\n\n", "no words"),
            ("%PDF-1.4", "holds one story"),
        ],
    )
    def test_a_table_without_one_column_of_words_is_refused_at_once(self, rows, table, said):
        with pytest.raises(BadInput, match=said):
            rows("a.csv", table)

    def test_every_table_people_brought_is_read_or_refused_in_a_sentence(self, real_data, hostile):
        for file in [*(real_data / "formats" / "csv").rglob("*.csv"), *hostile.glob("*.csv")]:
            try:
                for row in read_rows(file):
                    assert isinstance(row, Arrival) or row.reason
            except BadInput as refusal:
                assert refusal.sentence

    def test_names_that_are_no_table_are_refused(self, tmp_path):
        for name in ("a.xlsx", "a.txt", "gone.csv"):
            with pytest.raises(BadInput):
                read_rows(tmp_path / name)
