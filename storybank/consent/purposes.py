"""What words may be used for, and who may ask for what.

The eight uses are the ones a storyteller is asked about. The rest are a storyteller's own
reading, and the house's named housekeeping.
"""

from __future__ import annotations

from enum import StrEnum

from storybank.people.rules import Role


class Purpose(StrEnum):
    """What somebody's words are wanted for."""

    KEEP = "keep"
    STUDY = "study"
    WORKSHOP = "workshop"
    MEMBERS = "members"
    DECIDE = "decide"
    TEACH = "teach"
    PUBLIC = "public"
    REUSE = "reuse"
    OWN = "own"
    TAKE_IN = "take in"
    INDEX = "index"
    SUGGEST = "suggest"
    DETAILS = "details"

    @property
    def sentence(self) -> str:
        """What this use is, in the words that pages print."""
        return SENTENCES[self]


SENTENCES = {
    Purpose.KEEP: "Keep the story safe in Storybank.",
    Purpose.STUDY: "Our team studies the story and puts labels on parts of it.",
    Purpose.WORKSHOP: "Short parts are used in workshops.",
    Purpose.MEMBERS: "Members read the whole story.",
    Purpose.DECIDE: "Short parts are shown to people who make choices about services.",
    Purpose.TEACH: "Short parts are used to teach staff and students.",
    Purpose.PUBLIC: "Anyone can see short parts.",
    Purpose.REUSE: "Other research teams use the story.",
    Purpose.OWN: "The storyteller reads their own story.",
    Purpose.TAKE_IN: "A story is written down as it comes in.",
    Purpose.INDEX: "The house lists words, so that those who may can search.",
    Purpose.SUGGEST: "The house guesses labels, so that a person can check them.",
    Purpose.DETAILS: "The house looks for names and the like, so that a person can check them.",
}

EIGHT = (
    Purpose.KEEP,
    Purpose.STUDY,
    Purpose.WORKSHOP,
    Purpose.MEMBERS,
    Purpose.DECIDE,
    Purpose.TEACH,
    Purpose.PUBLIC,
    Purpose.REUSE,
)
"""The uses a storyteller is asked about, in the order they are asked."""

WHOLE_STORY = frozenset(
    {Purpose.KEEP, Purpose.STUDY, Purpose.MEMBERS, Purpose.REUSE, Purpose.OWN}
    | {Purpose.INDEX, Purpose.SUGGEST, Purpose.DETAILS}
)
"""Purposes that may read a story from end to end; the others get short parts."""

OUTSIDE_TEAM = frozenset(
    {Purpose.WORKSHOP, Purpose.MEMBERS, Purpose.DECIDE, Purpose.TEACH, Purpose.PUBLIC}
    | {Purpose.REUSE}
)
"""Purposes that show words to people outside the team."""

CLAIMS: dict[Role, frozenset[Purpose]] = {
    Role.RESEARCHER: frozenset({Purpose.STUDY, Purpose.REUSE, Purpose.PUBLIC}),
    Role.FACILITATOR: frozenset({Purpose.WORKSHOP, Purpose.DECIDE, Purpose.TEACH, Purpose.PUBLIC}),
    Role.MEMBER: frozenset({Purpose.MEMBERS, Purpose.PUBLIC}),
    Role.STEWARD: frozenset({Purpose.KEEP, Purpose.TAKE_IN, Purpose.PUBLIC}),
    Role.STORYTELLER: frozenset({Purpose.OWN, Purpose.PUBLIC}),
    Role.ADMINISTRATOR: frozenset({Purpose.PUBLIC}),
    Role.VISITOR: frozenset({Purpose.PUBLIC}),
    Role.PARTICIPANT: frozenset({Purpose.WORKSHOP, Purpose.DECIDE, Purpose.TEACH}),
    Role.MACHINE: frozenset({Purpose.TAKE_IN, Purpose.INDEX, Purpose.SUGGEST, Purpose.DETAILS}),
}
"""Who may claim what. What is not in this table is refused."""


def roles_for(purpose: Purpose) -> tuple[Role, ...]:
    """The roles that may claim ``purpose``, in the order roles are listed."""
    return tuple(role for role in Role if purpose in CLAIMS.get(role, frozenset()))
