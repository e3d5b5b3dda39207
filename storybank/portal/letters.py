"""What a storyteller is sent: that words were used, or a yes runs out; never a word of a story."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from storybank.consent.receipts import plain_date

SUBJECT = "We used part of your story"
RUNS_OUT = "Your yes will run out soon"
STILL_RIGHT = "Are your choices still right?"


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


def runs_out(on: date) -> str:
    """A yes runs out as this day begins for the storyteller."""
    lines = [
        "Hello,",
        f"You said yes to some uses of your story. Your yes runs out on {plain_date(on)}.",
        "If you do nothing, we stop using your story on that day. We do not delete it unless you "
        "ask.",
        "If you want us to go on, look at your choices on your own page:\n{page}",
        "You can also call us or write to us.",
        "From the Storybank team",
    ]
    return "\n\n".join(lines) + "\n"


def still_right() -> str:
    """Two years are over since somebody said yes until they stop."""
    lines = [
        "Hello,",
        "Two years ago, or more, you said we can use your story until you tell us to stop. We "
        "check with you every two years.",
        "Are your choices still right? If they are, you do not have to do anything.",
        "You can look at them, change them or stop on your own page:\n{page}",
        "You do not have to say why. You can also call us or write to us.",
        "From the Storybank team",
    ]
    return "\n\n".join(lines) + "\n"
