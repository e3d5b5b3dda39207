"""Questions to a storyteller: may we use these words, there, before these people?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent import asking
from storybank.consent.evidence import Proof
from storybank.consent.models import AskRequest, Receipt
from storybank.consent.rules import Answer, Purpose, Use
from storybank.consent.terms import local_date
from storybank.errors import Conflict, NotFound
from storybank.portal.acting import acts_for
from storybank.stories import asked, reading
from storybank.stories.asked import Asking, Stands
from storybank.stories.reading import Excerpt
from storybank.workshops.asking import meeting_of

READ_HERE = Proof("web_session", "They read the exact words on their own page, and said yes.")
CHANGED = "Something has changed since we asked. We will have to ask again."


@dataclass(frozen=True)
class Asked:
    """One question, with the words that would be shown."""

    asking: Asking
    excerpt: Excerpt | None
    """None where the words are no longer those that were asked about."""
    held_on: date | None
    mine: Answer | None
    others: int
    """How many others must say yes and have not answered."""
    ahead: bool
    """The event is still to come."""

    in_time: bool
    """The last day to answer has not passed."""

    @property
    def may_say_yes(self) -> bool:
        stands = self.asking.stands in (Stands.WAITING, Stands.NO, Stands.YES)
        return stands and self.excerpt is not None and self.ahead and self.in_time

    @property
    def purpose(self) -> Purpose:
        return Purpose(self.asking.request.use)


def asks(session: Session, use: Use) -> list[Asked]:
    """Everything the person was asked, what waits for them first, then the newest."""
    ids = reading.permitted_ids(session, use)
    rows = session.scalars(
        select(AskRequest)
        .where(AskRequest.story_id.in_(ids), AskRequest.cancelled_at.is_(None))
        .order_by(AskRequest.id.desc())
    ).all()
    found = [_asked(session, use, row) for row in rows]
    return sorted(found, key=lambda one: not (one.mine is None and one.may_say_yes))


def one(session: Session, use: Use, ask_id: int) -> Asked:
    """One question to the person asking. Raises NotFound when it is not theirs."""
    found = session.get(AskRequest, ask_id)
    there = found is not None and reading.may(session, use, found.story_id)
    if found is None or not there or found.cancelled_at is not None:
        raise NotFound("That question is not here any more.")
    return _asked(session, use, found)


def answer(session: Session, use: Use, ask_id: int, said: Answer) -> Receipt:
    """Say yes or no; the last answer counts.

    Raises NotFound when the question is not theirs; Conflict for a yes after the day, or where
    the words, the name or the event are no longer what they were.
    """
    found = one(session, use, ask_id)
    if said is Answer.YES and not found.may_say_yes:
        raise Conflict(CHANGED if found.in_time else "The day for this answer has passed.")
    person_id = acts_for(session, use, found.asking.request.story_id)
    proof = READ_HERE if said is Answer.YES else None
    return asking.answer_ask(session, use.actor, ask_id, person_id, said, proof, "web")


def _asked(session: Session, use: Use, request: AskRequest) -> Asked:
    words = asked.words(session, use, request)
    stands = asked.asking(session, request, use.at)
    meeting = meeting_of(session, request.event)
    person_id = acts_for(session, use, request.story_id)
    return Asked(
        asking=stands,
        excerpt=words if stands.stands is not Stands.CHANGED else None,
        held_on=meeting.held_on if meeting else None,
        mine=stands.answers.get(person_id),
        others=sum(number != person_id for number in stands.missing),
        ahead=meeting is None or meeting.held_on >= local_date(use.at),
        in_time=request.answer_by > use.at,
    )
