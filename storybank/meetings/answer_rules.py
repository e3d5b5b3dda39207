"""Rules of answers: what each kind of question takes, and where an answer goes. Plain Python."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from storybank.errors import BadInput
from storybank.stories.characters import normalise

ONE_EACH = ("scale", "dots", "rank")
"""Kinds of question to which one person gives one answer, which they may change."""

MOST = 20
"""How many answers one person may give to one question that takes several."""

LONGEST = 5_000
"""Letters that any answer may have, whatever its question says."""

_BLANK_LINES = re.compile(r"\n{3,}")


class Stance(StrEnum):
    """How somebody's own experience stands to what they read."""

    SAME = "same"
    DIFFERENT = "different"
    ADDS = "adds"

    @property
    def sentence(self) -> str:
        """What forms and walls print."""
        return STANCES[self]


STANCES = {
    Stance.SAME: "Same for me",
    Stance.DIFFERENT: "Different for me",
    Stance.ADDS: "I want to add something",
}


class Status(StrEnum):
    """Where an answer is."""

    WAITING = "waiting"
    SHOWN = "shown"
    HELD = "held"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Asked:
    """What a question takes: its kind, options, how many dots, and how many letters."""

    kind: str
    options: tuple[str, ...] = ()
    dots: int = 3
    max_len: int = 500


@dataclass(frozen=True)
class Given:
    """An answer as it is kept."""

    text: str = ""
    stance: str | None = None
    value: int | None = None
    choices: dict[str, int] | None = None


def check(
    asked: Asked,
    text: str,
    stance: str | None,
    value: int | None,
    choices: Mapping[str, int] | None,
) -> Given:
    """The answer to keep, without what its question does not take.

    Raises BadInput with a sentence for whoever wrote it.
    """
    words = clean_words(text)
    check_length(words, asked.max_len)
    if asked.kind == "same":
        return Given(words, _check_stance(stance, words))
    if asked.kind == "scale":
        if value is None or not 1 <= value <= 5:
            raise BadInput("Choose a number from 1 to 5.")
        return Given(words, value=value)
    if asked.kind == "dots":
        return Given(words, choices=_check_dots(asked, choices or {}))
    if asked.kind == "rank":
        return Given(words, choices=_check_ranks(asked, choices or {}))
    if not words:
        raise BadInput("Write your answer first.")
    return Given(words)


def clean_words(text: str) -> str:
    """An answer's words in their one shape: nothing unseen, no long runs of empty lines."""
    lines = (line.rstrip() for line in normalise(text)[0].split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def check_length(words: str, longest: int) -> None:
    """Raises BadInput where an answer is too long, with how much."""
    over = len(words) - min(longest, LONGEST)
    if over > 0:
        letters = "1 letter" if over == 1 else f"{over:,} letters"
        raise BadInput(f"Your answer is {letters} too long. Make it shorter, then send it again.")


def clean_id(sent: str) -> str:
    """The id of an answer as its sender made it: a UUID, in its one spelling.

    Raises BadInput for anything else.
    """
    try:
        return str(UUID(sent.strip()))
    except (ValueError, AttributeError) as no:
        raise BadInput("We could not read that answer. Load the page again and send it.") from no


def made_at(said: datetime | None, received: datetime) -> datetime:
    """When an answer was written, as its sender says: never after it came."""
    return received if said is None else min(said, received)


def first_status(moderated: bool, text: str = "-", revealed: bool = False) -> Status:
    """Where a new answer goes: before a moderator, or straight to the wall. One without words has
    nothing to read: it waits only until its question is revealed."""
    reads = moderated and (bool(text) or not revealed)
    return Status.WAITING if reads else Status.SHOWN


def status_after_edit(
    status: str, moderated: bool, text: str = "-", revealed: bool = False
) -> Status:
    """Where an answer goes when it changes: what somebody has let through, or held back, they
    look at again; what its giver has hidden stays hidden."""
    now = Status(status)
    if now is Status.HIDDEN:
        return now
    return Status.WAITING if now is Status.HELD else first_status(moderated, text, revealed)


def _check_stance(stance: str | None, words: str) -> str:
    if stance not in set(Stance):
        raise BadInput("Choose one: same for me, different for me, or I want to add something.")
    if stance == Stance.ADDS and not words:
        raise BadInput("Write what you want to add.")
    return str(stance)


def _check_dots(asked: Asked, choices: Mapping[str, int]) -> dict[str, int]:
    put = _of_options(asked.options, choices)
    put = {number: dots for number, dots in put.items() if dots}
    if any(dots < 0 for dots in put.values()):
        raise BadInput("Use numbers from 0 up.")
    used = sum(put.values())
    if not used:
        raise BadInput("Put at least one dot somewhere.")
    if used > asked.dots:
        raise BadInput(f"You have {asked.dots} dots, and you used {used}. Take some away.")
    return put


def _check_ranks(asked: Asked, choices: Mapping[str, int]) -> dict[str, int]:
    put = _of_options(asked.options, choices)
    put = {number: rank for number, rank in put.items() if rank}
    if not put:
        raise BadInput("Give at least one of them a number. 1 is the most important.")
    if any(not 1 <= rank <= len(asked.options) for rank in put.values()):
        raise BadInput(f"Use the numbers from 1 to {len(asked.options)}.")
    if len(set(put.values())) < len(put):
        raise BadInput("Two of them have the same number. Give each a number of its own.")
    return put


def _of_options(options: Sequence[str], choices: Mapping[str, int]) -> dict[str, int]:
    known = {str(number) for number in range(1, len(options) + 1)}
    if not set(choices) <= known:
        raise BadInput("The question has changed. Load the page again, then answer.")
    return {number: choices[number] for number in sorted(choices, key=int)}
