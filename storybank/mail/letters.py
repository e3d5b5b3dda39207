"""A message as one e-mail: headers that nobody can add to, UTF-8, short lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from storybank.errors import BadInput, NotReady
from storybank.people.rules import clean_email


@dataclass(frozen=True)
class Sender:
    """Who our letters come from."""

    name: str
    email: str

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]


@dataclass(frozen=True)
class Letter:
    """One message on its way: its number, the e-mail, and the address to hand it in for."""

    number: int
    to: str
    email: EmailMessage


def read_sender(written: str) -> Sender:
    """The sender from "Riverside Storybank <storybank@example.org>" or a bare address.

    Raises NotReady when it is neither.
    """
    name, email = parseaddr(written)
    try:
        if not written.isprintable():
            raise BadInput("")
        return Sender(name or "Storybank", clean_email(email))
    except BadInput as no:
        raise NotReady("The sender's address cannot be used. Check STORYBANK_MAIL_FROM.") from no


def write(
    number: int, made_at: datetime, subject: str, body: str, to: str, sender: Sender, at: datetime
) -> Letter:
    """The e-mail of a message. Each try has the same Message-ID, so that a second copy shows.

    Raises BadInput when the address is none, or the subject is more than one line.
    """
    address = _wire_form(clean_email(to))
    email = EmailMessage(policy=SMTP)
    try:
        email["From"] = Address(sender.name, addr_spec=sender.email)
        email["To"] = Address(addr_spec=address)
        email["Subject"] = subject
    except (ValueError, IndexError, MessageError) as no:
        raise BadInput("That cannot be written on a letter.") from no
    email["Date"] = format_datetime(at.replace(tzinfo=UTC))
    email["Message-ID"] = f"<{number}.{made_at:%Y%m%d%H%M%S%f}@{sender.domain}>"
    email["Auto-Submitted"] = "auto-generated"
    # Safe on every road: lines are short and no byte is above 127.
    email.set_content(body, charset="utf-8", cte="quoted-printable")
    return Letter(number, address, email)


def _wire_form(address: str) -> str:
    """The address with its domain in the letters that every mail server knows."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address
