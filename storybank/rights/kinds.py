"""What may be asked, how it may end, and why it may wait: each with the sentence we print."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What somebody may ask for."""

    ACCESS = "access"
    PORTABILITY = "portability"
    CORRECTION = "correction"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    COMPLAINT = "complaint"
    OTHER = "other"

    @property
    def sentence(self) -> str:
        """What it is, as the person who asks would say it."""
        return KIND_SENTENCES[self]

    @property
    def asked(self) -> str:
        """What they asked, told back to them: "You asked us to ..."."""
        return KIND_ASKED[self]


KIND_SENTENCES = {
    Kind.ACCESS: "Show me what you hold about me",
    Kind.PORTABILITY: "Give me a copy to take somewhere else",
    Kind.CORRECTION: "Put something right",
    Kind.ERASURE: "Delete something about me",
    Kind.RESTRICTION: "Stop using something while you check it",
    Kind.OBJECTION: "Stop using something, as I do not agree with it",
    Kind.COMPLAINT: "I want to complain",
    Kind.OTHER: "Something else",
}

KIND_ASKED = {
    Kind.ACCESS: "to show you what we hold about you",
    Kind.PORTABILITY: "for a copy to take somewhere else",
    Kind.CORRECTION: "to put something right",
    Kind.ERASURE: "to delete something about you",
    Kind.RESTRICTION: "to stop using something while we check it",
    Kind.OBJECTION: "to stop using something you do not agree with",
    Kind.COMPLAINT: "to look into a complaint",
    Kind.OTHER: "for something else",
}


class Outcome(StrEnum):
    """How a request ended."""

    DONE = "done"
    PARTLY = "partly"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def sentence(self) -> str:
        """What happened, told to the person who asked."""
        return OUTCOME_SENTENCES[self]


OUTCOME_SENTENCES = {
    Outcome.DONE: "We did what you asked.",
    Outcome.PARTLY: "We did part of what you asked.",
    Outcome.REFUSED: "We said no.",
    Outcome.WITHDRAWN: "You took this back.",
}


class Exemption(StrEnum):
    """Why the law lets a request be refused. Named for each request; there is none for all."""

    RESEARCH = "research"
    LAW = "law"
    CLAIM = "claim"
    OTHERS = "others"
    REPEATED = "repeated"
    IDENTITY = "identity"

    @property
    def sentence(self) -> str:
        """The reason, told to the person who asked."""
        return EXEMPTION_SENTENCES[self]


EXEMPTION_SENTENCES = {
    Exemption.RESEARCH: "It would do great harm to the research.",
    Exemption.LAW: "The law says we must keep it.",
    Exemption.CLAIM: "It is needed for a case in court.",
    Exemption.OTHERS: "It would tell you about someone else.",
    Exemption.REPEATED: "You asked for the same thing many times.",
    Exemption.IDENTITY: "We could not be sure it was you who asked.",
}


class PauseReason(StrEnum):
    """Why the clock stands still: something is needed from the person before work can go on."""

    IDENTITY = "identity"
    CLARIFICATION = "clarification"

    @property
    def sentence(self) -> str:
        return PAUSE_SENTENCES[self]


PAUSE_SENTENCES = {
    PauseReason.IDENTITY: "We need to know that it is you who asked.",
    PauseReason.CLARIFICATION: "We need to know more about what you want.",
}


class ExtensionReason(StrEnum):
    """Why more time is needed: the only two reasons there are."""

    COMPLEX = "complex"
    MANY = "many"

    @property
    def sentence(self) -> str:
        return EXTENSION_SENTENCES[self]


EXTENSION_SENTENCES = {
    ExtensionReason.COMPLEX: "What you asked for is not simple to do.",
    ExtensionReason.MANY: "You asked for a lot of things.",
}
