"""Who a message goes to and how, looked up at the moment it is asked. Nothing of it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank.mail.models import Message
from storybank.mail.rules import State
from storybank.people import identity, sealing
from storybank.people.identity_rules import Details, Format
from storybank.people.models import Account
from storybank.people.rules import Actor


class Way(StrEnum):
    """How a person is reached."""

    EMAIL = "email"
    LETTER = "letter"
    SMS = "sms"
    CALL = "call"
    TRUSTED = "trusted"

    @property
    def first_state(self) -> State:
        """Where a message stands that is to go this way."""
        if self is Way.EMAIL:
            return State.WAITING
        return State.TO_POST if self is Way.LETTER else State.TO_TELL


@dataclass(frozen=True)
class Recipient:
    """One person as a steward needs them for one message. Lives for one request."""

    way: Way
    email: str = ""
    name: str = ""
    address: str = ""
    phone: str = ""
    trusted_person: str = ""
    trusted_contact: str = ""
    large_print: bool = False


def recipient_of(session: Session, message: Message) -> Recipient | None:
    """For the house's own work. None where there is nobody to write to: the account is closed.

    Raises NotReady when the keys of personal details are missing.
    """
    if message.to is not None:
        return Recipient(Way.EMAIL, email=sealing.unseal(session, message.to))
    if message.person_id is None:
        return _account_recipient(session, message.account_id or 0)
    details = identity.details_of(session, message.person_id)
    return _person_recipient(session, message.person_id, details)


def shown(session: Session, by: Actor, message: Message) -> Recipient | None:
    """For a steward to print or tell it; who was shown whose details is written down.

    The session must be one that writes. None for a message to an account. Raises Refused,
    NotFound, and NotReady when the keys are missing.
    """
    if message.person_id is None:
        return None
    details = identity.read_details(session, by, message.person_id)
    return _person_recipient(session, message.person_id, details)


def _account_recipient(session: Session, account_id: int) -> Recipient | None:
    """An account is always written to by e-mail."""
    account = session.get(Account, account_id)
    if account is None or account.disabled_at is not None or not account.email:
        return None
    return Recipient(Way.EMAIL, email=account.email)


def _person_recipient(session: Session, person_id: int, details: Details | None) -> Recipient:
    """By the way the person asked for; without an e-mail address, on paper."""
    details = details or Details()
    email = details.email or _account_email(session, person_id)
    asked = _way(details.preferred_channel)
    return Recipient(
        way=Way.LETTER if asked is Way.EMAIL and not email else asked,
        email=email,
        name=details.legal_name,
        address=details.address,
        phone=details.phone,
        trusted_person=details.trusted_person,
        trusted_contact=details.trusted_contact,
        large_print=details.preferred_format == Format.LARGE_PRINT,
    )


def _way(channel: str) -> Way:
    try:
        return Way(channel)
    except ValueError:
        return Way.EMAIL


def _account_email(session: Session, person_id: int) -> str:
    return (
        session.scalar(
            sa.select(Account.email)
            .where(
                Account.person_id == person_id,
                Account.disabled_at.is_(None),
                Account.email.is_not(None),
            )
            .order_by(Account.id)
            .limit(1)
        )
        or ""
    )
