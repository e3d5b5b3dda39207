"""Receipts go to whoever they are for, by the way that person asked for."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import select
from sqlalchemy.orm import Session

from storybank.consent.models import Receipt
from storybank.errors import NotReady
from storybank.mail import service as mail
from storybank.people.identity_models import PersonIdentity
from storybank.people.models import Account

SUBJECT = "A note of your choices"
WHERE = "You can see this note on your own page, and change your mind there:"


def tell(session: Session, receipt: Receipt) -> None:
    """Put a receipt in the outbox, for somebody we know how to reach.

    It holds no words of a story. Nobody is written to who has neither an account nor details:
    of them we know only a code. No act fails because its letter cannot be written.
    """
    write(
        session, receipt.person_id, SUBJECT,
        f"{receipt.body}\n\n{WHERE}\n{{page}}\n", f"/my/receipts/{receipt.id}",
        f"receipt:{receipt.id}",
    )  # fmt: skip


def write(session: Session, person_id: int, subject: str, body: str, page: str, about: str) -> bool:
    """Write to somebody whom we know how to reach; False for anybody else.

    In ``body``, {page} stands for the whole address of ``page``.
    """
    if not _known(session, person_id):
        return False
    try:
        body = body.replace("{page}", mail.link(page))
        sent = mail.send(session, person_id=person_id, subject=subject, body=body, about=about)
    except NotReady:
        # What is wrong with keys or addresses is told where they are set; the page shows it too.
        return False
    return sent is not None


def _known(session: Session, person_id: int) -> bool:
    account = sa.exists().where(Account.person_id == person_id, Account.disabled_at.is_(None))
    details = sa.exists().where(PersonIdentity.person_id == person_id)
    return bool(session.scalar(select(sa.or_(account, details))))
