"""One file to one arrival: by content, in bounds, and refused in one plain sentence."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import indent

import pytest
from word_files import paragraph, raw_docx

from storybank.errors import BadInput
from storybank.intake import child, reading, rules
from storybank.intake.reading import read_file, read_paste, read_path
from storybank.intake.rules import Arrival
from storybank.stories import writing
from storybank.stories.canon import normalise

PLAIN_SENTENCE = re.compile(r"[A-Z'][^\n]{15,140}\.")

READ_EACH = """
import json, re, resource, sys, time
from pathlib import Path
from storybank.errors import BadInput
from storybank.intake.reading import read_path

for path in map(Path, json.load(sys.stdin)):
    start = time.monotonic()
    try:
        arrival = read_path(path)
        found = {"letters": len(arrival.canon.text), "warnings": arrival.canon.warnings}
    except BadInput as refusal:
        found = {"refused": refusal.sentence}
    found |= {"name": path.name, "seconds": time.monotonic() - start}
    print(json.dumps(found))
own = Path("/proc/self/status").read_text()
print(re.search(r"VmHWM:\s*(\d+)", own)[1])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def read_each(files: list[Path]) -> tuple[dict[str, dict], int, int]:
    """What becomes of each file by name; peak kilobytes of the reader and of its children."""
    run = subprocess.run(
        [sys.executable, "-c", READ_EACH],
        input=json.dumps([str(file) for file in files]),
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    *found, own, children = run.stdout.splitlines()
    return {f["name"]: f for f in map(json.loads, found)}, int(own), int(children)


@pytest.fixture(scope="session")
def hostile_outcomes(hostile):
    return read_each(sorted(hostile.iterdir()))


@pytest.fixture(scope="session")
def brought(real_data):
    """What becomes of each file people brought: an arrival or a sentence."""
    outcomes = {}
    for file in (real_data / "formats").rglob("*.*"):
        if file.is_file():
            try:
                outcomes[file] = read_path(file)
            except BadInput as refusal:
                outcomes[file] = refusal.sentence
    return outcomes


class TestReadFile:
    def test_a_text_file_is_read(self):
        arrival = read_file("a.txt", b"I waited.\r\n\r\nIt came.")
        assert (arrival.canon.text, arrival.title) == ("I waited.\nIt came.", rules.UNTITLED)

    def test_markdown_is_read_apart_and_its_heading_is_the_title(self):
        arrival = read_file("a.MD", b"# My year\n\nIt *began*.")
        assert (arrival.canon.text, arrival.title) == ("My year\nIt began.", "My year")
        assert len(arrival.canon.marks) == 1

    def test_a_word_file_is_read_whatever_it_is_called(self):
        assert read_file("a.txt", raw_docx(paragraph("I waited."))).canon.text == "I waited."

    def test_a_title_given_wins_and_a_file_name_never_is_one(self):
        assert read_file("Ann Jones.txt", b"I waited.").title == rules.UNTITLED
        assert read_file("a.md", b"# Theirs\n\nx", title=" Ours \n").title == "Ours"

    def test_losses_in_decoding_and_cleaning_are_both_told(self):
        assert len(read_file("a.txt", b"caf\xe9\0 and \xa35").canon.warnings) == 2

    def test_the_encoding_that_was_chosen_is_taken_and_told(self):
        curly = "It\u2019s \u00a35".encode("cp1252")
        for name, data in (("a.txt", curly), ("a.html", b"<html><p>" + curly)):
            assert read_file(name, data, encoding="cp1252").canon.text == "It\u2019s \u00a35"
            assert read_file(name, data, encoding="cp1252").encoding == "cp1252"
            assert read_file(name, data, encoding="mac_roman").canon.text != "It\u2019s \u00a35"
            with pytest.raises(BadInput, match="cannot be read in this encoding"):
                read_file(name, data, encoding="utf-8")
        word = raw_docx(paragraph("I waited."))
        assert read_file("a.docx", word, encoding="cp1252").encoding is None

    @pytest.mark.parametrize(
        ("name", "data", "sentence"),
        [
            ("a.docx", b"just words", rules.NOT_WORD),
            ("a.docx", b"", "The file is empty. Check that it was saved, and try again."),
            ("a.txt", b" \n\t\xc2\xa0 ", rules.EMPTY),
            ("a.txt", b"\xe2\x80\x8b\xef\xbb\xbf", rules.EMPTY),
            ("a.txt", b"a " * 1_000_001, rules.TOO_LONG),
            ("a.txt", b"a" * (rules.MAX_FILE + 1), rules.TOO_BIG),
            ("a.txt", b"a\n" * 100_001, rules.TOO_MANY_BLOCKS),
            ("a.csv", b"id,text\n1,x", rules.MANY_STORIES),
            ("a.json", b"{}", rules.JSON),
            ("a.exe", b"words", rules.NOT_TEXT),
            ("a.md", b"%PDF-1.4", rules.DAMAGED),
        ],
    )
    def test_what_cannot_be_taken_is_refused_by_what_it_is(self, name, data, sentence):
        with pytest.raises(BadInput) as refusal:
            read_file(name, data)
        assert refusal.value.sentence == sentence

    def test_the_longest_story_here_is_the_longest_there(self):
        assert rules.MAX_TEXT == writing.MAX_TEXT


class TestReadPaste:
    def test_words_pasted_in_are_cleaned_and_keep_their_lines(self):
        arrival = read_paste("I waited.\r\nIt came.\x00", title="Mine")
        assert (arrival.canon.text, arrival.title) == ("I waited.\nIt came.", "Mine")

    @pytest.mark.parametrize(
        ("text", "sentence"), [("", rules.EMPTY), ("a" * 2_000_001, rules.TOO_LONG)]
    )
    def test_nothing_and_too_much_are_refused(self, text, sentence):
        with pytest.raises(BadInput) as refusal:
            read_paste(text)
        assert refusal.value.sentence == sentence

    def test_naughty_strings_come_through_as_they_are(self, real_data):
        folder = next((real_data / "nasty" / "strings").glob("minimaxir*"))
        for naughty in json.loads((folder / "blns.json").read_text(encoding="utf-8")):
            clean = normalise(naughty)[0].split()
            if clean:
                assert read_paste(naughty).canon.text.split() == clean

    def test_strings_made_to_break_pages_come_through_as_they_are(self, real_data):
        for file in (real_data / "nasty" / "strings").glob("swisskyrepo*/*.txt"):
            text = file.read_bytes().decode("utf-8", "replace")
            assert read_paste(text).canon.text.split() == normalise(text)[0].split()


class TestReadPath:
    def test_what_is_no_file_is_said_so(self, tmp_path):
        os.mkfifo(tmp_path / "pipe.txt")
        for path in (tmp_path, tmp_path / "gone.txt", tmp_path / "pipe.txt"):
            with pytest.raises(BadInput, match="could not be opened"):
                read_path(path)


class TestTheChild:
    def test_it_sees_nothing_of_ours_and_may_take_little(self, monkeypatch, tmp_path):
        monkeypatch.setenv("STORYBANK_SECRET_KEY", "hedgehog")
        self.stand_in(
            monkeypatch,
            tmp_path,
            """
import json, os, resource
from storybank.intake.child import MEMORY, SECONDS
from storybank.intake.limits import limit
limit(MEMORY, SECONDS)
text = repr([sorted(os.environ), os.getcwd(), *(
    resource.getrlimit(getattr(resource, "RLIMIT_" + name))[1]
    for name in ("FSIZE", "CORE", "NOFILE", "CPU", "AS")
)])
places = {"blocks": [["p", 0, len(text), 0]], "marks": []}
empty = {"title": None, "warnings": [], "notes": [], "encoding": None}
print(json.dumps({"text": text, "places": places, **empty}))
""",
        )
        seen = read_file("a.md", b"x").canon.text
        limits = f"0, 0, 16, {child.SECONDS}, {child.MEMORY}]"
        assert seen in (f"[[], '/', {limits}", f"[['LC_CTYPE'], '/', {limits}")

    def test_one_that_takes_too_long_is_ended(self, monkeypatch, tmp_path):
        self.stand_in(monkeypatch, tmp_path, "import time; time.sleep(9)")
        monkeypatch.setattr(reading, "SECONDS", 0.2)
        with pytest.raises(BadInput, match="could not be read in a short time"):
            read_file("a.md", b"words" * 100_000)

    @pytest.mark.parametrize(
        "code",
        [
            "import os; os.abort()",
            "raise SystemExit(3)",
            "print('not an answer')",
            "print('{}')",
            "import sys\nwhile True: sys.stdout.write('a' * 65536)",
        ],
    )
    def test_one_that_dies_or_babbles_is_a_refusal(self, monkeypatch, tmp_path, code):
        self.stand_in(monkeypatch, tmp_path, code)
        with pytest.raises(BadInput) as refusal:
            read_file("a.md", b"words" * 100_000)
        assert refusal.value.sentence == rules.TOO_HARD

    @staticmethod
    def stand_in(monkeypatch, folder, code):
        script = folder / "child.py"
        script.write_text("def main():\n" + indent(code, "    "))
        monkeypatch.setattr(reading, "_CHILD", script)

    @pytest.mark.parametrize(
        "source", ["[" * 100_000, "<div>" * 50_000, "[a](b " * 50_000, "> " * 5_000 + "x"]
    )
    def test_markdown_made_to_take_for_ever_does_not(self, source, monkeypatch):
        monkeypatch.setattr(reading, "SECONDS", 2)
        try:
            assert read_file("a.md", source.encode()).canon.text
        except BadInput as refusal:
            assert refusal.sentence == rules.TOO_HARD


class TestHostileFiles:
    CLEANED = {
        "bidi_override.txt",
        "combining_10MB.txt",
        "cr_only_lines.txt",
        "html_named.docx",
        "lone_surrogates_cesu8.txt",
        "mixed_utf8_cp1252.txt",
        "nuls.txt",
        "unicode_newlines.txt",
        "utf16_no_bom.txt",
        "zalgo_words.txt",
    }

    def test_each_is_cleaned_or_refused_in_one_plain_sentence(self, hostile_outcomes):
        found, *_ = hostile_outcomes
        assert {name for name, said in found.items() if "letters" in said} == self.CLEANED
        for said in found.values():
            for sentence in (*said.get("warnings", ()), *filter(None, [said.get("refused")])):
                assert PLAIN_SENTENCE.match(sentence)

    @pytest.mark.parametrize(
        ("name", "sentence"),
        [
            ("docx_billion_laughs.docx", rules.HAS_DTD),
            ("docx_external_entity_file.docx", rules.HAS_DTD),
            ("docx_bomb_512MiB.docx", rules.UNPACKS_TOO_BIG),
            ("zip_60000_entries.docx", rules.TOO_MANY_PARTS),
            ("docx_empty_body.docx", rules.EMPTY),
            ("not_a_docx.docx", rules.DAMAGED),
            ("one_line_20MB.txt", rules.TOO_BIG),
        ],
    )
    def test_the_sentence_fits_the_file(self, hostile_outcomes, name, sentence):
        assert hostile_outcomes[0][name]["refused"] == sentence

    def test_none_takes_long_or_much_memory(self, hostile_outcomes):
        found, own, children = hostile_outcomes
        assert max(said["seconds"] for said in found.values()) < reading.SECONDS
        assert children * 1024 < child.MEMORY
        assert own < 600_000

    def test_documents_made_to_fill_memory_do_not_fill_ours(self, tmp_path):
        runs = "<w:r><w:rPr><w:b/></w:rPr><w:t>%s</w:t></w:r>"
        many = "".join(runs % f"{n:x}" for n in range(700_000))
        (tmp_path / "runs.docx").write_bytes(raw_docx(f"<w:p>{many}</w:p>"))
        found, own, children = read_each([tmp_path / "runs.docx"])
        assert "refused" in found["runs.docx"]
        assert children * 1024 < child.MEMORY
        assert own < 200_000


class TestRealFiles:
    def test_each_is_read_or_refused_in_one_plain_sentence(self, brought):
        for file, outcome in brought.items():
            if isinstance(outcome, Arrival):
                assert file.suffix not in (".csv", ".xlsx")
            else:
                assert PLAIN_SENTENCE.match(outcome)
                assert file.name not in outcome

    def test_a_pdf_is_refused_only_for_having_no_words_or_a_password(self, brought):
        said = [outcome for file, outcome in brought.items() if file.suffix == ".pdf"]
        refused = [sentence for sentence in said if isinstance(sentence, str)]
        assert set(refused) == {rules.SCANNED, rules.PASSWORD}
        assert len(refused) < len(said) / 3

    def test_no_word_file_is_refused_but_for_being_empty(self, brought):
        said = [outcome for file, outcome in brought.items() if file.suffix == ".docx"]
        refused = [sentence for sentence in said if isinstance(sentence, str)]
        assert set(refused) == {rules.EMPTY}
        assert len(refused) < len(said) / 5
