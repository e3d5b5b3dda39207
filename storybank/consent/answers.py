"""What a storyteller may answer, and why words may be held back. Each with a sentence."""

from __future__ import annotations

import unicodedata
from enum import StrEnum


class Answer(StrEnum):
    """What was said about one use.

    ``stopped`` is a yes that was taken back. The last two are never said by anybody: they are
    what a story's answers add up to where somebody else's word is missing.
    """

    YES = "yes"
    ASK = "ask"
    NO = "no"
    STOPPED = "stopped"
    WAITING = "waiting"
    BLOCKED = "blocked"

    @property
    def words(self) -> str:
        return ANSWER_WORDS[self]


ANSWER_WORDS = {
    Answer.YES: "Yes",
    Answer.ASK: "Ask me each time",
    Answer.NO: "No",
    Answer.STOPPED: "Stopped",
    Answer.WAITING: "Waiting for the other storyteller",
    Answer.BLOCKED: "Not possible yet",
}


class NameStyle(StrEnum):
    """The name a storyteller wants shown outside the team."""

    REAL = "real"
    FIRST = "first"
    CHOSEN = "chosen"
    NONE = "none"

    @property
    def sentence(self) -> str:
        return NAME_SENTENCES[self]


NAME_SENTENCES = {
    NameStyle.REAL: "My real name",
    NameStyle.FIRST: "Only my first name",
    NameStyle.CHOSEN: "A name I pick",
    NameStyle.NONE: "No name",
}


class Medium(StrEnum):
    """How people may get a story."""

    WORDS = "words"
    VOICE = "voice"
    IMAGE = "image"
    READ_ALOUD = "read aloud"

    @property
    def sentence(self) -> str:
        return MEDIUM_SENTENCES[self]


MEDIUM_SENTENCES = {
    Medium.WORDS: "They can read my words.",
    Medium.VOICE: "They can hear my voice.",
    Medium.IMAGE: "They can see my face or my pictures.",
    Medium.READ_ALOUD: "Someone else can read my words out loud.",
}


class Change(StrEnum):
    """May the words be made shorter, or put in another language or in easy read?"""

    YES = "yes"
    SHOW = "show"
    NO = "no"

    @property
    def sentence(self) -> str:
        return CHANGE_SENTENCES[self]


CHANGE_SENTENCES = {
    Change.YES: "Yes",
    Change.SHOW: "Yes, but show me first",
    Change.NO: "No",
}


class Variant(StrEnum):
    """Which text is to be shown: the storyteller's own words, or words made from them."""

    ORIGINAL = "original"
    SHORTENED = "shortened"
    TRANSLATED = "translated"


class Mark(StrEnum):
    """What is kept back of a part: by its teller (the first two), or by the house."""

    LEAVE_OUT = "leave out"
    ASK_FIRST = "ask first"
    HELD = "held"
    THIRD_PERSON = "third person"

    @property
    def sentence(self) -> str:
        return MARK_SENTENCES[self]


MARK_SENTENCES = {
    Mark.LEAVE_OUT: "Leave this part out",
    Mark.ASK_FIRST: "Ask me first",
    Mark.HELD: "Kept back while something is looked into",
    Mark.THIRD_PERSON: "Names somebody else; not decided yet",
}


class Part(StrEnum):
    """What somebody is to a story. The first five may decide; the others help or are named."""

    TELLER = "teller"
    CO_TELLER = "co-teller"
    PARENT = "parent or guardian"
    ATTORNEY = "attorney or deputy"
    CONSULTEE = "consultee"
    SUPPORTER = "supporter"
    INTERPRETER = "interpreter"
    SUBJECT = "subject"
    TEAM = "team"

    @property
    def sentence(self) -> str:
        return PART_SENTENCES[self]


PART_SENTENCES = {
    Part.TELLER: "Told the story. Decides.",
    Part.CO_TELLER: "Told it too. Both must say yes, and either can stop.",
    Part.PARENT: "Has parental responsibility for a teller under 16. Both must say yes.",
    Part.ATTORNEY: "Has the legal power to decide for a teller who cannot.",
    Part.CONSULTEE: "Advises on research for a teller who cannot decide. Does not decide.",
    Part.SUPPORTER: "Helps the teller to decide. Does not decide.",
    Part.INTERPRETER: "Puts words into another language. Does not decide.",
    Part.SUBJECT: "The story is about them. Does not decide.",
    Part.TEAM: "Wrote a note. Does not decide.",
}

MUST_AGREE = frozenset({Part.TELLER, Part.CO_TELLER, Part.PARENT})
"""Each of these must say yes to a use before it is allowed, and any of them may stop it."""

