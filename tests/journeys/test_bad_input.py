"""Bad files and bad words, by the page and by the command: refused or cleaned, never half kept."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path

import commands
import crashing
import factories
import houses
import pytest
from commands import YES
from crawling import Person
from uploading import Steward, row_counts, send_all
from word_files import paragraph, raw_docx, zipped

from storybank import db
from storybank.clock import now
from storybank.consent.rules import Purpose, Use
from storybank.intake import rules
from storybank.intake.text_file import decode
from storybank.people.rules import MACHINE, Role
from storybank.stories import reading
from storybank.stories.canon import one_line, plain

PLAIN_SENTENCE = re.compile(r"[A-Z'][^\n<>]{15,140}\.")


@pytest.fixture
def steward(app, house) -> Steward:
    return Steward.of(app, house)


@pytest.fixture
def storybank(house, monkeypatch, capsys) -> commands.Terminal:
    return commands.Terminal(monkeypatch, capsys).in_house(house.config.home)


@pytest.fixture(scope="session")
def hostile(tmp_path_factory) -> Path:
    """Hostile files, written by the generator that stands among the real inputs."""
    script = Path(__file__).resolve().parents[3] / "shared/data/nasty/generated/make.py"
    if not script.is_file():
        pytest.skip("the maker of hostile files is not beside the project, so it cannot be tried")
    folder = tmp_path_factory.mktemp("hostile")
    copy = Path(shutil.copy(script, folder))
    subprocess.run([sys.executable, copy], check=True, stdout=subprocess.DEVNULL, cwd=folder)
    copy.unlink()
    return folder


@pytest.fixture(scope="session")
def naughty(real_data) -> dict[str, list[str]]:
    """Lists of strings that broke other programs, by the name of their file."""
    strings = real_data / "nasty" / "strings"
    found = {"blns": json.loads(next(strings.glob("minimaxir*/blns.json")).read_text("utf-8"))}
    for file in sorted(strings.glob("swisskyrepo*/*.txt")):
        found[file.stem] = file.read_bytes().decode("utf-8", "replace").splitlines()
    return {
        name: list(dict.fromkeys(line for line in lines if one_line(line)))
        for name, lines in found.items()
    }


def bomb() -> bytes:
    """A Word file of a few hundred kilobytes that unpacks to 300 MB."""
    return zipped({"word/document.xml": b"<w:document>" + b"a" * 300_000_000})


LAUGHS = (
    '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
REFUSED = {
    "nothing.txt": (b"", "The file is empty. Check that it was saved, and try again."),
    "blank.txt": (b" \r\n\t\xc2\xa0\xe2\x80\x8b", rules.EMPTY),
    "large.txt": (b"I was there. " * 900_000, rules.TOO_BIG),
    "long.txt": (b"I was there. " * 200_000, rules.TOO_LONG),
    "binary.txt": (bytes(range(256)) * 40, rules.NOT_TEXT),
    "program.md": (b"\x7fELF\x02\x01\x01" + bytes(400), rules.NOT_TEXT),
    "picture.docx": (b"\x89PNG\r\n\x1a\n" + bytes(100), rules.PICTURE),
    "words.docx": (b"I was there.", rules.NOT_WORD),
    "broken.docx": (raw_docx(paragraph("x"))[:-30], rules.DAMAGED),
    "archive.docx": (zipped({"a.txt": "I was there."}), rules.ARCHIVE),
    "laughs.docx": (raw_docx(paragraph("&c;"), f"<?xml version='1.0'?>{LAUGHS}"), rules.HAS_DTD),
    "entities.txt": (f"<?xml version='1.0'?>{LAUGHS}<d>&c;</d>".encode(), rules.XML),
    "many.csv": (b"id,text\n1,x\n", rules.MANY_STORIES),
    "old.doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), rules.OLD_WORD),
}
CLEANED = {
    "page.txt": (
        b"<html><script>alert(1)</script><body onload=x()>I was <b>there</b>.</body></html>",
        "I was there.",
    ),
    "nuls.txt": (b"My story\0begins here\0 and ends\0", "My storybegins here and ends"),
    "windows.txt": (b"caf\xe9 \x93quoted\x94 \x80 5", "caf\u00e9 \u201cquoted\u201d \u20ac 5"),
    "wide.txt": ("I was \u00e9ven there. " * 9).encode("utf-16-le"),
    "halves.txt": (b"one \xed\xa0\x80half and \xed\xb0\x80the other", "one half and the other"),
    "turned.txt": ("\u202eelpmaS\u202c and \u2066isolate\u2069".encode(), "elpmaS and isolate"),
    "piled.txt": (("Z" + "\u0327" * 50_000).encode(), "Z" + "\u0327" * 8),
    "returns.txt": (b"one\rtwo\r\rthree", "one\ntwo\nthree"),
    "formula.txt": (b"=cmd|'/C calc'!A0", "=cmd|'/C calc'!A0"),
}


class TestThePage:
    @pytest.mark.parametrize("name", REFUSED)
    def test_what_cannot_be_taken_in_is_refused_in_one_sentence(self, steward, house, name):
        data, sentence = REFUSED[name]
        before = row_counts(house)
        assert steward.send(name, data) == [sentence]
        assert steward.status == 422
        assert PLAIN_SENTENCE.fullmatch(sentence) or "'" in sentence
        assert row_counts(house) == before

    def test_a_bomb_is_not_unpacked(self, steward, house):
        before = row_counts(house)
        assert steward.send("bomb.docx", bomb()) == [rules.UNPACKS_TOO_BIG]
        assert row_counts(house) == before

    def test_20_mb_are_refused_before_they_are_read(self, steward, house):
        before = row_counts(house)
        steward.send("large.txt", b"I was there. " * 1_600_000)
        assert steward.status == 413
        assert "What you sent is larger than Storybank can take in one go." in steward.told
        assert row_counts(house) == before

    def test_pasted_words_beyond_measure_are_refused(self, steward, house):
        before = row_counts(house)
        assert steward.send(text="I was there. " * 200_000) == [rules.TOO_LONG]
        steward.send(text="I was there. " * 400_000)
        assert steward.status == 413
        assert row_counts(house) == before

    @pytest.mark.parametrize("name", CLEANED)
    def test_what_can_be_cleaned_is_and_shown_as_it_is_kept(self, steward, house, name):
        data, *text = CLEANED[name] if isinstance(CLEANED[name], tuple) else (CLEANED[name],)
        number = steward.send(name, data)
        kept = story(house, number)
        assert kept.text == (text[0] if text else decode(data).text.strip())
        assert page_of(steward, number).blocks == kept.text.split("\n")

    def test_what_was_lost_is_told_to_the_steward(self, steward):
        steward.send("a.txt", b"caf\xe9 and \0more")
        assert "The encoding was guessed (Windows)" in steward.told
        assert "Control characters, which cannot be seen, were left out." in steward.told

    def test_the_same_words_twice_are_one_story(self, steward, house):
        number = steward.send(text="I was there.")
        before = row_counts(house)
        (sentence,) = steward.send("a.txt", b"I was\xc2\xa0there.\r\n")
        assert sentence == f"The same text is there already: story {number}."
        assert row_counts(house) == before

    def test_a_files_name_is_kept_nowhere(self, steward, house):
        for number, name in enumerate(
            ("../../../etc/cron.d/hedgehog.txt", "hedgehog\0.txt", 'hedge"hog.txt', "hedgehog" * 50)
        ):
            taken = steward.send(name, f"I was there {number} times.".encode())
            if isinstance(taken, int):
                assert story(house, taken).title == rules.UNTITLED
        found = [
            path for path in house.config.home.rglob("*")
            if "hedge" in path.name or (path.is_file() and b"hedge" in path.read_bytes())
        ]  # fmt: skip
        assert found == []

    @pytest.mark.slow
    def test_each_hostile_file_is_refused_or_cleaned_in_bounds(
        self, hostile, empty_house, tmp_path
    ):
        """In a process of its own, whose memory is looked at when it is done."""
        home = houses.copy(empty_house, tmp_path / "home")
        files = sorted(str(path) for path in hostile.iterdir())
        ours, theirs = crashing.SHARE.Pipe()
        process = crashing.SHARE.Process(target=send_all, args=(str(home), files, theirs))
        process.start()
        theirs.close()
        found, before, after = ours.recv()
        process.join()
        taken = {name for name, (status, _) in found.items() if status == 303}
        assert taken == {
            "bidi_override.txt", "combining_10MB.txt", "cr_only_lines.txt", "html_named.docx",
            "lone_surrogates_cesu8.txt", "mixed_utf8_cp1252.txt", "nuls.txt",
            "unicode_newlines.txt", "utf16_no_bom.txt", "zalgo_words.txt",
        }  # fmt: skip
        for name, (status, outcome) in found.items():
            if name not in taken:
                assert status in (413, 422), name
                assert len(outcome) == (status == 422), name
                assert all(map(PLAIN_SENTENCE.match, outcome)), name
        assert after - before < 450_000
        with factories.open_copy(Path(home), tmp_path / "look") as house:
            counts = row_counts(house)
        assert counts["story"] == counts["story_version"] == counts["receipt"] == len(taken)


class TestTheCommand:
    @pytest.mark.slow
    def test_each_hostile_file_is_refused_or_cleaned_and_nothing_half_kept(
        self, storybank, house, hostile
    ):
        files = sorted(hostile.iterdir())
        said = storybank("take-in", *files, *YES, "--json")
        assert said.code == 1
        taken = [row for row in said.rows if row["outcome"] == "taken in"]
        refused = [row for row in said.rows if row["outcome"] == "refused"]
        # Each file of a zip is a line of its own.
        sources = {row["source"].partition("/")[0] for row in said.rows}
        assert sources == {path.name for path in files}
        for row in refused:
            assert "\n" not in row["reason"]
            assert row["reason"].endswith(".")
            assert row["story"] is None
        counts = row_counts(house)
        assert counts["story"] == counts["story_version"] == counts["receipt"] == len(taken)
        assert counts["evidence"] == counts["consent_event"] == counts["person"] == len(taken)
        assert said.err == f"{len(taken)} taken in, {len(refused)} refused.\n"

    def test_bad_files_made_here_are_refused_as_on_the_page(self, storybank, house, tmp_path):
        before = row_counts(house)
        for name, (data, sentence) in REFUSED.items():
            # What says .docx and is a zip of files is opened as one by the command.
            if not name.endswith(".csv") and sentence != rules.ARCHIVE:
                (tmp_path / name).write_bytes(data)
                (row,) = storybank("take-in", tmp_path / name, *YES, "--json").rows
                assert (row["outcome"], row["reason"]) == ("refused", sentence), name
        after = row_counts(house)
        noted = {table for table, count in after.items() if count != before[table]}
        assert noted == {"intake", "intake_file", "intake_item"}, "what was refused, and why"

    @pytest.mark.parametrize("ending", ["jsonl", "csv"])
    def test_a_table_of_anything_is_rows_of_refusals(self, storybank, house, tmp_path, ending):
        for number, (data, _) in enumerate([*REFUSED.values(), (bomb()[:100_000], "")]):
            path = tmp_path / f"{number}.{ending}"
            path.write_bytes(data)
            said = storybank("take-in", path, *YES, "--json")
            assert "Traceback" not in said.err
            for row in said.rows:
                taken = row["outcome"] == "taken in"
                assert taken or row["reason"].endswith("."), row
        counts = row_counts(house)
        assert counts["story"] == counts["story_version"] == counts["receipt"]


class TestNaughtyStrings:
    def test_as_text_each_is_shown_back_letter_for_letter(self, steward, house, naughty):
        usual = page_of(steward, steward.send(text="Plain words."))
        for name, lines in naughty.items():
            number = steward.send(text="\n\n".join(lines), title=name)
            assert isinstance(number, int), name
            page = page_of(steward, number)
            wanted = [one_line(line) for piece in lines for line in paragraphs(piece)]
            assert [one_line(block) for block in page.blocks] == wanted, name
            assert page.blocks == story(house, number).text.split("\n")
            assert page.tags == usual.tags
            assert page.attributes == usual.attributes

    def test_as_title_and_name_each_is_shown_back_letter_for_letter(
        self, steward, app, house, naughty
    ):
        strings = [
            line for name in ("blns", "BRUTELOGIC-XSS-STRINGS", "XSS_Polyglots", "Generic_Fuzz")
            for line in naughty[name]
        ]  # fmt: skip
        with db.writing(house.sessions) as session:
            a = factories.Factory(session)
            a.actor(Role.MEMBER, email="member@example.org")
            titles = {}
            for line in strings:
                name = one_line(line)[:100].strip()
                made = a.story(
                    f"Told by {len(titles)}.", title_of(line), name=name, external_id=None
                )
                titles[made.id] = (title_of(line), name)
        member = Person(app, "member@example.org")
        shown: dict[int, tuple[str, str]] = {}
        tags = set()
        for page in range(1, len(titles) // 25 + 2):
            read = Listing(member.get("/stories/members", page=page).text)
            shown |= read.stories
            tags |= read.tags
        assert shown == titles
        assert tags <= {"li", "h2", "a", "ul", "p", "span"}
        for number in list(titles)[::40]:
            page = page_of(steward, number)
            assert page.title == titles[number][0]

    def test_a_steward_who_must_mend_the_form_gets_back_what_was_typed(self, steward, naughty):
        for line in naughty["XSS_Polyglots"] + naughty["BRUTELOGIC-XSS-STRINGS"][:20]:
            (sentence,) = steward.send(text=line, title=line, teller="ST-9999")
            assert sentence.startswith("No storyteller has that code.")
            typed = Typed(steward.told)
            assert typed.area.strip() == line.strip()
            assert typed.title == line
            assert typed.scripts_inside == 0


class TestFormulas:
    SIGNS = ("=1+1", "+1+1", "-2+3", "@SUM(1+1)", "\uff1d1+1", "=cmd|'/C calc'!A0", " =1+1")

    def test_they_come_in_as_words_and_go_out_with_a_quote_mark(
        self, storybank, app, house, tmp_path
    ):
        with (tmp_path / "a.csv").open("w", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(["id", "title", "text"])
            rows.writerows([f"={n}", sign, sign] for n, sign in enumerate(self.SIGNS))
        said = storybank("take-in", tmp_path / "a.csv", *YES, "--json")
        assert said.code == 0
        with db.writing(house.sessions) as session:
            a = factories.Factory(session)
            a.actor(Role.RESEARCHER, email="researcher@example.org")
            code = a.code().id
        researcher = Person(app, "researcher@example.org")
        for row in said.rows:
            kept = story(house, row["story"])
            assert kept.text == one_line(self.SIGNS[row["story"] - 1])
            page = f"/desk/{row['story']}/sentences"
            answer = researcher.post(page, on=page, version=1, sentence=0, code=code)
            assert answer.status_code == 303
        sent = researcher.get("/codings.csv").text.removeprefix("\ufeff")
        out = list(csv.DictReader(io.StringIO(sent)))
        assert len(out) == len(self.SIGNS)
        for row in out:
            wanted = "'" + one_line(self.SIGNS[int(row["story"]) - 1])
            assert (row["words"], row["title"]) == (wanted, wanted)
            assert row["external_id"].startswith("'=")
            for cell in row.values():
                assert not cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d"))


class TestStoriesMadeToBeSlow:
    """Pages of the longest stories that are taken in: some seconds at most, and never a fault."""

    @pytest.mark.slow
    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("word\n\n" * 99_999, id="paragraphs"),
            pytest.param("Go. " * 480_000, id="sentences"),
            pytest.param("a" * 2_000_000, id="one word"),
            pytest.param("Our peer group kept me going. They talked over me. " * 2_000, id="cues"),
        ],
    )
    def test_each_page_of_it_can_be_read(self, steward, app, house, text):
        number = steward.send(text=text[:2_000_000])
        with db.writing(house.sessions) as session:
            factories.Factory(session).actor(Role.RESEARCHER, email="researcher@example.org")
        house.runner.drain()
        researcher = Person(app, "researcher@example.org")
        for who, url in (
            (steward, f"/stories/keep/{number}"), (researcher, f"/desk/{number}"),
            (researcher, f"/desk/{number}/sentences"), (researcher, f"/suggestions/story/{number}"),
            (researcher, "/search/study?q=go"), (researcher, "/suggestions"),
        ):  # fmt: skip
            began = time.process_time()
            assert who.client.get(url).status_code == 200, url
            assert time.process_time() - began < 12, url

    @pytest.mark.slow
    def test_a_file_of_nothing_but_emphasis_is_drawn_once_over(self, steward):
        number = steward.send("a.md", b"*a* and **b**\n\n" * 10_000)
        began = time.process_time()
        assert len(page_of(steward, number).blocks) == 10_000
        assert time.process_time() - began < 4


def story(house, number: int) -> reading.StoryText:
    """A story as it is kept."""
    with house.sessions() as session:
        use = Use.claim(MACHINE, Purpose.INDEX, now())
        return reading.stories(session, use, [number])[0]


def title_of(line: str) -> str:
    return rules.title_of(plain("x"), line)


def paragraphs(piece: str) -> list[str]:
    return [block for block in plain(piece).text.split("\n") if block]


class StoryPage(HTMLParser):
    """What a reading page shows: the title, each block, and every tag and attribute used."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.blocks: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self._into: str | None = None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if "data-s" in dict(attrs):
            self.blocks.append("")
            self._into = tag
        elif tag == "h1":
            self._into = tag

    def handle_endtag(self, tag):
        if tag == self._into:
            self._into = None

    def handle_data(self, data):
        if self._into == "h1":
            self.title += data
        elif self._into:
            self.blocks[-1] += data


