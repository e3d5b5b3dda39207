"""Is this real involvement? Plain questions that a facilitator answers before a workshop opens.

Answers that warn do not stop anything: they come with what can still be done. The questions ask
for the signs of tokenism that practice warns of (one seat, fixed options, a decision already
made), and whether storytellers who are in the room know what will happen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from storybank.errors import BadInput
from storybank.stories.characters import one_line

YES, NO, NOT_SURE, NOBODY = "yes", "no", "not sure", "nobody"
ANSWERS = {YES: "Yes", NO: "No", NOT_SURE: "Not sure"}
WITH_NOBODY = ANSWERS | {NOBODY: "No storyteller will be there"}
MOST_LETTERS = 300
NOTE = "_note"


@dataclass(frozen=True)
class Question:
    """One question, the answer that is well, and what to do about the others."""

    key: str
    asks: str
    well: str
    advice: str
    answers: Mapping[str, str]


def _q(key: str, asks: str, well: str, advice: str) -> Question:
    return Question(key, asks, well, advice, ANSWERS)


def _s(key: str, asks: str, advice: str) -> Question:
    return Question(key, asks, YES, advice, WITH_NOBODY)


INVOLVEMENT = (
    _q("options", "Are the options fixed already?", NO,
       "Say on the day what can still change and what cannot. If nothing can, tell people so "
       "and do not call it involvement."),
    _q("decided", "Has it been decided already?", NO,
       "Then ask about how it is done, or wait for the next decision. Do not ask for views that "
       "cannot count."),
    _q("seat", "Is there only one seat for people with lived experience?", NO,
       "One person cannot speak for all. Ask at least two or three, so that nobody stands alone."),
    _q("question", "Can people with lived experience change the question?", YES,
       "Show them the question before the day, and change it with them."),
    _q("paid", "Are people with lived experience paid, and their costs covered?", YES,
       "Others in the room are paid to be there. Offer a fee, and pay travel and care costs at "
       "once."),
    _q("support", "Is there somebody to support them before, on the day and after?", YES,
       "Name one person whom they can ring. Plan a quiet room, breaks and a call the day after."),
    _q("hear", "Will everybody who takes part hear what came of it?", YES,
       "Agree now who writes to them, by when, and how to reach those without e-mail."),
)  # fmt: skip

STORYTELLERS = (
    _s("presents", "If storytellers are in the room, have they chosen who presents their words?",
       "Ask each of them: would you like to read it, hear it read, or not be named at all?"),
    _s("words", "Have they seen and agreed the words that will be shown?",
       "Show them the card as it will be shown. They can change their mind until the moment."),
    _s("debrief", "Is there time with them straight afterwards?",
       "Keep a quarter of an hour after the end to ask how it was, and what they need."),
)  # fmt: skip

EVERY = (*INVOLVEMENT, *STORYTELLERS)


def unanswered(said: Mapping[str, str]) -> list[Question]:
    """The questions nobody has answered yet."""
    return [one for one in EVERY if said.get(one.key) not in one.answers]


def warnings(said: Mapping[str, str]) -> list[Question]:
    """The questions whose answer calls for doing something."""
    return [
        one
        for one in EVERY
        if said.get(one.key) in one.answers and said[one.key] not in (one.well, NOBODY)
    ]


def cleaned(sent: Mapping[str, str]) -> dict[str, str]:
    """The answers and notes as they are kept; what is blank or no answer is left out.

    Raises BadInput for a note that is too long.
    """
    kept: dict[str, str] = {}
    for one in EVERY:
        if sent.get(one.key) in one.answers:
            kept[one.key] = sent[one.key]
        note = one_line(sent.get(one.key + NOTE, ""))
        if len(note) > MOST_LETTERS:
            raise BadInput(f"Keep each note under {MOST_LETTERS} letters.")
        if note:
            kept[one.key + NOTE] = note
    return kept
