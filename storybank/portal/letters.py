"""What a storyteller is sent when their words were used: never a word of the story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from storybank.consent.receipts import plain_date

SUBJECT = "We used part of your story"


@dataclass(frozen=True)
class Used:
    """One event at which parts of a story were shown."""

    on: date
    """The day it was for the storyteller."""
    place: str
    people: int | None
    """About how many saw or heard it, where somebody said so."""
    copies: int


def use_notice(uses: Sequence[Used]) -> str:
    """The letter; {page} stands for the address of the page that shows what was used."""
    if len(uses) == 1:
        told = [f"We used part of your story {_event(uses[0])}"]
    else:
        told = ["We used parts of your story:", "\n".join(f"- {_event(one)}" for one in uses)]
    lines = [
        "Hello,",
        *told,
        "You can see the words we used, and the name we used, on your own page:\n{page}",
        "You can stop this now. You do not have to say why. You can also call us or write to us.",
        "From the Storybank team",
    ]
    return "\n\n".join(lines) + "\n"


def _event(one: Used) -> str:
    words = f"on {plain_date(one.on)} at {one.place}."
    if one.people:
        return f"{words} About {one.people} people saw or heard it."
    return f"{words} We made {one.copies} {'copy' if one.copies == 1 else 'copies'}."
