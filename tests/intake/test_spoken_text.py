"""Transcripts with times, as programs and people write them: who speaks and when."""

import pytest

from storybank.intake.reading import read_file
from storybank.intake.spoken_text import TIMES_BESIDE, read_spoken

OTTER = """Second talk

Ada Lee  0:03
I waited at the door.

Speaker 2  0:12
And then?

Ada Lee  1:02:03
Then it rained.

Transcribed by https://otter.ai
"""
SAID = "Ada Lee: I waited at the door.\nSpeaker 2: And then?\nAda Lee: Then it rained."


@pytest.mark.parametrize(
    "source",
    [
        "[00:00:03] Ada Lee: I waited at the door.\n[00:00:12] Speaker 2: And then?\n"
        "[01:02:03] Ada Lee: Then it rained.",
        "Ada Lee (00:03):\nI waited at the door.\n\nSpeaker 2 (00:12):\nAnd then?\n\n"
        "Ada Lee (1:02:03):\nThen it rained.",
        "00:00:03\tAda Lee:\tI waited at the door.\n00:00:12\tSpeaker 2:\tAnd then?\n"
        "01:02:03\tAda Lee:\tThen it rained.",
        "00:00:03\t From  Ada Lee to Everyone:\n\tI waited at the door.\n"
        "00:00:12\t From Speaker 2 to Everyone:\n\tAnd then?\n"
        "01:02:03\t From Ada Lee : Then it rained.",
        "[Ada Lee] 00:00:03\nI waited at the door.\n\n[Speaker 2] 00:00:12\nAnd then?\n\n"
        "[Ada Lee] 01:02:03\nThen it rained.",
        "0:0:3.0 --> 0:0:8.120\nAda Lee\nI waited at the door.\n0:0:12.0 --> 0:0:13.0\nSpeaker 2\n"
        "And then?\n1:2:3.0 --> 1:2:4.0\nAda Lee\nThen it rained.",
    ],
)
def test_each_way_of_writing_it_gives_the_same_turns_and_times(source):
    canon = read_spoken(source)
    assert canon.text == SAID
    assert [turn.speaker for turn in canon.turns] == [1, 2, 1]
    assert [time.ms for time in canon.times] == [3_000, 12_000, 3_723_000]
    assert [time.at for time in canon.times] == [turn.said for turn in canon.turns]


def test_a_title_before_and_a_program_s_line_after_it_are_nobody_s_words():
    canon = read_file("talk.txt", OTTER.encode()).canon
    assert canon.text == f"Second talk\n{SAID}"
    assert canon.turns[0].start == len("Second talk\n")
    assert canon.warnings == (TIMES_BESIDE,)
    assert [(note.kind, note.words[:11]) for note in canon.notes] == [("edge", "Transcribed")]


def test_lines_of_speech_without_names_are_joined_and_keep_their_times():
    canon = read_spoken("[00:00.000 --> 00:04.000]  We came\n[00:04.000 --> 00:06.500]  and left.")
    assert canon.text == "We came and left."
    assert [(time.at, time.ms) for time in canon.times] == [(0, 0), (8, 4000)]


def test_a_time_at_the_end_of_a_paragraph_is_when_the_next_begins():
    canon = read_spoken("I: How was it? #00:00:05-2#\n\nB: Cold. #00:00:09-1#")
    assert canon.text == "I: How was it?\nB: Cold."
    assert [time.ms for time in canon.times] == [0, 5_200]


@pytest.mark.parametrize(
    "source",
    [
        "10:30 Got up.\n11:00 Note: had tea.\n12:00 Bus: late.\n13:00 Bed: now",
        "Monday 10:30\nwe waited\nTuesday 09:15\nagain",
        "Ada: I waited.\nResearcher: And then?",
        "[10:30] one\n[9:15] two\n[8:00] three",
        "",
    ],
)
def test_a_diary_or_a_talk_without_times_is_no_such_transcript(source):
    assert read_spoken(source) is None
