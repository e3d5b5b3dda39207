"""The lists of stories that wait for a steward: what each is called, and where its stories lead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from storybank.people.rules import Actor
from storybank.stewardship.waiting import (
    Waiting,
    came_in_held,
    running_out,
    to_read_back,
    unanswered,
    undecided,
    without_evidence,
)


@dataclass(frozen=True)
class Kindred:
    """One list: what it is called, what it means, where each story leads."""

    find: Callable[[Session, Actor, datetime], list[Waiting]]
    heading: str
    says: str
    endpoint: str
    one: str
    many: str


LISTS = {
    "running-out": Kindred(
        running_out, "Yeses that run out soon",
        "Ask these storytellers again. When a yes runs out, the use stops by itself.",
        "stories.choices", "1 story has a yes that runs out within 60 days",
        "{} stories have a yes that runs out within 60 days",
    ),
    "unanswered": Kindred(
        unanswered, "Questions without an answer",
        "More than half of the time has gone. No answer by the day is no.",
        "stewardship.asks", "1 question to a storyteller has no answer yet",
        "{} questions to storytellers have no answer yet",
    ),
    "undecided": Kindred(
        undecided, "Other people not decided about",
        "Until something is decided about each, those parts stay inside the team.",
        "stewardship.others", "1 story speaks of somebody not decided about",
        "{} stories speak of somebody not decided about",
    ),
    "read-back": Kindred(
        to_read_back, "To be read back",
        "Somebody else wrote these down. Nobody outside the team sees them until they are checked.",
        "stewardship.read_back", "1 story waits to be read back",
        "{} stories wait to be read back",
    ),
    "held": Kindred(
        came_in_held, "Stories that came in held",
        "Nobody can read them until you have written down what their storytellers chose.",
        "stories.new_choices", "1 story came in from another program and waits for its choices",
        "{} stories came in from another program and wait for their choices",
    ),
    "evidence": Kindred(
        without_evidence, "A yes without evidence",
        "Nothing shows any more that these were said. Ask the storyteller again.",
        "stewardship.evidence", "1 story has a yes without evidence",
        "{} stories have a yes without evidence",
    ),
}  # fmt: skip
"""By the word in the address."""
