"""What people are told about their requests: plain text, one letter for each thing that happens.

A letter names what was asked by its kind and the request by its number. It never holds what the
person wrote and, unless it goes on paper, not what we answered: it says where to read that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from storybank.consent.receipts import plain_date
from storybank.rights.kinds import (
    Exemption,
    ExtensionReason,
    Kind,
    Outcome,
    PauseReason,
)

HELLO = "Hello,"
FROM = "From the Storybank team"
NOT_HAPPY = (
    "If you are not happy with this, tell us. You can also tell the ICO. That is the Information "
    "Commissioner's Office. They look after people's rights. It is free. Call 0303 123 1113."
)
COURT = "You can also ask a court to look at it."


@dataclass(frozen=True)
class Letter:
    """A message: to be sent, or printed and posted."""

    subject: str
    body: str


@dataclass(frozen=True)
class About:
    """The request a letter is about."""

    kind: Kind
    reference: str
    received_on: date
    due_on: date
    where: str | None
    """The address of its page; None where the person has none."""


def received(about: About, acknowledge_by: date) -> Letter:
    """It came: what it is, and by when there will be an answer."""
    if about.kind is Kind.COMPLAINT:
        lines = [
            f"We have your complaint. We got it on {plain_date(about.received_on)}.",
            f"A person will read it. They will tell you so by {plain_date(acknowledge_by)}.",
        ]
        return _letter("We have your complaint", about, lines)
    lines = [
        f"You asked us {about.kind.asked}. We got this on {plain_date(about.received_on)}.",
        f"We must answer by {plain_date(about.due_on)}.",
        "You can take this back at any time.",
    ]
    return _letter("We have your request", about, lines)


def acknowledged(about: About) -> Letter:
    """A person has read a complaint, and works on it."""
    lines = [
        "A person has read your complaint. They are looking into it now.",
        f"We want to answer by {plain_date(about.due_on)}.",
    ]
    return _letter("We have read your complaint", about, lines)


def stopped(about: About, reason: PauseReason) -> Letter:
    """The clock stands still until the person has told us something."""
    lines = [
        f"You asked us {about.kind.asked}.",
        f"We can not go on yet. {reason.sentence} Please call us or write to us.",
        "The time we have to answer stops until you tell us. Then it goes on.",
    ]
    return _letter("We need something from you", about, lines)


def started(about: About) -> Letter:
    """The clock goes on."""
    lines = [
        "Thank you. Now we know what we need.",
        f"We must answer by {plain_date(about.due_on)}.",
    ]
    return _letter("We can go on now", about, lines)


def extended(about: About, reason: ExtensionReason) -> Letter:
    """We need more time: why, and until when."""
    lines = [
        f"You asked us {about.kind.asked}.",
        f"We need more time. {reason.sentence}",
        f"We must now answer by {plain_date(about.due_on)}.",
        NOT_HAPPY,
    ]
    return _letter("We need more time", about, lines)


def answered(
    about: About, outcome: Outcome, exemption: Exemption | None, words: str = ""
) -> Letter:
    """How it ended, the reason where it is a refusal, and what can be done against it.

    ``words``, what we answered, stand in a letter on paper alone.
    """
    if about.kind is Kind.COMPLAINT:
        lines = ["We have looked into your complaint. Our answer is ready."]
    else:
        lines = [f"You asked us {about.kind.asked}.", outcome.sentence]
        if exemption is not None:
            lines.append(f"This is why: {_small(exemption.sentence)}")
    lines += [words] if words else []
    lines.append(NOT_HAPPY)
    if outcome in (Outcome.REFUSED, Outcome.PARTLY):
        lines.append(COURT)
    return _letter("We have an answer for you", about, lines)


def _letter(subject: str, about: About, lines: list[str]) -> Letter:
    number = f"Your number is {about.reference}. Say it if you call or write to us."
    where = [f"You can read more here:\n{about.where}"] if about.where else []
    return Letter(subject, "\n\n".join([HELLO, *lines, number, *where, FROM]) + "\n")


def _small(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]