class Listing(HTMLParser):
    """The titles and names of a list of stories, by number; and the tags that stand in it."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stories: dict[int, tuple[str, str]] = {}
        self.tags: set[str] = set()
        self._depth, self._fact = 0, False
        self._number, self._title, self._facts = 0, "", []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        if tag == "ul" and (self._depth or at.get("class") == "sb-list"):
            self._depth += 1
        if self._depth:
            self.tags.add(tag)
            if tag == "a":
                self._number, self._title, self._facts = int(at["href"].rpartition("/")[2]), "", []
            self._fact = tag == "li" and self._number != 0
            if self._fact:
                self._facts.append("")

    def handle_endtag(self, tag):
        if tag == "a":
            self._fact = False
        if tag == "ul" and self._number:
            self.stories[self._number] = (self._title.strip(), self._facts[0])
            self._number = 0
        if tag == "ul" and self._depth:
            self._depth -= 1

    def handle_data(self, data):
        if self._depth and self._number:
            if self._fact:
                self._facts[-1] += data
            else:
                self._title += data


class Typed(HTMLParser):
    """What stands in the fields of the form."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.area = self.title = ""
        self.scripts_inside = 0
        self._in_area = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        at = dict(attrs)
        self._in_area = self._in_area or (tag == "textarea" and at.get("name") == "text")
        self.scripts_inside += tag == "script" and "src" not in at
        if tag == "input" and at.get("name") == "title":
            self.title = at.get("value", "")

    def handle_endtag(self, tag):
        self._in_area = self._in_area and tag != "textarea"

    def handle_data(self, data):
        if self._in_area:
            self.area += data


def page_of(steward: Steward, number: int) -> StoryPage:
    answer = steward.get(f"/stories/keep/{number}")
    assert answer.status_code == 200
    return StoryPage(answer.text)
