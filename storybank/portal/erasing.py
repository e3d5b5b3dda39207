"""Deleting a story: closed for good, and wiped in every room, in one transaction.

What stays: the code of its teller, dates, the numbers of wordings, who was given parts of it
(places, no words), and the fact. The search index, which keeps a copy, follows by its job.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.agreement import erasing as agreement
from storybank.analysis import erasing as analysis
from storybank.clock import now
from storybank.coding import erasing as coding
from storybank.consent import asking, pausing
from storybank.consent.models import AskRequest, PartyStanding, Receipt, StoryStanding
from storybank.consent.recording import How
from storybank.consent.rules import Counting, Purpose, Reason, Use
from storybank.consent.standing import refold, state_of
from storybank.details import erasing as details
from storybank.errors import NotFound
from storybank.events import Narrowed, narrow
from storybank.exchange import erasing as exchange
from storybank.jobs import queue
from storybank.mail import service as mail
from storybank.meetings import erasing as meetings
from storybank.memos import erasing as memos
from storybank.people import forgetting
from storybank.people.rules import MACHINE, Actor
from storybank.portal.settling import SETTLE
from storybank.rights.recipients import TaskKind, make_recall_tasks
from storybank.stories import erasing as stories
from storybank.suggest import erasing as suggest
from storybank.synthesis import erasing as synthesis
from storybank.workshops import erasing as workshops

FORGOTTEN = "forget"
"""What the ledger calls it that somebody's contact details were taken out."""


def erase(
    session: Session,
    by: Actor,
    story_id: int,
    person_id: int,
    channel: str,
    counting: Counting | None = None,
    *,
    forget_me: bool = False,
    how: How | None = None,
    at: datetime | None = None,
) -> Receipt:
    """Delete a story now, in the caller's transaction. It needs no evidence and no reason.

    ``person_id`` is the one who asks for it: any of those whose story it is. ``counting`` says
    what becomes of its labels; nothing said is out. ``forget_me`` wipes who they are as well,
    where they have no other story here.

    Raises Refused where ``by`` may not say this for them; Conflict where it was deleted before;
    NotFound where there is no such story.
    """
    if state_of(session, story_id) is None:
        raise NotFound("There is no story with that number.")
    receipt = pausing.request_erasure(
        session, by, story_id, person_id, channel, counting=counting or Counting.OUT, how=how, at=at
    )
    wipe(session, story_id)
    if forget_me:
        forget(session, person_id, story_id, at=at)
    return receipt


def wipe(session: Session, story_id: int) -> None:
    """Wipe everything of a story that was closed for good. Twice is as good as once."""
    state = state_of(session, story_id)
    if state is None or state.closed is not Reason.ERASED:
        raise NotFound("There is no such story to wipe.")
    make_recall_tasks(session, story_id, None, TaskKind.ERASURE)
    for ask_id in session.scalars(
        select(AskRequest.id).where(
            AskRequest.story_id == story_id, AskRequest.cancelled_at.is_(None)
        )
    ).all():
        asking.cancel(session, ask_id)
    exchange.erase(session, story_id)
    analysis.erase(session, story_id)
    memos.erase(session, story_id)
    agreement.erase(session, story_id)
    coding.erase(session, story_id, keep_number=state.counting is Counting.NUMBER)
    suggest.erase(session, story_id)
    details.erase(session, story_id)
    synthesis.erase(session, story_id)
    meetings.erase(session, story_id)
    workshops.erase(session, story_id)
    stories.erase(session, Use.claim(MACHINE, Purpose.TAKE_IN, now()), story_id)
    pausing.forget(session, story_id)
    # The places it was not to be used stood in the standing too; they are forgotten now.
    refold(session, story_id, state.person_id)
    queue.put(session, SETTLE, queue.LATER)


def forget(session: Session, person_id: int, story_id: int, *, at: datetime | None = None) -> bool:
    """Wipe who somebody is, unless they have a part in another story; whether it was done.

    ``story_id`` is the story they deleted.
    """
    if has_other_story(session, person_id, story_id):
        return False
    narrow(session, Narrowed(story_id, person_id, at or now(), FORGOTTEN))
    mail.forget(session, person_id)
    forgetting.forget(session, person_id)
    session.expire_all()
    return True


def has_other_story(session: Session, person_id: int, story_id: int) -> bool:
    """Has this person a part in a story, besides this one, that was not deleted?"""
    others = (
        select(PartyStanding.story_id)
        .join(StoryStanding, StoryStanding.story_id == PartyStanding.story_id)
        .where(
            PartyStanding.person_id == person_id,
            PartyStanding.story_id != story_id,
            sa.or_(StoryStanding.closed.is_(None), StoryStanding.closed != Reason.ERASED.value),
        )
    )
    return session.scalar(others.limit(1)) is not None
