"""What can become of a message, what a steward can do with it, and when it is tried again."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from storybank.errors import BadInput

LONGEST_SUBJECT, LONGEST_BODY, LONGEST_ABOUT = 150, 20_000, 50
_ABOUT = re.compile(r"[a-z][a-z_-]*(?:[ :][a-z0-9_-]+)*")


class State(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    SENT = "sent"
    KEPT = "kept in a folder"
    FAILED = "failed"
    BOUNCED = "bounced"
    TO_POST = "to post"
    POSTED = "posted"
    TO_TELL = "to tell"
    TOLD = "told"

    @property
    def sentence(self) -> str:
        """What this state means, in words that pages print."""
        return STATE_SENTENCES[self]


STATE_SENTENCES = {
    State.WAITING: "It will go by e-mail as soon as it can.",
    State.SENT: "The mail server took it.",
    State.KEPT: "No mail server is set, so it lies in the mail folder as a file.",
    State.FAILED: "It could not be sent.",
    State.BOUNCED: "It was sent, and it came back.",
    State.TO_POST: "Print it and post it.",
    State.POSTED: "It was printed and posted.",
    State.TO_TELL: "Tell the person what it says.",
    State.TOLD: "The person was told.",
}


class Problem(StrEnum):
    """Why a message did not go. Fixed sentences: what a server says could quote a person."""

    REFUSED = "The address was refused."
    NO_ADDRESS = "There is no e-mail address to send it to."
    BAD_ADDRESS = "The mail server cannot write to this kind of address."
    NOT_TAKEN = "The mail server did not take the message."
    LATER = "The mail server asked us to try later."
    AWAY = "The mail server did not answer."
    NOT_LET_IN = "The mail server did not accept our name and password."
    NOT_SAFE = "The connection to the mail server was not safe."
    SENDER = "The mail server does not let us send from our address."
    FOLDER = "The mail folder could not be written to."
    OURS = "Something went wrong in Storybank."
    CAME_BACK = "It came back."

    @property
    def lasting(self) -> bool:
        """Would the next try end in the same way?"""
        return self in (
            Problem.REFUSED, Problem.NO_ADDRESS, Problem.BAD_ADDRESS, Problem.NOT_TAKEN,
        )  # fmt: skip

    @property
    def of_the_server(self) -> bool:
        """Would every other message meet it too?"""
        return self in (Problem.AWAY, Problem.NOT_LET_IN, Problem.NOT_SAFE, Problem.SENDER)


class Act(StrEnum):
    """What a steward can say about a message."""

    TRY_AGAIN = "try again"
    POST_IT = "post it"
    POSTED = "posted"
    NOT_POSTED = "not posted"
    TOLD = "told"
    NOT_TOLD = "not told"
    CAME_BACK = "came back"


STEPS: dict[Act, tuple[frozenset[State], State]] = {
    Act.TRY_AGAIN: (
        frozenset({State.WAITING, State.FAILED, State.BOUNCED, State.KEPT}), State.WAITING,
    ),
    Act.POSTED: (frozenset({State.TO_POST}), State.POSTED),
    Act.NOT_POSTED: (frozenset({State.POSTED}), State.TO_POST),
    Act.TOLD: (frozenset({State.TO_TELL}), State.TOLD),
    Act.NOT_TOLD: (frozenset({State.TOLD}), State.TO_TELL),
    Act.CAME_BACK: (frozenset({State.SENT, State.POSTED}), State.BOUNCED),
    Act.POST_IT: (
        frozenset({State.FAILED, State.BOUNCED, State.KEPT, State.TO_TELL}), State.TO_POST,
    ),
}  # fmt: skip
"""From which states each act leads, and where to."""

ON_PAPER = frozenset({State.TO_POST, State.POSTED, State.TO_TELL, State.TOLD})
"""A steward reads a message out or prints it in these states; in no other is it shown."""
NOT_DELIVERED = frozenset({State.FAILED, State.BOUNCED, State.KEPT})
WAITS = (
    timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2),
    timedelta(hours=8), timedelta(hours=24),
)  # fmt: skip
"""How long to wait after each try that did not succeed; after the last one more is made."""
MOST_TRIES = len(WAITS) + 1


def next_try(tries: int, at: datetime) -> datetime:
    """When to try again after ``tries`` tries, the last of them begun ``at``."""
    return at + WAITS[min(max(tries, 1), len(WAITS)) - 1]


def acts_from(state: State, on_paper: bool) -> list[Act]:
    """What can be said of a message in this state, and whether it may be printed at all."""
    return [
        act
        for act, (before, _) in STEPS.items()
        if state in before and (on_paper or act is not Act.POST_IT)
    ]


def read_act(word: str) -> Act:
    """Raises BadInput for what is no act."""
    try:
        return Act(word)
    except ValueError as no:
        raise BadInput("Choose what happened to the message.") from no


def check_subject(subject: str) -> str:
    """One line that can be a mail's subject. Raises BadInput for anything else."""
    if not subject.strip() or len(subject) > LONGEST_SUBJECT or not subject.isprintable():
        raise BadInput("The subject of a message is one short line.")
    return subject.strip()


def check_body(body: str) -> str:
    """Plain text with line ends LF and nothing that cannot be seen. Raises BadInput."""
    lines = body.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    seen = "\n".join("".join(_seen(line)).rstrip() for line in lines).strip("\n")
    if not seen.strip() or len(seen) > LONGEST_BODY:
        raise BadInput("A message says something, in at most 20,000 characters.")
    return seen + "\n"


def check_about(about: str) -> str:
    """A key such as "receipt:12". Raises BadInput."""
    if len(about) > LONGEST_ABOUT or not _ABOUT.fullmatch(about):
        raise BadInput("What a message is about is a short key, such as receipt:12.")
    return about


def most_urgent(states: Collection[State]) -> State | None:
    """The state that needs somebody first, of those that there are; None where none does."""
    order = (State.TO_POST, State.TO_TELL, State.FAILED, State.BOUNCED, State.KEPT)
    return next((state for state in order if state in states), None)


def _seen(line: str) -> list[str]:
    # A joiner (ZWJ) is kept: some scripts and signs need it.
    return [
        " " if sign == "\t" else sign
        for sign in line
        if sign.isprintable() or sign in ("\t", "\u200d")
    ]
