"""What somebody who takes part may say they are. Nobody has to say."""

from __future__ import annotations

from enum import StrEnum


class PersonKind(StrEnum):
    """From where somebody speaks. Kept with their answers when they themselves are wiped."""

    LIVED = "lived experience"
    PRACTICE = "practice"
    PROGRAMME = "programme"
    RESEARCH = "research"
    POLICY = "policy"
    OTHER = "other"

    @property
    def sentence(self) -> str:
        """What forms print."""
        return SENTENCES[self]


SENTENCES = {
    PersonKind.LIVED: "I use services, or I care for somebody who does",
    PersonKind.PRACTICE: "I work with people in health or care",
    PersonKind.PROGRAMME: "I run or pay for services",
    PersonKind.RESEARCH: "I do research",
    PersonKind.POLICY: "I work on policy",
    PersonKind.OTHER: "Something else",
}


def kind_of(word: str | None) -> PersonKind | None:
    """The kind of this name, or None where it was not said or is none of these."""
    return next((kind for kind in PersonKind if kind == word), None)
