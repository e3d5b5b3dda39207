"""What the form of choices asks, in the words that stand now, and what it offers to choose from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from storybank.consent import wordings
from storybank.consent.rules import EIGHT, Answer, Change, Fact, Medium, NameStyle, Part
from storybank.consent.service import LASTS
from storybank.consent.wording_rules import Format
from storybank.people.identity_rules import CHANNELS as REACHED_BY
from storybank.people.identity_rules import LANGUAGES

EVIDENCE = {
    "signed_paper": "A signed paper",
    "witness_note": "A note by somebody who was there",
    "audio": "A sound recording",
    "letter": "A letter",
    "email": "An e-mail",
}
CHANNEL_WORDS = {
    "face_to_face": "Face to face",
    "phone": "By phone",
    "paper": "On paper",
    "post": "By post",
    "email": "By e-mail",
    "sms": "By text message",
    "web": "Online",
}
ANSWERS = (Answer.YES, Answer.ASK, Answer.NO)
HELPERS = {
    Part.SUPPORTER: "A supporter: somebody who helped them to decide",
    Part.INTERPRETER: "An interpreter: somebody who put words into another language",
}
"""Who may help without deciding. Nobody is named: the part is what a receipt shows."""
TELL = {"every": "Every time", "some": "A few times a year", "none": "No thanks"}
CONTACT = {
    "check": "To check their story with them",
    "workshop": "To ask them to a workshop",
    "more": "To ask if they have more to tell",
}
FUTURE = {
    "keep": "Keep to their choices",
    "ask": "Ask the person they trust",
    "stop": "Stop using their story",
}
ASKED = (
    "intro", "who", "limits", *(use.value for use in EIGHT), "answers", "formats", "name", "about",
    "parts", "words", "not_for", "long", "tell", "contact", "future", "others",
)  # fmt: skip
"""Codes of wordings, in the order people are asked."""


@dataclass(frozen=True)
class Asked:
    """One wording taken apart: its questions, and the other lines to read out beside them.

    ``lines`` leaves out the answers to choose from, which stand there to be ticked;
    ``choices`` holds those.
    """

    questions: tuple[str, ...]
    lines: tuple[str, ...]
    choices: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    """Every sentence, in its order."""

    @property
    def question(self) -> str:
        return self.questions[0] if self.questions else ""

    @property
    def second(self) -> str:
        """The wording on changes to the words asks two things."""
        return self.questions[1] if len(self.questions) > 1 else "Another language, or easy read?"


def asked(session: Session, format_used: str = "standard") -> dict[str, Any]:
    """What the fields of the form offer, the questions in this format."""
    words = wordings.current(session, ASKED, format=format_used)
    texts = {code: taken_apart(one.text) for code, one in words.items()}
    if "who" in words and words["who"].help_text:
        more = taken_apart(words["who"].help_text)
        who = texts["who"]
        texts["who"] = replace(who, all=(*who.all, *more.all))
    return {
        "uses": EIGHT, "answers": ANSWERS, "texts": texts, "styles": tuple(NameStyle),
        "lasts": tuple(LASTS), "channels": CHANNEL_WORDS, "evidence": EVIDENCE,
        "media": _sentences(Medium), "changes": _sentences(Change), "facts": _sentences(Fact),
        "formats": {one.value: one.label for one in Format}, "languages": LANGUAGES,
        "helpers": {part.value: words for part, words in HELPERS.items()},
        "tell": TELL, "tell_how": {str(key): word for key, word in REACHED_BY.items()},
        "contact": CONTACT, "future": FUTURE,
    }  # fmt: skip


def _sentences(offered: Iterable[Medium | Change | Fact]) -> dict[str, str]:
    return {one.value: one.sentence for one in offered}


def taken_apart(text: str) -> Asked:
    """A wording's questions, its answers to choose from, and what else is read out."""
    sentences = [one.strip() for one in re.split(r"(?<=[.?!])\s+|\n+", text) if one.strip()]
    questions = tuple(one for one in sentences if one.endswith("?"))
    others = [one for one in sentences if not one.endswith("?")]
    choices = tuple(one for one in others if _key(one) in OFFERED)
    lines = tuple(one for one in others if _key(one) not in OFFERED)
    return Asked(questions, lines, choices, tuple(sentences))


def _key(sentence: str) -> str:
    return sentence.rstrip(".").casefold()


OFFERED = {
    _key(word)
    for word in (
        *(answer.words for answer in ANSWERS), *(style.sentence for style in NameStyle),
        *(medium.sentence for medium in Medium), *(fact.sentence for fact in Fact),
        *(change.sentence for change in Change), "Nothing else", "One year", "Two years",
        "Five years", "Until I tell you to stop", *TELL.values(), *REACHED_BY.values(), "Email",
        "To check your story with you", "To ask you to a workshop",
        "To ask if you have more to tell", "Keep to my choices", "Ask this person",
        "Stop using my story", "Leave this part out", "Ask me first", "Mark it and pick one",
    )
}  # fmt: skip
"""Answers that stand to be ticked, and so are not read out twice."""
