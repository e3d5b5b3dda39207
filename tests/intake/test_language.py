"""The language of a text is told where there is enough of it, and doubt is said."""

import json

import pytest

from storybank.intake.language import asked, language_of


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [
        ("We waited at the door until somebody came, and then it began to rain.", "en", "English"),
        ("Roedd hi'n oer iawn y bore hwnnw, ac arhosom wrth y drws am awr.", "cy", "Welsh"),
        ("Było bardzo zimno, więc czekaliśmy pod drzwiami przez godzinę.", "pl", "Polish"),
    ],
)
def test_a_sentence_is_enough(text, code, name):
    assert language_of(text) == (code, name, True)


@pytest.mark.parametrize("text", ["", "Ok.", "12:30 \u2014 14:00 " * 90, "\ud83d\ude00 !?" * 99])
def test_of_too_little_nothing_is_said(text):
    assert language_of(text) is None


def test_real_welsh_polish_and_english_are_told(real_data):
    wrong = []
    with (real_data / "stories" / "stories.jsonl").open() as lines:
        for number, line in enumerate(lines):
            story = json.loads(line)
            there = story["id"].startswith("lang-")
            if there or number % 25 == 0:
                found = language_of(story["text"])
                wrong += [story["id"]] * (found is None or found.code != (
                    story["id"][5:7] if there else "en"
                ))  # fmt: skip
    assert len(wrong) <= 1


def test_a_process_apart_tells_the_same_and_doubts_alike():
    text = "Roedd hi'n oer iawn y bore hwnnw, ac arhosom wrth y drws am awr. " * 90
    assert asked(text) == language_of(text)
    assert asked("12:30") is None
