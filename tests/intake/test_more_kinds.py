"""Files as people bring them, besides text and Word: read in the child by what is in them."""

from __future__ import annotations

from io import BytesIO

import pytest
from odfdo import Document, Header, Paragraph
from pdf_made import drawn, pdf
from pypdf import PdfWriter
from word_files import zipped

from storybank.errors import BadInput
from storybank.intake import pdf_file, rules
from storybank.intake.beside import NOTES_KEPT
from storybank.intake.captions_file import LOST, read_captions
from storybank.intake.elan_file import TIERS_LEFT
from storybank.intake.reading import read_file

VTT = """WEBVTT

1
00:00:01.000 --> 00:00:03.000
<v Ada>I waited at the door

2
00:00:03.000 --> 00:00:05.000
<v Ada>for an hour.

3
00:00:05.500 --> 00:00:06.000
<v Researcher>And then?
"""
ZOOM = VTT.replace("<v Ada>", "Ada Lee: ").replace("<v Researcher>", "Researcher: ")
SRT = """1
00:00:01,000 --> 00:00:02,000
We waited.

2
00:00:02,100 --> 00:00:03,000
It rained.

3
00:00:09,000 --> 00:00:10,000
Then it stopped.
"""
EAF = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT><TIME_ORDER><TIME_SLOT TIME_SLOT_ID="a" TIME_VALUE="900"/>
<TIME_SLOT TIME_SLOT_ID="b" TIME_VALUE="100"/></TIME_ORDER>
<TIER TIER_ID="one" PARTICIPANT="Ada"><ANNOTATION><ALIGNABLE_ANNOTATION TIME_SLOT_REF1="a">
<ANNOTATION_VALUE>I waited.</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="two"><ANNOTATION><ALIGNABLE_ANNOTATION TIME_SLOT_REF1="b">
<ANNOTATION_VALUE>How was it?</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="gloss" PARENT_REF="one"><ANNOTATION><REF_ANNOTATION>
<ANNOTATION_VALUE>WAIT-PAST</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER>
</ANNOTATION_DOCUMENT>"""


def odt(*parts, flat: bool = False) -> bytes:
    document = Document("text")
    document.body.clear()
    for part in parts:
        document.body.append(part)
    file = BytesIO()
    document.save(file, packaging="xml" if flat else "zip")
    return file.getvalue()


def test_captions_become_a_paragraph_for_each_turn():
    canon = read_file("a.vtt", VTT.encode()).canon
    assert canon.text == "Ada: I waited at the door for an hour.\nResearcher: And then?"
    assert canon.warnings == ()
    assert [(turn.speaker, canon.text[turn.said : turn.end]) for turn in canon.turns] == [
        (1, "I waited at the door for an hour."),
        (2, "And then?"),
    ]
    assert [(canon.text[time.at :][:5], time.ms) for time in canon.times] == [
        ("I wai", 1000),
        ("for a", 3000),
        ("And t", 5500),
    ]


def test_captions_that_write_the_name_in_the_words_are_read_alike():
    canon = read_file("meeting.txt", ZOOM.encode("utf-16")).canon
    assert canon.text == "Ada Lee: I waited at the door for an hour.\nResearcher: And then?"


def test_captions_without_names_begin_anew_after_a_pause():
    assert read_file("a.srt", SRT.encode()).canon.text == (
        "We waited. It rained.\nThen it stopped."
    )


@pytest.mark.parametrize(
    "source",
    [
        "\n\n".join(f"00:0{n}:00.000 --> 00:0{n}:02.000\nWe waited {n}." for n in range(3)),
        "\n\n".join(f"00:00:0{n},000 --> 00:00:09,000\nWe waited {n}." for n in range(3)),
    ],
)
def test_captions_without_their_first_line_or_numbers_are_read(source):
    canon = read_file("a.txt", source.encode()).canon
    assert len(canon.times) == 3
    assert "We waited 2." in canon.text


def test_captions_that_roll_are_said_once_and_words_said_twice_stay_twice():
    rows = ["one", "one\ntwo", "two\nthree", "three\nfour"]
    cues = "".join(f"00:0{n}.000 --> 00:0{n + 1}.000\n{row}\n\n" for n, row in enumerate(rows))
    assert read_captions(f"WEBVTT\n\n{cues}".encode(), "vtt").text == "one two three four"
    twice = "".join(f"00:0{n}.000 --> 00:0{n + 1}.000\nYes.\n\n" for n in range(2))
    assert read_captions(f"WEBVTT\n\n{twice}".encode(), "vtt").text == "Yes. Yes."


def test_two_voices_of_one_caption_are_two_turns_and_nobodys_words_stay_nobodys():
    cue = "00:01.000 --> 00:02.000\n<v Ada>Tom &amp; I <i>waited</i></v> <v Bo>2 < 3?</v>\n\n"
    canon = read_captions(f"WEBVTT\n\n{cue}00:03.000 --> 00:04.000\nHm.".encode(), "vtt")
    assert canon.text == "Ada: Tom & I waited\nBo: 2 < 3?\nHm."
    assert len(canon.turns) == len(canon.times) == 2


def test_a_line_without_a_good_time_and_a_comment_are_kept_beside_the_text():
    source = VTT.replace("00:00:03.000 -->", "00:00:0x.000 -->") + "\nNOTE Ask again.\n"
    canon = read_captions(source.encode(), "vtt")
    assert canon.warnings == (LOST,)
    assert [(note.kind, note.words) for note in canon.notes] == [
        ("comment", "Ask again."),
        ("dropped", "<v Ada>for an hour."),
    ]


def test_captions_that_are_none_are_refused():
    with pytest.raises(BadInput) as refusal:
        read_file("a.vtt", b"WEBVTT\n\nand nothing more")
    assert refusal.value.sentence == rules.EMPTY


def test_turns_of_elan_come_in_the_order_of_their_times_without_what_hangs_on_them():
    canon = read_file("a.eaf", EAF.encode()).canon
    assert canon.text == "two: How was it?\nAda: I waited."
    assert canon.warnings == (TIERS_LEFT,)
    assert [(time.at, time.ms) for time in canon.times] == [(5, 100), (22, 900)]
    assert [(turn.said, turn.end, turn.speaker) for turn in canon.turns] == [
        (5, 16, 1),
        (22, 31, 2),
    ]


@pytest.mark.parametrize("flat", [False, True])
def test_an_opendocument_text_keeps_headings_and_order(flat):
    noted = Paragraph("It was late.")
    noted.insert_note(after="late", note_id="n1", citation="1", body="by an hour")
    canon = read_file("a.doc", odt(Header(1, "My year"), noted, Paragraph("Then"), flat=flat)).canon
    assert (canon.text, canon.title) == ("My year\nIt was late.\nThen", "My year")
    assert [block.kind for block in canon.blocks] == ["h", "p", "p"]
    assert canon.warnings == (NOTES_KEPT,)
    assert [(n.kind, n.words, n.start) for n in canon.notes] == [("footnote", "by an hour", 19)]


def test_an_opendocument_bomb_is_not_opened():
    bomb = zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "a" * 10})
    with pytest.raises(BadInput):
        read_file("a.odt", bomb)
    laughs = b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha">]><office:document>&a;</x>'
    with pytest.raises(BadInput) as refusal:
        read_file("a.fodt", laughs)
    assert refusal.value.sentence == rules.HAS_DTD


def test_rich_text_keeps_words_accents_and_paragraphs():
    data = rb"{\rtf1\ansi\ansicpg1252 {\b Caf\'e9} \u8220?so\u8221?\par then.\par}"
    assert read_file("a.rtf", data).canon.text == "Café “so”\nthen."


def test_a_page_loses_its_scripts_and_keeps_its_paragraphs():
    page = b"<html><head><title>x</title></head><body><div>One<p>Two <b>and</b></div>three"
    canon = read_file("a.html", page + b"<script>alert(1)</script>").canon
    assert canon.text == "One\nTwo and\nthree"


def test_a_page_is_read_in_the_encoding_it_names():
    page = '<html><meta charset="iso-8859-2"><p>Žofie řekla</p>'.encode("iso-8859-2")
    assert read_file("a.html", page).canon.text == "Žofie řekla"


def test_lines_of_a_pdf_are_joined_to_paragraphs_and_split_words_mended():
    lines = [
        "When I first came there, nobody knew what to do with us, and we waited un-",
        "til somebody asked. That was in the spring of the second year that I was ill.",
        "It rained.",
        "Next day we went again, and this time we were let in by the porter.",
    ]
    canon = read_file("a.pdf", pdf(drawn(*lines))).canon
    assert "waited until somebody" in canon.text
    assert len(canon.blocks) == 2
    assert pdf_file.HYPHENS in canon.warnings
    (joined,) = canon.notes
    assert (joined.kind, joined.words) == ("edge", "un- til")
    assert canon.text[joined.start : joined.end] == "until"


STRETCH = (
    "We came in the spring, when the river was high and the road was gone, and we",
    "stayed with her sister until the water went down and a boat could come for us",
)


def test_columns_heads_and_numbers_of_a_pdf_are_told_by_where_they_stand():
    def lines(word):
        return [f"We came {word} in the spring and then", "waited where the river was high and"]

    pages = [
        drawn("Talk with A.", left=250, top=810, size=9)
        + drawn(f"Year {word}", left=50, top=780, size=20)
        + drawn(*lines(word), left=50, top=740)
        + drawn("and the right side goes on from there,", f"then ends {word}.", left=320, top=740)
        + drawn(f"{number} of 3", left=290, top=30, size=9)
        for number, word in enumerate(("one", "two", "three"), start=1)
    ]
    canon = read_file("a.pdf", pdf(*pages)).canon
    texts = [canon.text[block.start : block.end] for block in canon.blocks]
    assert texts[:2] == [
        "Year one",
        " ".join(lines("one")) + " and the right side goes on from there, then ends one.",
    ]
    assert [block.kind for block in canon.blocks] == ["h", "p"] * 3
    assert canon.warnings == (pdf_file.HEADS_LEFT,)
    assert [note.words for note in canon.notes] == [
        "Talk with A.",
        "1 of 3 \u00b7 2 of 3 \u00b7 3 of 3",
    ]


def test_numbers_beside_the_lines_of_a_pdf_are_no_words_of_it():
    lines = [f"{STRETCH[number % 2]}" for number in range(12)]
    beside = "".join(
        drawn(f"{number}", left=20, top=700 - 14 * number, size=8)
        + drawn(line, left=50, top=700 - 14 * number)
        for number, line in enumerate(lines, start=1)
    )
    canon = read_file("a.pdf", pdf(beside)).canon
    assert canon.text == " ".join(lines)
    assert canon.notes[0].words.startswith("1 \u00b7 2 \u00b7 3")


def test_a_word_that_is_written_with_a_hyphen_elsewhere_keeps_it():
    lines = (STRETCH[0], "and then a well-known man came, and he was known to be well-", "known.")
    assert read_file("a.pdf", pdf(drawn(*lines))).canon.text.endswith("to be well-known.")


def test_a_pdf_without_words_or_with_a_password_is_refused_in_a_sentence():
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    scanned, locked = BytesIO(), BytesIO()
    writer.write(scanned)
    writer.encrypt("secret")
    writer.write(locked)
    for file, sentence in ((scanned, rules.SCANNED), (locked, rules.PASSWORD)):
        with pytest.raises(BadInput) as refusal:
            read_file("a.pdf", file.getvalue())
        assert refusal.value.sentence == sentence
