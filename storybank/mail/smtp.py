"""Letters out by SMTP. The only module that speaks it.

Encryption is always asked for, except to a server on this very machine. A server's answers are
turned into our own sentences here, and their words are kept nowhere.
"""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from storybank.errors import NotReady
from storybank.mail.carriers import NotCarried
from storybank.mail.letters import Letter, Sender
from storybank.mail.rules import Problem, State

Safety = Literal["from the first byte", "by STARTTLS", "none"]
TO_CONNECT, TO_ANSWER = 20.0, 120.0
"""Seconds to wait for a connection, and for each answer once letters are handed over."""
_HERE = ("localhost", "127.0.0.1", "::1")
_UNUSABLE = (
    "The mail server's address cannot be used. Write STORYBANK_SMTP_URL like "
    "smtp://user:password@mail.example.org:587 or smtps://mail.example.org."
)


@dataclass(frozen=True)
class Server:
    """A mail server and how to get in."""

    host: str
    port: int
    safety: Safety
    user: str = ""
    password: str = field(default="", repr=False)

    def __str__(self) -> str:
        """Without the password."""
        way = "without encryption" if self.safety == "none" else f"encrypted {self.safety}"
        return f"{self.host}:{self.port}, {way}" + (f", as {self.user}" if self.user else "")


def read_server(url: str) -> Server:
    """The server that an address such as "smtp://user:password@host:587" names.

    ``smtps`` encrypts from the first byte, ``smtp`` by STARTTLS; to this very machine ``smtp``
    does not encrypt. ``?tls=on`` and ``?tls=off`` say otherwise. Raises NotReady.
    """
    try:
        parts = urlsplit(url.strip())
        options = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
        port, host = parts.port, parts.hostname or ""
    except ValueError as no:
        raise NotReady(_UNUSABLE) from no
    tls = options.pop("tls", ["off" if host in _HERE else "on"])[-1]
    wrong = (
        parts.scheme not in ("smtp", "smtps") or not host or options or tls not in ("on", "off")
        or parts.path not in ("", "/") or parts.fragment or not url.strip().isprintable()
    )  # fmt: skip
    if wrong:
        raise NotReady(_UNUSABLE)
    at_once = parts.scheme == "smtps"
    return Server(
        host=host,
        port=port or (465 if at_once else 587 if tls == "on" else 25),
        safety="from the first byte" if at_once else "by STARTTLS" if tls == "on" else "none",
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


class SmtpCarrier:
    """Hands letters to a mail server, one connection for each."""

    done = State.SENT

    def __init__(
        self,
        server: Server,
        sender: Sender,
        context: ssl.SSLContext | None = None,
        to_connect: float = TO_CONNECT,
        to_answer: float = TO_ANSWER,
    ) -> None:
        self.server = server
        self.sender = sender
        self.context = context
        self.to_connect = to_connect
        self.to_answer = to_answer

    def says(self) -> str:
        return str(self.server)

    def carry(self, letter: Letter) -> None:
        try:
            smtp = self._connect()
        except Exception as no:
            raise NotCarried(_why_not_in(no)) from no
        try:
            self._come_in(smtp)
        except Exception as no:
            smtp.close()
            raise NotCarried(_why_not_in(no)) from no
        try:
            smtp.send_message(letter.email, self.sender.email, [letter.to])
        except Exception as no:
            smtp.close()
            raise NotCarried(_why_not_taken(no)) from no
        # The letter was taken. Whatever happens at the door now, it is not sent again.
        with contextlib.suppress(OSError):
            smtp.quit()
        smtp.close()

    def _connect(self) -> smtplib.SMTP:
        # We greet with the name of our sender: this machine's own is nobody's business.
        host, port, name = self.server.host, self.server.port, self.sender.domain
        if self.server.safety == "from the first byte":
            return smtplib.SMTP_SSL(host, port, name, timeout=self.to_connect, context=self._safe())
        return smtplib.SMTP(host, port, name, timeout=self.to_connect)

    def _come_in(self, smtp: smtplib.SMTP) -> None:
        smtp.ehlo_or_helo_if_needed()
        if self.server.safety == "by STARTTLS":
            smtp.starttls(context=self._safe())
            smtp.ehlo_or_helo_if_needed()
        if self.server.user:
            smtp.login(self.server.user, self.server.password)
        if smtp.sock is not None:
            smtp.sock.settimeout(self.to_answer)

    def _safe(self) -> ssl.SSLContext:
        return self.context or ssl.create_default_context()


def _why_not_in(no: Exception) -> Problem:
    if isinstance(no, smtplib.SMTPAuthenticationError):
        return Problem.LATER if no.smtp_code < 500 else Problem.NOT_LET_IN
    if isinstance(no, ssl.SSLError):
        return Problem.NOT_SAFE
    if isinstance(no, smtplib.SMTPNotSupportedError):
        # It offers no STARTTLS, or no way to say a password.
        return Problem.NOT_SAFE if "STARTTLS" in str(no) else Problem.NOT_LET_IN
    if isinstance(no, smtplib.SMTPResponseException) and 400 <= no.smtp_code < 500:
        return Problem.LATER
    if isinstance(no, UnicodeError):  # A password that cannot be said in ASCII.
        return Problem.NOT_LET_IN
    return Problem.AWAY


def _why_not_taken(no: Exception) -> Problem:
    if isinstance(no, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in no.recipients.values()]
        return Problem.REFUSED if min(codes) >= 500 else Problem.LATER
    if isinstance(no, smtplib.SMTPSenderRefused):
        return Problem.SENDER if no.smtp_code >= 500 else Problem.LATER
    if isinstance(no, smtplib.SMTPDataError):
        return Problem.NOT_TAKEN if no.smtp_code >= 500 else Problem.LATER
    if isinstance(no, smtplib.SMTPNotSupportedError | UnicodeError):
        return Problem.BAD_ADDRESS
    if isinstance(no, ssl.SSLError):
        return Problem.NOT_SAFE
    return Problem.AWAY if isinstance(no, OSError) else Problem.OURS
