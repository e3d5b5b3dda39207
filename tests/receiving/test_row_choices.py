"""What a row of a table says goes before what the form said for all."""

from __future__ import annotations

from dataclasses import replace

from storybank.consent.rules import Answer, NameStyle, Purpose
from storybank.consent.service import Proof
from storybank.intake.rules import Arrival
from storybank.intake.service import Choices
from storybank.receiving.choosing import with_row
from storybank.receiving.reading import Read
from storybank.stories.canon import plain

FORM = Choices({Purpose.KEEP: Answer.YES}, Proof("web_session", "For all."))
ROW = Read.from_arrival(Arrival(plain("The lift was broken."), "The lift"))


def test_its_answers_and_its_evidence_count_first():
    row = replace(ROW, answers={"keep": "yes", "study": "no"}, evidence="Ticked on the day.")
    chosen = with_row(FORM, row)
    assert chosen.answers == {Purpose.KEEP: Answer.YES, Purpose.STUDY: Answer.NO}
    assert chosen.proof == Proof("web_session", "Ticked on the day.")


def test_evidence_of_its_own_alone_is_a_note_and_no_signed_paper():
    chosen = with_row(replace(FORM, proof=None), replace(ROW, evidence="Said on the phone."))
    assert chosen.proof == Proof("witness_note", "Said on the phone.")


def test_a_blank_there_is_no_evidence_whatever_the_form_said():
    assert with_row(FORM, replace(ROW, evidence=" ")).proof is None


def test_a_name_without_a_style_is_one_that_was_picked():
    chosen = with_row(FORM, replace(ROW, name="Rosa"))
    assert (chosen.name, chosen.name_style) == ("Rosa", NameStyle.CHOSEN)
