"""Kinds of personal detail, how sure the house is, and what may stand in their place."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from storybank.errors import BadInput
from storybank.stories.canon import one_line
from storybank.stories.sentences import MASK


class Kind(StrEnum):
    """What a detail is."""

    PERSON = "person"
    PLACE = "place"
    ORGANISATION = "organisation"
    ADDRESS = "address"
    POSTCODE = "postcode"
    PHONE = "phone"
    EMAIL = "email"
    WEB = "web"
    NHS = "nhs"
    NUMBER = "number"
    DATE = "date"
    AGE = "age"
    GROUP = "group"
    ROLE = "role"
    OTHER = "other"

    @property
    def words(self) -> str:
        return WORDS[self]


WORDS = {
    Kind.PERSON: "A person's name",
    Kind.PLACE: "A place",
    Kind.ORGANISATION: "An organisation",
    Kind.ADDRESS: "An address",
    Kind.POSTCODE: "A postcode",
    Kind.PHONE: "A phone number",
    Kind.EMAIL: "An e-mail address",
    Kind.WEB: "A web address or handle",
    Kind.NHS: "An NHS number",
    Kind.NUMBER: "A long number or reference",
    Kind.DATE: "A date",
    Kind.AGE: "An age",
    Kind.GROUP: "A nationality, faith or group",
    Kind.ROLE: "A role few people hold",
    Kind.OTHER: "Something else",
}

NUMBERED = {Kind.PERSON: "name", Kind.PLACE: "place", Kind.ORGANISATION: "organisation"}
"""Kinds of which a story has several: each thing keeps its number all through it."""
NEUTRAL = {
    Kind.ADDRESS: "[address]",
    Kind.POSTCODE: "[postcode]",
    Kind.PHONE: "[phone number]",
    Kind.EMAIL: "[e-mail address]",
    Kind.WEB: "[web address]",
    Kind.NHS: "[NHS number]",
    Kind.NUMBER: "[number]",
    Kind.DATE: "[date]",
    Kind.AGE: "[age]",
    Kind.GROUP: "[a group]",
    Kind.ROLE: "[a role]",
    Kind.OTHER: "[detail]",
}
COMMON = (
    ("hospital", "[a hospital]"), ("infirmary", "[a hospital]"), ("hospice", "[a hospice]"),
    ("surgery", "[a surgery]"), ("clinic", "[a clinic]"), ("health centre", "[a health centre]"),
    ("ward", "[a ward]"), ("care home", "[a care home]"), ("nursing home", "[a care home]"),
    ("council", "[a council]"), ("university", "[a university]"), ("college", "[a college]"),
    ("school", "[a school]"), ("church", "[a church]"), ("pharmacy", "[a pharmacy]"),
    ("charity", "[a charity]"), ("trust", "[a trust]"),
)  # fmt: skip
"""What the words of an organisation say that it is, which tells nobody which one."""


class Tier(StrEnum):
    """How sure the house is that a mention is a personal detail."""

    LIKELY = "likely"
    POSSIBLE = "possible"


class Answer(StrEnum):
    """What a person said to a suggestion."""

    REPLACE = "replace"
    KEEP = "keep"
    NOT_ONE = "not one"

    @property
    def words(self) -> str:
        return ANSWERS[self]


ANSWERS = {
    Answer.REPLACE: "Replace",
    Answer.KEEP: "Keep as it is",
    Answer.NOT_ONE: "Not a detail",
}

LONGEST_REPLACEMENT = 60
LONGEST_REASON = 500


@dataclass(frozen=True, order=True)
class Spot:
    """Where a detail stands: code points, end exclusive. It holds no word."""

    start: int
    end: int
    kind: Kind
    tier: Tier

    @property
    def likely(self) -> bool:
        return self.tier is Tier.LIKELY

    def meets(self, start: int, end: int) -> bool:
        return self.start < end and start < self.end


def neutral(kind: Kind, number: int, words: str = "") -> str:
    """What may stand in the place of a detail; ``number`` is its own within the story.

    What kind of place an organisation is may stay: "[a hospital]".
    """
    if kind is Kind.ORGANISATION:
        said = words.casefold()
        for word, instead in COMMON:
            if word in said:
                return instead
    if kind in NUMBERED:
        return f"[{NUMBERED[kind]} {number}]"
    return NEUTRAL[kind]


def clean_replacement(typed: str) -> str:
    """What somebody typed to stand in the place of a detail, as one line.

    Raises BadInput for nothing, or for too much.
    """
    words = one_line(typed)
    if not words or MASK in words:
        raise BadInput("Write what should stand there, like [a hospital].")
    if len(words) > LONGEST_REPLACEMENT:
        raise BadInput(f"Keep what should stand there under {LONGEST_REPLACEMENT} letters.")
    return words


def clean_reason(typed: str) -> str:
    """Why somebody wants to open what was sealed. Raises BadInput for nothing, or too much."""
    words = one_line(typed)
    if len(words) < 10:
        raise BadInput("Write why you need to see the original. The storyteller can read it.")
    if len(words) > LONGEST_REASON:
        raise BadInput(f"Keep the reason under {LONGEST_REASON} letters.")
    return words
