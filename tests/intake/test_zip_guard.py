"""Archives: what comes out is counted before anything reads it."""

import io
import struct
import zipfile

import pytest
from word_files import paragraph, raw_docx, zipped

from storybank.errors import BadInput
from storybank.intake import rules, zip_guard
from storybank.intake.zip_guard import open_archive

DTD = '<?xml version="1.0"%s?><!DOCTYPE d [<!ENTITY a "ha">]>'


def refusal(data: bytes) -> str:
    with pytest.raises(BadInput) as refused:
        open_archive(io.BytesIO(data))
    return refused.value.sentence


class TestOpenArchive:
    def test_an_ordinary_document_passes(self):
        assert "word/document.xml" in open_archive(io.BytesIO(raw_docx(paragraph("x")))).namelist()

    @pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
    def test_a_document_type_is_found_in_every_encoding(self, code):
        assert refusal(raw_docx(paragraph("&a;"), DTD % "", code)) == rules.HAS_DTD

    def test_a_document_type_is_found_far_from_the_start(self):
        spaces = " " * 200_000
        assert refusal(raw_docx("", f"<?xml version='1.0'?>{spaces}<!DOCTYPE d>")) == rules.HAS_DTD

    def test_an_encoding_that_could_hide_one_is_refused(self):
        data = raw_docx("", DTD % ' encoding="utf-7"', "utf-7")
        assert refusal(data) == rules.HAS_DTD

    def test_xml_is_known_by_its_look_too(self):
        assert refusal(zipped({"word/document.bin": DTD % ""})) == rules.HAS_DTD

    def test_pictures_that_are_xml_may_have_one(self):
        svg = '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "x" "y"><svg/>'
        open_archive(io.BytesIO(zipped({"word/media/a.svg": svg})))

    def test_a_part_that_swells_is_stopped_before_it_is_out(self):
        assert refusal(zipped({"a.bin": bytes(30_000_000)})) == rules.UNPACKS_TOO_BIG

    def test_many_parts_that_add_up_are_stopped(self, monkeypatch):
        monkeypatch.setattr(zip_guard, "MAX_TOTAL", 5_000)
        assert refusal(zipped({str(n): bytes(900) for n in range(9)})) == rules.UNPACKS_TOO_BIG

    def test_a_size_that_lies_changes_nothing(self):
        data = bytearray(zipped({"a.bin": bytes(30_000_000)}))
        central = data.rindex(b"PK\1\2")
        struct.pack_into("<I", data, central + 24, 10)
        assert refusal(bytes(data)) in (rules.UNPACKS_TOO_BIG, rules.DAMAGED)

    def test_too_many_parts_are_not_looked_at(self):
        assert refusal(zipped(dict.fromkeys(map(str, range(2_001)), b""))) == rules.TOO_MANY_PARTS

    def test_a_password_is_told(self):
        data = bytearray(zipped({"a": "x"}))
        data[data.rindex(b"PK\1\2") + 8] |= 1
        assert refusal(bytes(data)) == rules.PASSWORD

    @pytest.mark.parametrize("cut", [1, 30, 80])
    def test_a_cut_file_is_damaged(self, cut):
        assert refusal(raw_docx(paragraph("x"))[:-cut]) == rules.DAMAGED

    def test_a_part_that_is_not_as_it_was_packed_is_damaged(self):
        data = bytearray(zipped({"a.txt": "hello " * 99}))
        data[45] ^= 0xFF
        assert refusal(bytes(data)) == rules.DAMAGED

    def test_an_unknown_packing_is_damaged(self):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("a", "x")
        data = bytearray(file.getvalue())
        struct.pack_into("<H", data, data.rindex(b"PK\1\2") + 10, 99)
        assert refusal(bytes(data)) == rules.DAMAGED
