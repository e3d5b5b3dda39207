"""Opening a workshop so that people may join, and closing it for good.

People who come are owed the question, what is in and out of scope, who decides and by when they
reply: a workshop cannot be opened without.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.consent.rules import Use
from storybank.errors import Refused
from storybank.workshops import helping, real_involvement
from storybank.workshops.models import Workshop
from storybank.workshops.rules import ALPHABET, wiping_day

DRAFT, OPEN, LIVE, SYNTHESIS, CLOSED = "draft", "open", "live", "synthesis", "closed"
CODE_LENGTH = 6


@dataclass(frozen=True)
class Missing:
    """What a workshop lacks before it can be opened, and the part of the plan it belongs to."""

    key: str
    """question, in_scope, out_of_scope, decider, reply_by, pack or check."""
    sentence: str


class NotYet(Refused):
    """A workshop cannot be opened yet; ``missing`` says all that it lacks."""

    def __init__(self, missing: list[Missing]) -> None:
        super().__init__("Not yet. " + " ".join(one.sentence for one in missing))
        self.missing = missing


class FirstDo(Refused):
    """A workshop cannot be closed yet: something else comes first, at ``page`` (a path)."""

    def __init__(self, sentence: str, page: str) -> None:
        super().__init__(sentence)
        self.page = page


BEFORE_CLOSING: list[Callable[[Session, Use, Workshop], None]] = []
"""What rooms above this one want done first; each raises FirstDo. Filled in ``wiring``."""


def missing(meeting: Workshop) -> list[Missing]:
    """What a workshop lacks before people may join; nothing for one that is only practised."""
    if meeting.rehearsal:
        return []
    lacks = [
        ("question", not meeting.question, "Write the question."),
        ("in_scope", not meeting.in_scope, "Say what is in scope."),
        ("out_of_scope", not meeting.out_of_scope, "Say what is out of scope."),
        ("decider", not meeting.decider, "Say who decides."),
        ("reply_by", meeting.reply_by is None, "Say by when they promised to reply."),
        ("pack", meeting.pack_version_id is None and not meeting.no_passages,
         "Freeze a pack, or say that no passages are shown."),
        ("check", bool(real_involvement.unanswered(meeting.self_check)),
         "Answer the questions about real involvement."),
    ]  # fmt: skip
    return [Missing(key, sentence) for key, lack, sentence in lacks if lack]


def open_for_joining(session: Session, use: Use, workshop_id: int) -> Workshop:
    """Let people join by a code of six letters and figures; opening it twice changes nothing.

    A workshop that was closed gets a new code: the old one stays dead.

    Raises NotYet with all that is missing; NotFound or Refused where the person does not run it,
    or its participants were wiped.
    """
    meeting = helping.run_by(session, use.actor, workshop_id, to_change=True)
    if meeting.join_code is not None and meeting.status not in (DRAFT, CLOSED):
        return meeting
    if meeting.wiped_at is not None:
        raise Refused("What people said there is wiped already. Plan a new workshop.")
    if lacks := missing(meeting):
        raise NotYet(lacks)
    meeting.join_code = _new_code(session)
    if meeting.status in (DRAFT, CLOSED):
        meeting.status = OPEN
    meeting.wipe_on = wiping_day(max(meeting.held_on, now().date()), meeting.keep_days)
    session.flush()
    return meeting


def close(session: Session, use: Use, workshop_id: int) -> Workshop:
    """Close it: nobody can join or come back by a link, and the days to the wiping begin.

    Raises FirstDo where something else comes first; NotFound or Refused where the person does not
    run it.
    """
    meeting = helping.run_by(session, use.actor, workshop_id, to_change=True)
    if meeting.status == DRAFT:
        raise Refused("It is not open, so there is nothing to close.")
    if meeting.status != CLOSED:
        for check in BEFORE_CLOSING:
            check(session, use, meeting)
        meeting.status = CLOSED
        meeting.wipe_on = wiping_day(now().date(), meeting.keep_days)
    meeting.join_code = meeting.observer_hash = None
    session.flush()
    return meeting


def _new_code(session: Session) -> str:
    while True:
        code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
        if session.scalar(select(Workshop.id).where(Workshop.join_code == code)) is None:
            return code
