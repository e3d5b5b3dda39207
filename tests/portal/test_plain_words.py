"""The room is written for readers of nine to eleven years, whatever their age."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import textstat
from portal.room import read_lines

from storybank.clock import now
from storybank.consent.rules import Answer, Purpose
from storybank.people.rules import Role
from storybank.portal import choices, reading, views_stopping, where

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
    found |= {name: ana.get(f"/my/{number}/{path}").text for name, path in (
        ("choices", "choices"), ("which", "stop"), ("delete", "delete"),
    )}  # fmt: skip
    found["none chosen"] = ana.post(f"/my/{number}/stop", on="/my").text
    paused = ana.post(f"/my/{number}/pause", on="/my").location
    found |= {"paused": ana.get("/my").text, "pause receipt": ana.get(paused).text}
    again = ana.post(f"/my/{number}/start-again", on="/my").location
    found["started again"] = ana.get(again).text
    stopped = ana.post(f"/my/{number}/stop", on="/my", use="workshop").location
    found["stopped one"] = ana.get(stopped).text
    back = ana.post(f"{stopped}/put-back", on="/my").location
    found["put back"] = ana.get(back).text
    stopped = ana.post(f"/my/{number}/stop-all", on="/my").location
    found |= {name: ana.get(path).text for name, path in (
        ("stopped all", stopped), ("closed", "/my"), ("asked again", f"/my/{number}/stop-all"),
    )}  # fmt: skip
    found |= {"run out": old.get("/my").text, "old story": old.get(f"/my/{older}").text}
    gone, last = room.teller("gone@example.org", title="Gone")
    found["another"] = gone.get("/my").text
    found["forgotten"] = gone.post(f"/my/{last}/delete", on="/my", forget="yes").text
    deleted = ana.post(f"/my/{number}/delete", on="/my").location
    found |= {"deleted": ana.get("/my").text, "deletion receipt": ana.get(deleted).text}
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


def test_every_sentence_of_the_room_is_in_plain_words():
    """Those too that need two storytellers, a hold or a note of the team to be seen."""
    ours = [
        reading.HELD, reading.NOT_KEPT, reading.NOT_YET, reading.PAUSED_BY_ME,
        reading.PAUSED_BY_OTHER, reading.UNDER_16, reading.UNCHECKED, reading.OTHERS,
        *choices.OTHERS_SAY.values(),
        *where.HOW.values(), *where.NAMES.values(), *views_stopping.COUNTING.values(),
    ]  # fmt: skip
    assert {one: grade([one]) for one in ours if grade([one]) > GRADE + 1} == {}
    assert grade(ours) <= GRADE


def test_hard_words_would_be_noticed():
    hard = "Notwithstanding your authorisation, dissemination continues contractually."
    assert grade([hard]) > GRADE
