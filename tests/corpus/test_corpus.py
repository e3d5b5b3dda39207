"""The corpus is whole: what its README promises is so. Reads the files and nothing of Storybank."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

CORPUS = Path(__file__).resolve().parents[2] / "corpus"
TODAY = date(2026, 11, 22)  # the day the README's standings are told for

USES = ("keep", "study", "workshop", "members", "decide", "teach", "public", "reuse")
ANSWERS = ("yes", "ask", "no")
YEARS = {"1 year": 1, "2 years": 2, "5 years": 5, "until I stop": None}
CHANNELS = ("web", "paper", "phone", "face_to_face", "post")
ROLES = ("patient", "carer", "parent", "volunteer", "worker")
AGES = ("16-24", "25-44", "45-64", "65-79", "80 and over")
STYLES = ("real", "first", "chosen", "none")
HEAD = {"id", "title", "storyteller", "name_style", "name", "attributes", "consent"}
ATTRIBUTES = {"role", "country", "year", "age_group", "condition"}
CONSENT = {*USES, "lasts", "given_on", "channel", "evidence", "not_for", "stops"}

LINE_MARK = re.compile(r"^ *(?:#{1,6} +|> ?|[-*] +|\d+\. +)", re.MULTILINE)
EMPHASIS = re.compile(r"\*{1,2}(?=\S)(.+?)(?<=\S)\*{1,2}")


@dataclass(frozen=True)
class Story:
    """One file of the corpus: its name, its front matter, its words without Markdown."""

    file: str
    head: dict[str, Any]
    text: str

    @property
    def consent(self) -> dict[str, Any]:
        return self.head["consent"]

    @property
    def answers(self) -> list[str]:
        """The eight answers, in order; a blank one is empty."""
        return [self.consent.get(use, "") for use in USES]

    @property
    def stops(self) -> list[dict[str, Any]]:
        return self.consent.get("stops", [])

    @property
    def ended(self) -> bool:
        """Whether its yes has run out."""
        years = YEARS[self.consent["lasts"]]
        given = self.consent["given_on"]
        return years is not None and given.replace(year=given.year + years) <= TODAY

    @property
    def full(self) -> bool:
        """Whether every answer is yes and holds still."""
        return set(self.answers) == {"yes"} and not self.stops and not self.ended


@cache
def stories() -> dict[str, Story]:
    """Return the stories by id; two of one id would leave fewer stories than files."""
    read = (_story(path) for path in sorted((CORPUS / "stories").glob("*.md")))
    return {story.head["id"]: story for story in read}


def _story(path: Path) -> Story:
    before, front, body = path.read_text(encoding="utf-8").split("+++\n", 2)
    assert not before, path.name
    text = EMPHASIS.sub(r"\1", LINE_MARK.sub("", body)).strip()
    return Story(path.stem, tomllib.loads(front), re.sub(r"\n\s*", "\n", text))


@cache
def codings() -> tuple[dict[str, Any], ...]:
    files = sorted(CORPUS.glob("codings*.jsonl"))
    lines = [line for path in files for line in path.read_text(encoding="utf-8").splitlines()]
    return tuple(json.loads(line) for line in lines)


@cache
def codebook() -> dict[str, Any]:
    return tomllib.loads((CORPUS / "codebook.toml").read_text(encoding="utf-8"))


def keys() -> set[str]:
    return {code["key"] for code in codebook()["code"]}


STORIES = pytest.mark.parametrize("story", stories().values(), ids=list(stories()))


class TestTheCodebook:
    def test_it_has_35_codes_in_three_families(self) -> None:
        families = [family["key"] for family in codebook()["family"]]
        assert families == ["enabler", "barrier", "value"]
        assert len(keys()) == len(codebook()["code"]) == 35
        counts = Counter(code["family"] for code in codebook()["code"])
        assert counts == {"enabler": 12, "barrier": 12, "value": 11}

    def test_a_code_s_key_says_its_family(self) -> None:
        starts = {"enabler": "EN-", "barrier": "BA-", "value": "VA-"}
        assert all(code["key"].startswith(starts[code["family"]]) for code in codebook()["code"])

    def test_every_code_is_told_in_full(self) -> None:
        told = ("name", "definition", "include", "exclude", "example", "not_example")
        for code in codebook()["code"]:
            assert all(code[part].strip() for part in told), code["key"]
            assert len(code["cues"]) >= 8 and code["near_miss"], code["key"]

    def test_no_cue_belongs_to_two_codes(self) -> None:
        cues = Counter(cue.lower() for code in codebook()["code"] for cue in code["cues"])
        assert [cue for cue, times in cues.items() if times > 1] == []

    def test_a_code_named_in_a_definition_exists(self) -> None:
        words = (CORPUS / "codebook.toml").read_text(encoding="utf-8")
        assert set(re.findall(r"\b(?:EN|BA|VA)-[A-Z]+\b", words)) == keys()


class TestTheStories:
    def test_there_are_24_or_more_and_no_id_stands_twice(self) -> None:
        assert len(stories()) == len(list((CORPUS / "stories").glob("*.md"))) >= 24

    @STORIES
    def test_front_matter_holds_what_the_format_says(self, story: Story) -> None:
        assert set(story.head) == HEAD
        assert story.head["id"] == f"invented-{story.file[:2]}"
        assert story.head["title"].strip() and story.head["storyteller"].strip()
        attributes = story.head["attributes"]
        assert set(attributes) == ATTRIBUTES
        assert attributes["role"] in ROLES
        assert attributes["age_group"] in AGES
        assert isinstance(attributes["year"], int)
        assert attributes["country"].strip() and attributes["condition"].strip()

    @STORIES
    def test_the_name_shown_agrees_with_its_style(self, story: Story) -> None:
        style, name, legal = (story.head[key] for key in ("name_style", "name", "storyteller"))
        assert style in STYLES
        assert bool(name) == (style != "none")
        assert (name == legal) == (style == "real")

    @STORIES
    def test_a_legal_name_not_to_be_shown_is_not_in_the_words(self, story: Story) -> None:
        shown = set(re.findall(r"\w+", story.head["name"]))
        hidden = set(re.findall(r"\b[A-Z]\w+", story.head["storyteller"])) - shown
        words = set(re.findall(r"\w+", f"{story.head['title']} {story.text}"))
        assert not hidden & words

    @STORIES
    def test_it_is_200_words_or_longer(self, story: Story) -> None:
        assert 200 <= len(story.text.split()) <= 4_000

    @STORIES
    def test_no_mark_of_markdown_is_left_in_its_plain_text(self, story: Story) -> None:
        assert not re.search(r"[*_`<>#\\]|\]\(", story.text)

    def test_most_are_under_1500_words_and_several_are_long(self) -> None:
        lengths = [len(story.text.split()) for story in stories().values()]
        assert sum(length <= 1_500 for length in lengths) >= 24
        assert sum(length > 1_200 for length in lengths) >= 4

    def test_roles_ages_and_countries_are_many(self) -> None:
        def seen(name: str) -> set[str]:
            return {story.head["attributes"][name] for story in stories().values()}

        assert seen("role") == set(ROLES)
        assert seen("age_group") == set(AGES)
        assert len(seen("country")) >= 10


class TestTheConsents:
    @STORIES
    def test_a_consent_holds_what_the_format_says(self, story: Story) -> None:
        consent = story.consent
        assert set(consent) <= CONSENT
        assert set(story.answers) <= {*ANSWERS, ""}
        assert consent["keep"] == "yes"  # without it a story is not taken in
        assert consent["lasts"] in YEARS
        assert consent["channel"] in CHANNELS
        assert consent["evidence"].strip()
        assert date(2020, 1, 1) <= consent["given_on"] <= TODAY
        assert all(place.strip() for place in consent.get("not_for", []))
        for stop in story.stops:
            assert set(stop) == {"use", "on", "channel"}
            assert stop["use"] in (*USES, "all") and stop["channel"] in CHANNELS
            assert consent["given_on"] < stop["on"] <= TODAY

    @pytest.mark.parametrize(
        ("standing", "least"),
        [
            (lambda s: s.full, 4),
            (lambda s: not s.full and s.answers.count("yes") >= 3, 6),
            (lambda s: s.consent.get("workshop") == s.consent.get("public") == "ask", 1),
            (lambda s: "" in s.answers, 3),
            (lambda s: s.ended, 1),
            (lambda s: s.answers == ["yes", *["no"] * 7], 1),
            (lambda s: any(stop["use"] == "all" for stop in s.stops), 1),
            (lambda s: any(stop["use"] in USES for stop in s.stops), 1),
            (lambda s: "Northbridge Clinic" in s.consent.get("not_for", []), 1),
            (lambda s: s.consent.get("study") != "yes", 1),
        ],
        ids=[
            "full", "partial", "ask", "blank", "expired", "refused", "all stopped",
            "one use stopped", "not for a place", "no study",
        ],
    )  # fmt: skip
    def test_every_standing_is_there(self, standing: Callable[[Story], bool], least: int) -> None:
        assert sum(map(standing, stories().values())) >= least

    def test_every_way_of_showing_a_name_is_there(self) -> None:
        assert {story.head["name_style"] for story in stories().values()} == set(STYLES)


class TestTheCodings:
    def test_a_coding_holds_what_the_format_says(self) -> None:
        for row in codings():
            assert set(row) == {"story", "coder", "code", "quote", "nth"}
            assert row["coder"] in ("amina", "bren")
            assert row["nth"] >= 1

    def test_every_quote_stands_in_its_story_as_often_as_it_says(self) -> None:
        lost = [
            row for row in codings()
            if stories()[row["story"]].text.count(row["quote"]) < row["nth"]
        ]  # fmt: skip
        assert lost == []

    def test_a_quote_is_some_words_of_one_paragraph(self) -> None:
        for row in codings():
            assert row["quote"] == row["quote"].strip() != ""
            assert "\n" not in row["quote"]

    def test_a_quote_begins_and_ends_with_a_whole_word(self) -> None:
        for row in codings():
            before, _, after = stories()[row["story"]].text.partition(row["quote"])
            assert not (before[-1:].isalnum() and row["quote"][0].isalnum()), row
            assert not (after[:1].isalnum() and row["quote"][-1].isalnum()), row

    def test_no_coder_gives_the_same_words_one_code_twice(self) -> None:
        rows = Counter(tuple(sorted(row.items())) for row in codings())
        assert max(rows.values()) == 1

    def test_every_code_is_of_the_codebook_and_every_code_is_used(self) -> None:
        assert {row["code"] for row in codings()} == keys()

    def test_stories_that_may_be_studied_have_3_to_12_and_no_other_has_any(self) -> None:
        counts = Counter(row["story"] for row in codings())
        assert set(counts) <= set(stories())
        for key, story in stories().items():
            if story.consent.get("study") == "yes":
                assert 3 <= counts[key] <= 12, key
            else:
                assert counts[key] == 0, key

    def test_both_coders_read_a_dozen_stories_or_more(self) -> None:
        readings = {(row["story"], row["coder"]) for row in codings()}
        assert sum((key, "amina") in readings and (key, "bren") in readings
                   for key in stories()) >= 12  # fmt: skip

    def test_the_coders_agree_sometimes_and_not_always(self) -> None:
        by = {coder: {(row["story"], row["code"]) for row in codings() if row["coder"] == coder}
              for coder in ("amina", "bren")}  # fmt: skip
        assert len(by["amina"] & by["bren"]) >= 20
        assert len(by["amina"] - by["bren"]) >= 20
        assert len(by["bren"] - by["amina"]) >= 20

    def test_some_passages_hold_a_cue_of_their_code_and_most_do_not(self) -> None:
        cues = {code["key"]: code["cues"] for code in codebook()["code"]}

        def has_a_cue(row: dict[str, Any]) -> bool:
            words = row["quote"].lower().replace("’", "'")
            return any(re.search(rf"\b{re.escape(cue)}\b", words) for cue in cues[row["code"]])

        with_cue = sum(map(has_a_cue, codings()))
        assert 10 <= with_cue <= len(codings()) / 2


class TestTheReadme:
    def test_its_table_tells_every_story_as_it_is(self) -> None:
        table = re.findall(
            r"^\| (\d\d) \| (.+?) \| (.+?) \| .+? \| ([\d,]+) \| (\d+) \| (.+?) \|$",
            (CORPUS / "README.md").read_text(encoding="utf-8"), re.MULTILINE,
        )  # fmt: skip
        counts = Counter(row["story"] for row in codings())
        assert [f"invented-{number}" for number, *_ in table] == list(stories())
        for number, title, name, _, coded, standing in table:
            story = stories()[f"invented-{number}"]
            assert title == story.head["title"]
            assert name == (story.head["name"] or "no name")
            assert int(coded) == counts[story.head["id"]]
            assert (standing == "full") == story.full
            assert standing.startswith("expired") == story.ended
            assert standing.startswith("withdrawn") == any(s["use"] == "all" for s in story.stops)