MAY_DECIDE = MUST_AGREE | {Part.ATTORNEY}
"""Those whose answer counts; an attorney's stands in for the teller's own."""


class Kind(StrEnum):
    """What happened to a consent."""

    GIVEN = "given"
    WITHDRAWN = "withdrawn"
    PAUSED = "paused"
    RESUMED = "resumed"
    ERASED = "erased"
    MARKED = "marked"
    UNMARKED = "unmarked"
    TRANSCRIBED = "transcribed"
    READ_BACK = "read back"
    ASK_ANSWERED = "ask answered"
    JOINED = "joined"
    LEFT = "left"
    CAPACITY = "capacity noted"
    AGE = "age noted"


class Counting(StrEnum):
    """What becomes of the labels on a story that was stopped or deleted."""

    OUT = "out"
    NUMBER = "number"


class Fact(StrEnum):
    """What else may be said about a storyteller outside the team."""

    SERVICES = "services"
    CARER = "carer"
    AREA = "area"
    CONDITION = "condition"
    AGE_GROUP = "age group"

    @property
    def sentence(self) -> str:
        return FACT_SENTENCES[self]


FACT_SENTENCES = {
    Fact.SERVICES: "That I use services.",
    Fact.CARER: "That I am a carer.",
    Fact.AREA: "The part of the country I live in.",
    Fact.CONDITION: "My health problem.",
    Fact.AGE_GROUP: "My age group.",
}


class Reason(StrEnum):
    """Why words are held back. Each has a sentence that says nothing about the story."""

    ERASED = "erased"
    HELD = "held"
    PAUSED = "paused"
    UNDER_16 = "under 16"
    NOT_KEPT = "not kept"
    STOPPED = "stopped"
    NOT_ASKED = "not asked"
    SAID_NO = "said no"
    NOT_YET = "not yet"
    RUN_OUT = "run out"
    NOT_FOR = "not for"
    LEFT_OUT = "left out"
    THIRD_PERSON = "third person"
    NOT_CHECKED = "not checked"
    CO_TELLER = "co-teller"
    CAPACITY = "capacity"
    MEDIUM = "medium"
    CHANGED = "changed"
    ASK_FIRST = "ask first"
    NOT_YOURS = "not yours"

    @property
    def sentence(self) -> str:
        return REASON_SENTENCES[self]


REASON_SENTENCES = {
    Reason.ERASED: "The storyteller deleted the story.",
    Reason.HELD: "The story is not in use for now.",
    Reason.PAUSED: "The storyteller paused the story.",
    Reason.UNDER_16: "The storyteller is under 16, and a parent has not been added.",
    Reason.NOT_KEPT: "The storyteller has not let us keep the story.",
    Reason.STOPPED: "The storyteller stopped this use.",
    Reason.NOT_ASKED: "The storyteller has not answered about this use. Blank means no.",
    Reason.SAID_NO: "The storyteller said no to this use.",
    Reason.NOT_YET: "The storyteller's yes has not started yet.",
    Reason.RUN_OUT: "The storyteller's yes has run out.",
    Reason.NOT_FOR: "The storyteller does not want it used where these people are.",
    Reason.LEFT_OUT: "The storyteller keeps this part back.",
    Reason.THIRD_PERSON: "It names somebody else, and nothing has been decided about them yet.",
    Reason.NOT_CHECKED: "The storyteller has not yet checked what was written down.",
    Reason.CO_TELLER: "Somebody else who told this story has not said yes.",
    Reason.CAPACITY: "The storyteller cannot decide this now, and the approvals are missing.",
    Reason.MEDIUM: "The storyteller has not allowed it in this form.",
    Reason.CHANGED: "The storyteller does not want the words changed in this way.",
    Reason.ASK_FIRST: "The storyteller wants to be asked each time.",
    Reason.NOT_YOURS: "This is not your story.",
}

COUNTED = frozenset(
    {Reason.NOT_ASKED, Reason.SAID_NO, Reason.ASK_FIRST, Reason.NOT_YET, Reason.RUN_OUT}
    | {Reason.NOT_FOR, Reason.THIRD_PERSON, Reason.NOT_CHECKED, Reason.CO_TELLER}
    | {Reason.CAPACITY, Reason.MEDIUM}
)
"""Reasons a facilitator may be given a count of. What was stopped, paused, held, left out or
deleted is in no count at all."""


def audience_key(label: str) -> str:
    """One spelling for a place, team or organisation: folded case and forms, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", label).casefold().split())
