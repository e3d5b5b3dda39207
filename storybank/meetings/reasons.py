"""Why an answer is held back, in words that people who take part are shown; the house's policy."""

from __future__ import annotations

from enum import StrEnum


class Held(StrEnum):
    """Why an answer is not shown to others."""

    NAMES = "names somebody"
    PERSONAL = "personal detail"
    UNKIND = "unkind"
    OFF = "not about this question"
    TWICE = "sent twice"
    UNSAFE = "somebody may not be safe"
    OTHER = "something else"

    @property
    def sentence(self) -> str:
        """What moderators choose from, and what the person who wrote it is told."""
        return REASONS[self]


REASONS: dict[str, str] = {
    Held.NAMES: "It names somebody.",
    Held.PERSONAL: "It says something private, such as an address or an illness.",
    Held.UNKIND: "It may hurt somebody who reads it.",
    Held.OFF: "It is not about this question.",
    Held.TWICE: "The same answer is there already.",
    Held.UNSAFE: "Somebody may not be safe. We will talk with you first.",
    Held.OTHER: "Another reason. Please ask us.",
}

POLICY = (
    "Somebody from our team reads each answer before others see it.\n"
    "We show what you wrote as you wrote it. We do not hold it back because we disagree.\n"
    "We hold an answer back if it names somebody, says something private about a person, may "
    "hurt somebody, or is not about the question.\n"
    "You can see if your answer was held back, and why. You can change it and send it again, or "
    "talk to us.\n"
    "You can hide your own answer at any time."
)
"""What people are told before they join, where a workshop has no words of its own."""

NOT_READ = (
    "Nobody reads answers first. Others see what you send as soon as answers to that question "
    "are shown. Please name nobody, and be kind.\n"
    "Our team can still take an answer away, and tells you why.\n"
    "You can hide your own answer at any time."
)
"""The same where moderation is switched off."""

LOOK_ON = (
    "Some people who do not take part look on from outside. They see answers that are shown to "
    "all, and no names."
)
"""What is added while a link for observers is open."""
