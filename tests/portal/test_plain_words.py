"""The room is written for readers of nine to eleven years, whatever their age."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import textstat
from portal.room import read_lines

from storybank.clock import now
from storybank.consent.rules import Answer, Purpose
from storybank.people.rules import Role

GRADE = 5
"""Flesch-Kincaid grade; the fifth is for readers of ten and eleven."""

LONGEST = 18
"""Words in one sentence."""

NOT_OURS = (".sb-story", "blockquote", ".sb-labels", "[dir=auto]")
"""Storytellers' words and titles, and the names and meanings of codes."""


def grade(lines: list[str]) -> float:
    sentences = [line if line.endswith((".", "?", "!", ":")) else f"{line}." for line in lines]
    return textstat.flesch_kincaid_grade(" ".join(sentences).replace(":", "."))


@pytest.fixture
def pages(room) -> dict[str, str]:
    """Every page of the room in each of its states."""
    ana, number = room.teller(
        title="The bus", name="Ana", not_for=["The board"], consented_to=[Purpose.STUDY],
        answers={Purpose.WORKSHOP: Answer.ASK}, until=now() + timedelta(days=300),
    )  # fmt: skip
    old, older = room.teller("old@example.org", title="Old", until=now() - timedelta(days=1))
    room.print_cards(number, datetime(2026, 5, 3))
    found = {name: ana.get(f"/my{path}").text for name, path in (
        ("open", ""), ("story", f"/{number}"), ("ask", f"/{number}/stop-all"),
    )}  # fmt: skip
    stopped = ana.post(f"/my/{number}/stop", on="/my", use="workshop").location
    found["stopped one"] = ana.get(stopped).text
    back = ana.post(f"{stopped}/put-back", on="/my").location
    found["put back"] = ana.get(back).text
    stopped = ana.post(f"/my/{number}/stop-all", on="/my").location
    found |= {name: ana.get(path).text for name, path in (
        ("stopped all", stopped), ("closed", "/my"), ("asked again", f"/my/{number}/stop-all"),
    )}  # fmt: skip
    found |= {"run out": old.get("/my").text, "old story": old.get(f"/my/{older}").text}
    found["empty"] = room.somebody(Role.STORYTELLER, "new@example.org").get("/my").text
    return found


def test_every_page_is_in_plain_words(pages):
    read = {name: read_lines(page, NOT_OURS) for name, page in pages.items()}
    assert {name: grade(lines) for name, lines in read.items() if grade(lines) > GRADE} == {}
    sentences = {
        sentence
        for lines in read.values()
        for line in lines
        for sentence in line.replace("?", ".").split(". ")
    }
    assert [one for one in sentences if len(one.split()) > LONGEST] == []
    # What is measured is the room's own words, and they are there.
    text = " ".join(read["open"])
    assert "You do not have to say why." in text and "Can our team study your story?" in text
    assert "I rang the clinic" not in text


def test_hard_words_would_be_noticed():
    hard = "Notwithstanding your authorisation, dissemination continues contractually."
    assert grade([hard]) > GRADE
