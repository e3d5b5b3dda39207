"""What each file says of itself at its top: for which use, when, what is not in it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from storybank.consent.rules import Reason, Use
from storybank.exchange.outgoing import Chosen
from storybank.stories.rules import TEAM_ONLY

DUTY = (
    "When a storyteller stops this use, delete their passages from this file and from every copy "
    "and text made of it. Storybank keeps a note that you have it, and you will be asked.",
    "Keep this file where only your team can open it, and delete it when you no longer need it. "
    "For any other use, ask Storybank again: this file is for this use alone.",
)
NOT_COUNTED = (
    "What storytellers stopped, paused, kept back or deleted is not in it and in no count, and "
    "neither is what others coded on stories that you are still to code blind."
)


def head(use: Use, at: datetime) -> list[str]:
    """For which use, when and by whom."""
    return [
        f"For this use: {use.purpose.value}. {use.purpose.sentence}",
        f"Made {moment(at)} by {use.actor.name}, from Storybank.",
    ]


def of_codings(chosen: Chosen) -> list[str]:
    """What stands at the top of a file of codings, a sentence or two a line."""
    use = chosen.use
    names = (
        "Storytellers are shown by their code, never by a name."
        if use.purpose in TEAM_ONLY
        else "Names are exactly those that storytellers chose for this use."
    )
    return [
        *head(use, use.at),
        f"{_count(chosen.codings, 'coding')} on {_count(chosen.story_count, 'story', 'stories')}. "
        "What is stopped while the file is being made is not in it.",
        *reasons(chosen.left_out),
        NOT_COUNTED,
        f"{names} The terms of each storyteller stand beside their words.",
        *DUTY,
    ]


def reasons(left_out: Counter[Reason]) -> list[str]:
    """How many codings were left out and why; nothing where none were."""
    if not left_out:
        return []
    each = (f"{count:,} because: {why.sentence}" for why, count in sorted(left_out.items()))
    return [f"Left out: {_count(left_out.total(), 'coding')}. " + " ".join(each)]


def moment(at: datetime) -> str:
    """2026-03-31 at 14:05 UTC, from a naive UTC moment."""
    return f"{at:%Y-%m-%d at %H:%M} UTC"


def stamp(at: datetime) -> str:
    """2026-03-31T14:05:00Z, from a naive UTC moment."""
    return at.isoformat(timespec="seconds") + "Z"


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"
