"""Takes waiting messages out of the house, one at a time, with no transaction open on the way.

A message is claimed first: its try is counted and the next one set, and that is committed. Then
it is carried; then what became of it is written down. Killed between the last two, the message is
tried again at the time that was set: one copy too many at the most for each such crash, with the
same Message-ID, and never one lost.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import structlog
from sqlalchemy.orm import Session, sessionmaker

from storybank.clock import now
from storybank.db import writing
from storybank.errors import BadInput
from storybank.mail import letters, service
from storybank.mail.carriers import Carrier, MailFolder, NotCarried
from storybank.mail.letters import Letter, Sender
from storybank.mail.models import Message
from storybank.mail.recipients import Way, recipient_of
from storybank.mail.rules import MOST_TRIES, Problem, State, next_try
from storybank.mail.smtp import SmtpCarrier, read_server

REST = timedelta(minutes=1)
"""How long no other message is tried after the server itself was the trouble."""

log = structlog.get_logger()


class Postman:
    """Does the errands of the outbox."""

    def __init__(
        self,
        sessions: sessionmaker[Session],
        carrier: Carrier,
        folder: MailFolder,
        sender: Sender,
    ) -> None:
        self.sessions = sessions
        self.carrier = carrier
        self.folder = folder
        self.sender = sender
        self._rests_until: datetime | None = None

    def send(self, job: dict[str, Any]) -> datetime | None:
        """Try one message; when to come again, or None when nothing is left to do for it."""
        if self._rests_until is not None and now() < self._rests_until:
            return self._rests_until
        claimed = self._claim(job["message_id"])
        if not isinstance(claimed, Letter):
            return claimed
        try:
            self.carrier.carry(claimed)
            problem = None
        except NotCarried as no:
            problem = no.problem
        except Exception as no:
            log.error("mail_fault", trouble=type(no).__name__)
            problem = Problem.OURS
        trouble_there = problem is not None and problem.of_the_server
        self._rests_until = now() + REST if trouble_there else None
        return self._write_down(claimed.number, problem)

    def forget(self, job: dict[str, Any]) -> None:
        """Take the files of messages that are gone out of the mail folder."""
        self.folder.forget(job["message_ids"])

    def _claim(self, message_id: int) -> Letter | datetime | None:
        with writing(self.sessions) as session:
            message = session.get(Message, message_id, with_for_update=True)
            if message is None or message.state != State.WAITING:
                return None
            if message.next_try_at is not None and message.next_try_at > now():
                return message.next_try_at
            to = recipient_of(session, message)
            if to is not None and to.way is not Way.EMAIL:
                # The person asked for another way since, or the address was taken out.
                message.state, message.next_try_at = to.way.first_state, None
                return None
            letter = self._letter(session, message, to.email) if to else Problem.NO_ADDRESS
            if isinstance(letter, Problem):
                _fail(message, letter)
                return None
            if message.tries >= MOST_TRIES:
                # Killed at its last try: that counts as one that did not succeed.
                _fail(message, Problem(message.last_problem or Problem.OURS))
                return None
            message.tries += 1
            message.next_try_at = next_try(message.tries, now())
            return letter

    def _letter(self, session: Session, message: Message, to: str) -> Letter | Problem:
        text = service.text_of(session, message)
        try:
            return letters.write(
                message.id, message.made_at, message.subject, text, to, self.sender, now()
            )
        except BadInput:
            return Problem.BAD_ADDRESS

    def _write_down(self, message_id: int, problem: Problem | None) -> datetime | None:
        with writing(self.sessions) as session:
            message = session.get(Message, message_id, with_for_update=True)
            if message is None or message.state != State.WAITING:
                return None
            log.info(
                "message_tried",
                message=message.id,
                tries=message.tries,
                trouble=problem.name if problem else None,
            )
            if problem is None:
                self._gone(message)
                return None
            if problem.lasting or message.tries >= MOST_TRIES:
                _fail(message, problem)
                return None
            message.last_problem = problem.value
            return message.next_try_at

    def _gone(self, message: Message) -> None:
        message.state, message.sent_at = self.carrier.done, now()
        message.next_try_at = message.last_problem = None
        if message.state == State.SENT:
            self.folder.forget([message.id])
            lets_in = message.account_id is not None or message.to is not None
            message.to = None
            if lets_in:
                # It may hold a link that signs somebody in; nobody needs to read it again.
                message.body = None


def _fail(message: Message, problem: Problem) -> None:
    message.state, message.last_problem, message.next_try_at = State.FAILED, problem.value, None


def hire(
    sessions: sessionmaker[Session],
    smtp_url: str | None,
    mail_from: str | None,
    public_url: str,
    folder: Path,
) -> Postman:
    """A postman who hands letters to the mail server, or, without one, to the mail folder.

    Raises NotReady when an address among the settings cannot be used.
    """
    host = urlsplit(public_url).hostname or "localhost"
    sender = letters.read_sender(mail_from or f"Storybank <storybank@{host}>")
    keeper = MailFolder(folder)
    carrier = SmtpCarrier(read_server(smtp_url), sender) if smtp_url else keeper
    return Postman(sessions, carrier, keeper, sender)
