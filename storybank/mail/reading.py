"""The outbox as lists and counts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank.mail.models import Message
from storybank.mail.rules import State
from storybank.people.rules import code_of


@dataclass(frozen=True)
class Row:
    """One message as a list shows it: no address, no text."""

    id: int
    to: str
    subject: str
    state: State
    made_at: datetime
    tries: int
    next_try_at: datetime | None
    sent_at: datetime | None
    problem: str | None


def counts(session: Session) -> dict[State, int]:
    """How many messages stand where; 0 where none does."""
    found = sa.select(Message.state, sa.func.count()).group_by(Message.state)
    return dict.fromkeys(State, 0) | {State(state): n for state, n in session.execute(found)}


def rows(
    session: Session, states: Collection[State], offset: int = 0, limit: int = 25
) -> list[Row]:
    """Messages in these states, newest first."""
    page = sa.select(Message).where(Message.state.in_([state.value for state in states]))
    found = session.scalars(page.order_by(Message.id.desc()).offset(offset).limit(limit))
    return [row_of(message) for message in found]


def row_of(message: Message) -> Row:
    return Row(
        id=message.id,
        to=code_of(message.person_id) if message.person_id else f"Account {message.account_id}",
        subject=message.subject,
        state=State(message.state),
        made_at=message.made_at,
        tries=message.tries,
        next_try_at=message.next_try_at,
        sent_at=message.sent_at,
        problem=message.last_problem,
    )


def trouble(session: Session) -> str | None:
    """What is wrong with the mail, in a few words; None where nothing is."""
    count = counts(session)
    if count[State.FAILED]:
        return f"{count[State.FAILED]} could not be sent; a steward sees them on the page Mail"
    if count[State.KEPT]:
        return (
            f"no mail server is set (STORYBANK_SMTP_URL); {count[State.KEPT]} lie in the mail "
            "folder as files"
        )
    return None
