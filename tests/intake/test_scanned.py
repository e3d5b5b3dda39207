"""Scanned PDFs are read by programs of the machine where a steward asks and they are there."""

from io import BytesIO

import pytest
from pdf_made import drawn, pdf
from pypdf import PdfWriter

from storybank.errors import BadInput
from storybank.intake import rules, scanned
from storybank.intake.reading import BY_MACHINE, read_file


@pytest.fixture
def picture() -> bytes:
    """A PDF without words."""
    writer, file = PdfWriter(), BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(file)
    return file.getvalue()


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Programs of these names that do as `does` says, and nothing else on the path but sh."""

    def put(does: str) -> None:
        for name, script in (("tesseract", "printf 'eng\\n'"), ("ocrmypdf", does)):
            (tmp_path / name).write_text(f"#!/bin/sh\n{script}\n")
            (tmp_path / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    return put


def test_a_picture_of_a_page_is_read_and_marked(programs, picture, tmp_path):
    (tmp_path / "read.pdf").write_bytes(pdf(drawn("We waited at the door.")))
    programs(f"cat >/dev/null; env >{tmp_path}/env; cat {tmp_path}/read.pdf")
    arrival = read_file("a.pdf", picture, encoding=BY_MACHINE)
    assert arrival.canon.text == "We waited at the door."
    assert arrival.canon.warnings == (scanned.WARNING,)
    assert arrival.encoding is None
    assert "STORYBANK" not in (tmp_path / "env").read_text()


def test_a_pdf_with_words_is_read_as_ever_and_a_picture_only_when_asked(programs, picture):
    programs("exit 1")
    words = pdf(drawn("We waited at the door."))
    assert read_file("a.pdf", words, encoding=BY_MACHINE).canon.warnings == ()
    for encoding, sentence in ((None, rules.SCANNED), (BY_MACHINE, scanned.NO_LETTERS)):
        with pytest.raises(BadInput) as refusal:
            read_file("a.pdf", picture, encoding=encoding)
        assert refusal.value.sentence == sentence
    assert read_file("a.txt", b"We waited.", encoding=BY_MACHINE).canon.text == "We waited."


def test_one_that_takes_too_long_is_ended_and_its_folder_gone(programs, picture, monkeypatch):
    programs("sleep 60")
    monkeypatch.setattr(scanned, "SECONDS", 0.2)
    with pytest.raises(BadInput) as refusal:
        scanned.with_letters(picture)
    assert refusal.value.sentence == rules.TOO_HARD


def test_without_the_programs_the_sentence_says_what_to_install(monkeypatch, picture, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BadInput, match="installs ocrmypdf"):
        read_file("a.pdf", picture, encoding=BY_MACHINE)
