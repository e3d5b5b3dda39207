"""The plan of a workshop: what is asked and why, what is in scope, who decides, who helps.

A plan is compared and put back as plain values, so that a change of it can be taken back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import BadInput
from storybank.stories.characters import normalise, one_line
from storybank.workshops import helping, rules, service
from storybank.workshops.models import Workshop

NAMES = {
    "title": "the title", "question": "the question", "why": "why", "in_scope": "what is in scope",
    "out_of_scope": "what is out of scope", "decider": "who decides",
    "reply_by": "when they reply", "held_on": "the day", "mode": "how people meet",
    "template": "the kind of workshop", "keep_days": "how long data is kept",
    "no_passages": "whether passages are shown", "audience": "who will be there",
    "helpers": "who helps", "self_check": "the check",
}  # fmt: skip
"""Every part of a plan, as it is named in a sentence."""

MODES = {"room": "In a room", "online": "Online", "both": "In a room and online at once"}
TEMPLATES = {
    "reflection": "Reflection: small groups read, compare with their own lives, and say one thing "
    "together",
    "inverted": "Inverted inquiry: people who run services talk, people with lived experience "
    "comment",
    "jury": "Jury: one group hears it all, asks questions, and gives a verdict with reasons",
    "questions": "Three questions: what would be ideal, what worked or did not, how do we get "
    "there",
}
LONGEST = 2_000
"""Letters in each of the longer parts."""
MOST_DAYS = 365
_DAYS = ("reply_by", "held_on")


def clean_text(words: str, what: str, longest: int = LONGEST) -> str:
    """Lines of text with nothing in them that cannot be seen. Raises BadInput when too long."""
    text = normalise(words)[0].strip()
    if len(text) > longest:
        raise BadInput(f"Keep {what} under {longest:,} letters.")
    return text


def clean_line_or_none(words: str, longest: int) -> str:
    """One line, which may be empty. Raises BadInput when too long."""
    line = one_line(words)
    if len(line) > longest:
        raise BadInput(f"Keep this under {longest} letters.")
    return line


def check_keep_days(typed: str) -> int:
    """How many days participants' data is kept. Raises BadInput outside of 1 to 365."""
    typed = typed.strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) < 5):
        raise BadInput("Write a number of days, like 30.")
    if not 1 <= int(typed) <= MOST_DAYS:
        raise BadInput(f"Choose between 1 and {MOST_DAYS} days.")
    return int(typed)


def snapshot(session: Session, meeting: Workshop) -> dict[str, Any]:
    """A plan as plain values that JSON can hold: days as "2027-03-12", helpers as numbers."""
    values: dict[str, Any] = {
        name: getattr(meeting, name) for name in NAMES if name not in ("helpers", *_DAYS)
    }
    values["audience"], values["self_check"] = list(meeting.audience), dict(meeting.self_check)
    for name in _DAYS:
        day = getattr(meeting, name)
        values[name] = day.isoformat() if day else None
    values["helpers"] = sorted(helping.helpers(session, meeting.id))
    return values


def put(session: Session, use: Use, meeting: Workshop, values: Mapping[str, Any]) -> int:
    """Set these parts of a plan, values as ``snapshot`` gives them; how many passages left the
    packs as they are not for those who will be there.

    Raises BadInput or Refused where the audience cannot be so.
    """
    gone = 0
    for name, value in values.items():
        if name == "audience":
            if value != meeting.audience:
                gone = service.change_audience(session, use, meeting.id, value)
        elif name == "helpers":
            helping.set_helpers(session, meeting, value)
        elif name in _DAYS:
            setattr(meeting, name, date.fromisoformat(value) if value else None)
        elif name == "self_check":
            meeting.self_check = dict(value)
        else:
            setattr(meeting, name, value)
    if meeting.wipe_on is not None and {"keep_days", "held_on"} & set(values):
        ended = max(meeting.held_on, now().date())
        meeting.wipe_on = rules.wiping_day(ended, meeting.keep_days)
    session.flush()
    return gone
