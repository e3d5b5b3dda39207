"""Links by e-mail: to sign in with nothing to remember, and to show that an address is theirs.

Asking does the same work whether the address is known or not: one look-up and one promise. What
differs is done by the job that keeps the promise, after the answer has gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storybank import clock
from storybank.errors import Conflict, Refused
from storybank.jobs import queue
from storybank.people import service, tokens
from storybank.people.models import Account
from storybank.people.rules import clean_email
from storybank.people.sealing import seal, unseal
from storybank.people.way_models import MailedLink

LASTS = timedelta(minutes=20)
KEPT = timedelta(days=1)
SEND = "people.send_link"
"""The job that writes the letter: wiring says who does it."""
SEND_CHECK = "people.send_address_check"
LONGEST_BACK = 99
NO_GOOD = "This link does not open anything now. It may have been used, or be too old."
SHARED = "Somebody else comes in with this address. Use another one, or a slip or a passkey."


class Purpose(StrEnum):
    """What a link does for who presses it."""

    SIGN_IN = "sign in"
    ADDRESS = "address"


@dataclass(frozen=True)
class CameIn:
    """Whose account a link opened, and the page they were on their way to."""

    account: Account
    back: str | None


def ask(session: Session, email: str, back: str | None = None) -> None:
    """Promise a link to sign in, if there is an account to send it to.

    ``back`` is a page of this house; what stands behind its "?" is left out, for somebody may
    have typed it. Raises BadInput for what is no address.
    """
    found = session.scalar(
        sa.select(Account.id).where(
            Account.email == clean_email(email), Account.disabled_at.is_(None)
        )
    )
    path = (back or "").partition("?")[0]
    queue.put(session, SEND, account_id=found or 0, back=path if len(path) <= LONGEST_BACK else "")


def ask_for_address(session: Session, account: Account, email: str) -> None:
    """Promise a link to an address that somebody says is theirs. Raises BadInput, NotReady."""
    sealed = seal(session, clean_email(email)).decode()
    queue.put(session, SEND_CHECK, account_id=account.id, sealed=sealed)


def new(session: Session, account_id: int, back: str = "") -> str | None:
    """The token of a new link to sign in; links sent before open nothing from now on.

    None where there is no such account, it is closed or has no address: nothing is to be sent.
    """
    account = session.get(Account, account_id)
    if account is None or account.disabled_at is not None or account.email is None:
        return None
    return _make(session, account, Purpose.SIGN_IN, back=back or None)


def new_for_address(session: Session, account_id: int, sealed: str) -> tuple[str, str] | None:
    """The token of a link that shows an address to be theirs, and the address it goes to.

    None where the account is gone or closed. Raises NotReady.
    """
    account = session.get(Account, account_id)
    if account is None or account.disabled_at is not None:
        return None
    email = unseal(session, sealed.encode())
    kept = seal(session, email)
    return _make(session, account, Purpose.ADDRESS, sealed_email=kept), email


def opens(session: Session, token: str, purpose: Purpose = Purpose.SIGN_IN) -> bool:
    """Whether this token would open something. Changes nothing."""
    return session.scalar(sa.select(MailedLink.id).where(*_is_open(token, purpose))) is not None


def come_in(session: Session, token: str) -> CameIn:
    """Use a link to sign in, once. Raises Refused, with one sentence for whatever does not open."""
    link = _use(session, token, Purpose.SIGN_IN)
    return CameIn(session.get_one(Account, link.account_id), link.back)


def show_address(session: Session, account: Account, token: str) -> str:
    """Use a link that shows an address to be theirs, and let them come in by it from now on.

    Raises Refused when it does not open or is another's, Conflict when somebody else has it.
    """
    link = _use(session, token, Purpose.ADDRESS)
    if link.account_id != account.id or link.sealed_email is None:
        raise Refused(NO_GOOD)
    email = unseal(session, link.sealed_email)
    link.sealed_email = None
    holder = service.account_by_email(session, email)
    if holder is not None and holder.id != account.id:
        raise Conflict(SHARED)
    account.email = email
    session.flush()
    return email


def _make(
    session: Session,
    account: Account,
    purpose: Purpose,
    back: str | None = None,
    sealed_email: bytes | None = None,
) -> str:
    moment, token = clock.now(), tokens.new_token()
    session.execute(
        sa.delete(MailedLink).where(
            sa.or_(
                sa.and_(MailedLink.account_id == account.id, MailedLink.purpose == purpose.value),
                MailedLink.expires_at < moment - KEPT,
            )
        )
    )
    session.add(
        MailedLink(
            account_id=account.id, purpose=purpose.value, token_hash=tokens.hash_token(token),
            session_version=account.session_version, back=back, sealed_email=sealed_email,
            made_at=moment, expires_at=moment + LASTS,
        )
    )  # fmt: skip
    session.flush()
    return token


def _use(session: Session, token: str, purpose: Purpose) -> MailedLink:
    # Of two who come at one moment only the first finds it still open.
    used = session.execute(
        sa.update(MailedLink)
        .where(*_is_open(token, purpose))
        .values(used_at=clock.now())
        .returning(MailedLink.id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()
    if used is None:
        raise Refused(NO_GOOD)
    return session.get_one(MailedLink, used, populate_existing=True)


def _is_open(token: str, purpose: Purpose) -> tuple[sa.ColumnElement[bool], ...]:
    # Whoever signs an account out everywhere, closes it or changes its password raises its
    # version, and so ends the links that were on their way.
    holder = sa.select(Account.session_version).where(
        Account.id == MailedLink.account_id, Account.disabled_at.is_(None)
    )
    return (
        MailedLink.token_hash == tokens.hash_token(token),
        MailedLink.purpose == purpose.value,
        MailedLink.used_at.is_(None),
        MailedLink.expires_at > clock.now(),
        MailedLink.session_version == holder.scalar_subquery(),
    )
