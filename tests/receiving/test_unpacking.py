"""A zip of files: what is in it, and what is refused before anything reads it."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest
from word_files import paragraph, raw_docx, zipped

from storybank.errors import BadInput
from storybank.intake import rules
from storybank.receiving import unpacking


def members(data: bytes) -> dict[str, bytes | str]:
    found = unpacking.members(io.BytesIO(data))
    return {one.name: one.refused or one.body for one in found}


def test_names_are_only_shown_and_what_systems_add_is_no_file():
    data = zipped({
        "a.txt": "one", "Users\\b.txt": "two", "__MACOSX/._a.txt": "x",
        "folder/.DS_Store": "x", "folder/~$c.docx": "x", "folder/": "", "folder/c..txt": "three",
    })  # fmt: skip
    assert members(data) == {"a.txt": b"one", "b.txt": b"two", "c..txt": b"three"}


@pytest.mark.parametrize(
    "name", ["../a.txt", "folder/../../a.txt", "/etc/a.txt", "..\\a.txt", "C:\\a.txt", "c:a.txt"]
)
def test_one_whose_name_leads_out_is_a_trap_and_the_others_are_read(name):
    found = members(zipped({name: "one", "b.txt": "two"}))
    assert found.pop("b.txt") == b"two"
    assert list(found.values()) == [unpacking.LEADS_OUT]


def test_a_project_of_another_program_is_called_one():
    with pytest.raises(BadInput, match="bring-in"):
        members(zipped({"project.qde": "<Project/>", "sources/a.txt": "one"}))


def test_a_link_is_not_followed():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        link = zipfile.ZipInfo("a.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert members(file.getvalue()) == {}


def test_one_that_is_locked_too_large_or_an_archive_is_refused_and_the_others_are_read():
    data = bytearray(zipped({
        "a.txt": "words", "in.zip": zipped({"b.txt": "words"}),
        "doc.docx": raw_docx(paragraph("I waited.")), "c.txt": "sealed",
    }))  # fmt: skip
    for mark in (b"PK\x01\x02", b"PK\x03\x04"):
        at = data.rindex(mark)
        data[at + (8 if mark == b"PK\x01\x02" else 6)] |= 1
    found = members(bytes(data))
    assert found["a.txt"] == b"words" and found["doc.docx"].startswith(b"PK")
    assert (found["in.zip"], found["c.txt"]) == (unpacking.NESTED, rules.PASSWORD)


def test_a_bomb_is_not_unpacked_and_the_others_are():
    found = members(zipped({"a.txt": b"\0" * 40_000_000, "b.txt": "words"}))
    assert found == {"a.txt": rules.UNPACKS_TOO_BIG, "b.txt": b"words"}


def test_what_all_its_files_hold_together_is_counted(monkeypatch):
    monkeypatch.setattr(unpacking, "MAX_TOTAL", 10)
    with pytest.raises(BadInput, match="unpacks to far more"):
        members(zipped({"a.txt": "1234567", "b.txt": "1234567"}))


def test_too_many_and_damaged():
    with pytest.raises(BadInput, match="over 2,000 files"):
        members(zipped({f"{n}.txt": "" for n in range(2_001)}))
    whole = zipped({"a.txt": "words " * 100})
    with pytest.raises(BadInput, match="damaged"):
        members(whole[: len(whole) // 2])
    bent = bytearray(whole)
    bent[36:40] = b"\xff" * 4
    assert members(bytes(bent)) == {"a.txt": rules.DAMAGED}


def test_a_list_that_would_fill_the_memory_is_not_read(monkeypatch):
    monkeypatch.setattr(unpacking, "MAX_LIST", 100)
    data = zipped({"a.txt": "x", "b.txt": "x", "c.txt": "x"})
    monkeypatch.setattr(zipfile, "ZipFile", None)
    assert unpacking.is_zip_of_files(data[:8], io.BytesIO(data))
    with pytest.raises(BadInput, match="over 2,000 files"):
        members(data)


def test_documents_that_are_zips_inside_are_no_zips_of_files():
    docx = raw_docx(paragraph("x"))
    odt = zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"})
    xlsx = zipped({"[Content_Types].xml": "<x/>", "xl/workbook.xml": "<x/>"})
    for data, kind in ((docx, "docx"), (odt, "odt"), (xlsx, "xlsx"), (docx[:200], "docx")):
        assert not unpacking.is_zip_of_files(data[:8], io.BytesIO(data))
        assert unpacking.kind_of_document(io.BytesIO(data)) == kind
