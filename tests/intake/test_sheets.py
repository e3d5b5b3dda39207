"""Tables as people bring them: heads of one, two and three rows, sheets, dates and traps."""

from __future__ import annotations

import io
import zipfile
from datetime import datetime, time

import openpyxl
import pytest

from storybank.errors import BadInput
from storybank.intake import rules, sheets, xlsx_file
from storybank.intake.bulk import read_rows
from storybank.intake.rules import BadRow
from storybank.intake.tables import is_table, read_sheets

QUALTRICS = (
    'StartDate,ResponseId,Q1,Q2\n"Start Date","Response ID","What went well?","What did not,\n'
    'and why?"\n"{""ImportId"":""startDate"",""timeZone"":""Z""}","{""ImportId"":""_recordId""}",'
    '"{""ImportId"":""QID1_TEXT""}","{""ImportId"":""QID2_TEXT""}"\n'
    "2024-03-01 10:00:00,R_1,The nurse,I waited\n"
)


def workbook(*rows, **more) -> bytes:
    """A spreadsheet of one sheet, and of one more for each name."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for title, lines in more.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def without(data: bytes, changes: dict[str, tuple[bytes, bytes]], add=None) -> bytes:
    """A copy of an archive with something replaced in some of its parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", 8) as new:
        for name in old.namelist():
            content = old.read(name)
            for part, (before, after) in changes.items():
                if part in name:
                    content = content.replace(before, after)
            new.writestr(name, content)
        for name, content in (add or {}).items():
            new.writestr(name, content)
    return made.getvalue()


def told(table: str | bytes, name: str = "a.csv", **more):
    (sheet,) = read_sheets(name, table.encode() if isinstance(table, str) else table, **more)
    return [tuple(column) for column in sheet.columns], [
        (row.line, row.reason) if isinstance(row, BadRow) else (row.n, *row.cells)
        for row in sheet
    ]  # fmt: skip


class TestHeads:
    def test_three_rows_of_qualtrics_are_names_questions_and_left_out(self):
        columns, rows = told(QUALTRICS)
        assert columns == [
            ("StartDate", "Start Date"), ("ResponseId", "Response ID"),
            ("Q1", "What went well?"), ("Q2", "What did not, and why?"),
        ]  # fmt: skip
        assert rows == [(5, "2024-03-01 10:00:00", "R_1", "The nurse", "I waited")]

    def test_qualtrics_in_utf_16_with_tabs_is_the_same(self):
        lines = [line.split(",") for line in QUALTRICS.replace(",\nand", " and").splitlines()]
        del lines[2]
        table = "\n".join("\t".join(cells) for cells in lines).replace('"', "")
        columns, rows = told(table.encode("utf-16"), "a.tsv")
        assert columns[2] == ("Q1", "What went well?")
        assert [row[2:4] for row in rows] == [("R_1", "The nurse")]

    def test_names_over_names_carry_the_question_on(self):
        columns, rows = told(
            "Id,When,How was it?,,\n,,Open-Ended Response,Rude,Kind\n7,May,I waited,,x\n"
        )
        assert columns == [
            ("Id", ""), ("When", ""), ("How was it?", ""),
            ("How was it?: Rude", "How was it?"), ("How was it?: Kind", "How was it?"),
        ]  # fmt: skip
        assert rows == [(3, "7", "May", "I waited", "", "x")]

    def test_a_title_over_the_names_is_left_out_and_said(self):
        (sheet,) = read_sheets("a.csv", b"Our survey,,\n,,\nid,text,year\n1,I waited,1999\n")
        assert [column.name for column in sheet.columns] == ["id", "text", "year"]
        assert sheet.warnings == (sheets.OVER,)
        assert [row.n for row in sheet] == [4]

    def test_a_person_may_know_better_how_many_rows_the_head_takes(self):
        assert told("a,b\nc,d\n1,2\n", heads=2)[1] == [(3, "1", "2")]
        assert told("a,b\nc,d\n1,2\n", heads=2)[0] == [("a", "c"), ("b", "d")]

    def test_columns_without_a_name_get_one_and_no_two_are_alike(self):
        columns, rows = told("a,,A\n1,2,3\n")
        assert columns == [("a", ""), ("Column B", ""), ("A (2)", "")]
        assert rows == [(2, "1", "2", "3")]

    def test_letters_go_on_after_z(self):
        assert [sheets.letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]

    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_what_cuts_the_rows_evenly_is_the_delimiter(self, delimiter):
        table = 'id,what, exactly;was it\n1,"I waited, and; waited\nmore",x\n'.replace(
            "what, exactly;was it", "what,was"
        )
        table = table.replace(",was", f"{delimiter}was").replace("id,", f"id{delimiter}")
        table = table.replace('1,"', f'1{delimiter}"').replace('",x', f'"{delimiter}x')
        assert len(told(table)[0]) == 3

    def test_rows_that_do_not_fit_and_more_than_may_be_are_told(self, monkeypatch):
        assert told("a,b\n1,2,3\n,\n4\n")[1] == [(2, sheets.MORE_CELLS), (4, "4", "")]
        monkeypatch.setattr(rules, "MAX_ROWS", 2)
        assert told("a,b\n1,2\n3,4\n5,6\n7,8\n")[1][-1] == (4, rules.TOO_MANY_ROWS)

    def test_objects_a_line_are_a_table_of_all_they_name(self):
        columns, rows = told(
            '{"id": 1, "said": "I waited", "attributes": {"year": 1999}}\nno\n'
            '{"said": "So did I", "ok": true, "uses": ["keep", "study"]}\n',
            "a.jsonl",
        )
        assert [name for name, _ in columns] == ["id", "said", "year", "ok", "uses"]
        assert rows[0] == (1, "1", "I waited", "1999", "", "")
        assert rows[1][0] == 2
        assert rows[2] == (3, "", "So did I", "", "yes", "keep, study")


