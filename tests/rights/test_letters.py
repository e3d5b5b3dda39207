"""What people are told about their requests, word for word: each letter is a reviewed file."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import textstat

from storybank.rights import letters
from storybank.rights.kinds import (
    Exemption,
    ExtensionReason,
    Kind,
    Outcome,
    PauseReason,
)
from storybank.rights.letters import About, Letter

GOLDEN = Path(__file__).with_name("golden")
GRADE = 5
LONGEST = 18


def about(kind: Kind = Kind.ACCESS) -> About:
    return About(
        kind, "R7KQ-2M4X", date(2026, 11, 21), date(2026, 12, 21),
        "https://storybank.example.org/my/rights/12",
    )  # fmt: skip


LETTERS = {
    "received": letters.received(about(), date(2026, 12, 21)),
    "complaint_received": letters.received(about(Kind.COMPLAINT), date(2026, 12, 21)),
    "complaint_acknowledged": letters.acknowledged(about(Kind.COMPLAINT)),
    "clock_stopped": letters.stopped(about(), PauseReason.IDENTITY),
    "clock_started": letters.started(about()),
    "extended": letters.extended(about(Kind.CORRECTION), ExtensionReason.COMPLEX),
    "done": letters.answered(about(Kind.CORRECTION), Outcome.DONE, None),
    "partly": letters.answered(about(Kind.ACCESS), Outcome.PARTLY, Exemption.OTHERS),
    "refused": letters.answered(about(Kind.ERASURE), Outcome.REFUSED, Exemption.RESEARCH),
    "complaint_answered": letters.answered(about(Kind.COMPLAINT), Outcome.DONE, None),
}


def as_text(letter: Letter) -> str:
    return f"{letter.subject}\n\n{letter.body}"


@pytest.mark.parametrize("name", sorted(LETTERS))
def test_each_reads_as_agreed(name):
    assert as_text(LETTERS[name]) == (GOLDEN / f"{name}.txt").read_text()


def test_every_letter_of_the_folder_is_one_that_is_sent():
    assert {path.stem for path in GOLDEN.glob("*.txt")} >= set(LETTERS)


def sentences(text: str) -> list[str]:
    return [one for one in text.replace("?", ".").replace("\n", ". ").split(". ") if one.strip()]


@pytest.mark.parametrize("name", sorted(LETTERS))
def test_each_is_in_plain_words(name):
    lines = [line for line in as_text(LETTERS[name]).split("\n") if line and "https://" not in line]
    whole = [line if line.endswith((".", "?", ":", ",")) else f"{line}." for line in lines]
    assert textstat.flesch_kincaid_grade(" ".join(whole).replace(":", ".")) <= GRADE
    assert [one for one in sentences("\n".join(lines)) if len(one.split()) > LONGEST] == []


@pytest.mark.parametrize("words", [Kind, Outcome, Exemption, PauseReason, ExtensionReason])
def test_every_sentence_that_may_stand_in_one_is_plain(words):
    for one in words:
        assert textstat.flesch_kincaid_grade(one.sentence) <= 8, one.sentence
        assert len(one.sentence.split()) <= LONGEST


def test_who_has_no_page_is_pointed_to_none():
    facts = About(Kind.ACCESS, "R7KQ-2M4X", date(2026, 11, 21), date(2026, 12, 21), None)
    assert "read more" not in letters.started(facts).body
