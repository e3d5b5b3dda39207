"""Putting messages in the outbox, and saying what became of them."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from storybank.clock import now
from storybank.config import public_url
from storybank.errors import Conflict, NotFound, NotReady
from storybank.jobs import queue
from storybank.jobs.models import Job
from storybank.mail import recipients
from storybank.mail.models import Message
from storybank.mail.rules import (
    STEPS,
    Act,
    Problem,
    State,
    acts_from,
    check_about,
    check_body,
    check_subject,
)
from storybank.people import sealing
from storybank.people.models import Account
from storybank.people.rules import clean_email

SEND, FORGET = "mail.send", "mail.forget"
"""Names of the errands: hand one message over; take files out of the mail folder."""
LOST_AFTER = timedelta(minutes=10)

log = structlog.get_logger()


def send(
    session: Session,
    *,
    person_id: int | None = None,
    account_id: int | None = None,
    subject: str,
    body: str,
    about: str,
    to: str | None = None,
) -> Message | None:
    """Put a message in the outbox, in the caller's transaction; it goes when that commits.

    Give the storyteller or the account it is for. The address is looked up when it goes, so what
    is corrected until then counts. Nobody to write to (an account that is closed), or no keys to
    seal it with: None, for no act may fail because a letter cannot be written.

    ``subject`` is a fixed sentence, ``body`` plain text that points to pages with ``link``;
    neither holds words of a story. ``about`` is a key such as "receipt:12". ``to`` is only for an
    address that is to be shown to be theirs: it is kept sealed until the message has gone.
    Raises BadInput where they are not that.
    """
    if (person_id is None) == (account_id is None):
        raise ValueError("a message goes to one person or to one account")
    message = Message(
        person_id=person_id,
        account_id=account_id,
        subject=check_subject(subject),
        about=check_about(about),
        made_at=now(),
        tries=0,
    )
    text = check_body(body)
    try:
        message.to = sealing.seal(session, clean_email(to)) if to else None
        receiver = recipients.recipient_of(session, message)
        message.body = sealing.seal(session, text)
    except NotReady:
        log.warning("message_not_kept", trouble="no keys")
        return None
    if receiver is None:
        return None
    message.state = receiver.way.first_state
    session.add(message)
    session.flush()
    if message.state == State.WAITING:
        _promise(session, message)
    return message


def link(path: str) -> str:
    """The whole address of a page, "https://storybank.example.org/my" for "/my".

    It begins as STORYBANK_PUBLIC_URL says, never as a request did: what a browser sends as the
    name of the house is no proof of it.
    """
    return f"{public_url()}/{path.lstrip('/')}"


def message(session: Session, message_id: int) -> Message:
    """Raises NotFound."""
    found = session.get(Message, message_id) if message_id < 2**31 else None
    if found is None:
        raise NotFound("There is no such message.")
    return found


def text_of(session: Session, message: Message) -> str:
    """What the message says; empty where it is no longer kept. Raises NotReady without keys."""
    return sealing.unseal(session, message.body) if message.body else ""


def opens_a_door(message: Message) -> bool:
    """May it hold a link that lets somebody in? Such a letter is shown to nobody and not kept."""
    return message.account_id is not None or message.to is not None


def say(session: Session, message_id: int, act: Act) -> Message:
    """Write down what a steward did with a message, or wants done.

    Raises NotFound, and Conflict when it no longer stands where that can be said.
    """
    found = session.get(Message, message_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("There is no such message.")
    if act not in acts_from(State(found.state), not opens_a_door(found)):
        raise Conflict("This message has moved on. Look at where it stands now.")
    if act is Act.TRY_AGAIN and found.body is None:
        raise Conflict("Its text is no longer kept. Ask for a new one where it came from.")
    state = STEPS[act][1]
    found.state = state
    found.sent_at = now() if state in (State.POSTED, State.TOLD) else None
    found.last_problem = Problem.CAME_BACK.value if act is Act.CAME_BACK else None
    if state is State.WAITING:
        found.tries = 0
        _promise(session, found)
    return found


def send_kept(session: Session) -> int:
    """Let everything go that lies in the mail folder for want of a server; how many there were."""
    kept = session.scalars(
        sa.select(Message).where(Message.state == State.KEPT).with_for_update()
    ).all()
    for one in kept:
        one.state, one.tries, one.sent_at = State.WAITING, 0, None
        _promise(session, one)
    return len(kept)


def forget(session: Session, person_id: int) -> int:
    """Take every message to this person out of the house, files too; how many there were.

    Those to the account they come in by go with them.
    """
    accounts = sa.select(Account.id).where(Account.person_id == person_id)
    theirs = sa.or_(Message.person_id == person_id, Message.account_id.in_(accounts))
    ids = session.scalars(sa.select(Message.id).where(theirs)).all()
    if ids:
        session.execute(sa.delete(Message).where(Message.id.in_(ids)))
        queue.put(session, FORGET, queue.LATER, message_ids=list(ids))
    return len(ids)


def sweep(session: Session) -> None:
    """Promise anew what should have gone and has no promise: nothing is left lying."""
    due = sa.select(Message).where(
        Message.state == State.WAITING, Message.next_try_at < now() - LOST_AFTER
    )
    waiting = session.scalars(due).all()
    promises = sa.select(sa.func.count()).where(Job.name == SEND, Job.failed_at.is_(None))
    if len(waiting) > (session.scalar(promises) or 0):
        for one in waiting:
            queue.put(session, SEND, queue.LATER, message_id=one.id)


def _promise(session: Session, message: Message) -> None:
    message.next_try_at = now()
    queue.put(session, SEND, queue.LATER, message_id=message.id)
