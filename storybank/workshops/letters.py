"""What a storyteller is sent when somebody asks to use a part: never a word of the story."""

from __future__ import annotations

from datetime import date

from storybank.consent.receipts import plain_date

SHORTER = "Can we use a shorter part of your story?"
SUBJECT = "Can we use a part of your story?"


def asking(event: str, held_on: date, answer_by: date, parts: int, *, shorter: bool = False) -> str:
    """The letter; {page} stands for the address of the page with the words.

    ``answer_by`` is the last day on which an answer counts; ``shorter`` where it is about a text
    that was made shorter.
    """
    what = "one part of your story" if parts == 1 else f"{parts} parts of your story"
    wish = f"You asked us to ask you each time. We would like to use {what}."
    if shorter:
        wish = "We would like to show a part of your story with some sentences left out. You asked "
        wish += "to see it first."
    lines = [
        "Hello,",
        wish,
        f"It is for: {event}. It is on {plain_date(held_on)}.",
        "You can see the words here, and say yes or no:\n{page}",
        f"Please answer by {plain_date(answer_by)}. If you do not answer, that is a no.",
        "You do not have to say why. You can also call us or write to us.",
        "From the Storybank team",
    ]
    return "\n\n".join(lines) + "\n"