class TestSpreadsheets:
    def test_each_sheet_gives_values_as_a_person_sees_them(self):
        data = workbook(
            ["id", "text", "when"],
            [7.0, "I waited.\nLong.", datetime(2024, 3, 1)],
            [None, None, None],
            [0.1 + 0.2, "caf\xe9 \U0001f600", datetime(2024, 3, 1, 14, 5)],
            [True, "=1+1", time(9, 30)],
            Second=[["x"], ["_x0041__x000D_"]],
        )
        assert is_table("whatever", data)
        first, second = read_sheets("a.xlsx", data)
        assert [row.cells for row in first] == [
            ("7", "I waited.\nLong.", "2024-03-01"), ("0.3", "caf\xe9 \U0001f600",
             "2024-03-01T14:05:00"), ("TRUE", "", "09:30:00"),
        ]  # fmt: skip
        assert [row.n for row in first] == [2, 4, 5]
        assert first.warnings == (xlsx_file.NOT_SAVED,)
        assert (second.name, [row.cells for row in second]) == ("Second", [("A\r",)])

    def test_hidden_sheets_and_errors_are_left_out_and_said(self):
        book = openpyxl.load_workbook(io.BytesIO(workbook(["text"], ["#N/A"], Two=[["secret"]])))
        book["Two"].sheet_state = "hidden"
        made = io.BytesIO()
        book.save(made)
        found = xlsx_file.read_xlsx(made.getvalue())
        assert [sheet["rows"] for sheet in found["sheets"]] == [[(1, ["text"])]]
        assert found["warnings"] == [xlsx_file.ERRORS, xlsx_file.HIDDEN]

    def test_the_strict_kind_is_read_as_the_common_one(self):
        changes = {
            ".xml": (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
                     b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
        }  # fmt: skip
        data = without(workbook(["text"], ["I waited"]), changes)
        assert xlsx_file.read_xlsx(data)["sheets"][0]["rows"] == [(1, ["text"]), (2, ["I waited"])]

    @pytest.mark.parametrize(
        ("data", "sentence"),
        [
            (workbook(), rules.NO_SHEET),
            (workbook(["x"])[:-400], rules.DAMAGED),
            (without(workbook(["x"]), {"sheet1": (b"<sheetData>", b"<sheetData")}), rules.DAMAGED),
            (without(workbook(["x"]), {"sheet1": (b'r="1"', b'r="99999999"')}), rules.DAMAGED),
            (without(workbook(["x"]), {}, {"xl/a.xml": "<!DOCTYPE a>"}), rules.HAS_DTD),
            (without(workbook(["x"]), {}, {"xl/a.bin": b"0" * 70_000_000}), rules.UNPACKS_TOO_BIG),
            (without(workbook(["x"]), {}, {"xl/workbook.bin": b"0"}), rules.OTHER_SHEETS),
            (workbook(["x"] * 1_001), rules.TOO_WIDE),
        ],
        ids=["empty", "cut", "bent", "far", "dtd", "bomb", "binary", "wide"],
    )
    def test_traps_are_refused_in_a_sentence(self, data, sentence):
        with pytest.raises(BadInput) as refusal:
            xlsx_file.read_xlsx(data)
        assert refusal.value.sentence == sentence

    def test_the_command_reads_the_sheet_that_names_its_words(self, tmp_path):
        path = tmp_path / "survey.xlsx"
        path.write_bytes(
            workbook(["x"], ["y"], Two=[["ID", "Story", "Age group"], [7, "I waited.", "18-24"]])
        )
        (row,) = read_rows(path)
        assert (row.line, row.external_id, row.canon.text) == (2, "7", "I waited.")
        assert row.attributes == {"age_group": "18-24"}
        path.write_bytes(workbook(["x"], ["y"]))
        with pytest.raises(BadInput, match='one must be called "text"'):
            list(read_rows(path))

    def test_every_spreadsheet_people_brought_is_read(self, real_data):
        for file in sorted((real_data / "formats" / "xlsx").rglob("*.xlsx")):
            assert any(sheet["rows"] for sheet in xlsx_file.read_xlsx(file.read_bytes())["sheets"])
